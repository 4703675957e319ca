"""What every template may ask for: icons, dates, seats, places, and whether a form is at fault."""

import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops import grades, moments, places, telephones
from workshops.models import Audience

register = template.Library()

FEW_SEATS = 5


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "") -> SafeString:
    """Draw an icon of the design system, silent to screen readers."""
    return format_html(
        '<svg class="icon-svg {}" focusable="false" aria-hidden="true">'
        '<use href="{}#{}"></use></svg>',
        css,
        static("dkfds/img/all-svg-icons.svg"),
        name,
    )


@register.simple_tag
def when(session: Any, *, short: bool = False) -> SafeString:
    """Write from when to when a session lasts, short for lists."""
    today = timezone.localdate() if short else None
    text = moments.span(session.starts, session.ends, short=short, today=today)
    return _time(moments.local(session.starts).isoformat(timespec="minutes"), text)


@register.simple_tag
def when_day(date: datetime.date | datetime.datetime, *, short: bool = False) -> SafeString:
    """Write a day with its weekday."""
    if isinstance(date, datetime.datetime):
        date = moments.local(date).date()
    return _time(date.isoformat(), moments.day(date, short=short))


@register.filter
def as_day(date: datetime.date) -> str:
    """Write a day with its weekday as plain text, for a sentence."""
    return moments.day(date)


@register.simple_tag
def clock(moment: datetime.datetime) -> SafeString:
    """Write a time of day."""
    iso = moments.local(moment).isoformat(timespec="minutes")
    return _time(iso, moments.clock(moment))


@register.simple_tag
def telephone(kept: str) -> SafeString:
    """Write a number as a link that calls it; what is no number, as it stands."""
    number, text = telephones.dialled(kept), telephones.unbroken(kept)
    if not number:
        return format_html("{}", kept)
    return format_html('<a class="fm-tel" href="tel:{}">{}</a>', number, text)


def _time(iso: str, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', iso, text)


@register.simple_tag
def seats(session: Any) -> SafeString:
    """Show how many seats are free; `seats_free`, where a list has set it, wins over the row's."""
    free = getattr(session, "seats_free", None)
    return seats_pill(session.seats_left if free is None else free)


@register.simple_tag
def seats_pill(free: int) -> SafeString:
    """Write the number of free seats in words, with a colour that repeats them."""
    kind, text = seats_words(free)
    return format_html('<span class="fm-pill fm-pill-{}">{}</span>', kind, text)


def seats_words(free: int) -> tuple[str, str]:
    """Return the kind of pill and its words."""
    if free <= 0:
        return "full", _("All places are taken")
    if free <= FEW_SEATS:
        few = ngettext("Only %(free)s place left", "Only %(free)s places left", free)
        return "short", few % {"free": free}
    return "good", ngettext("%(free)s free place", "%(free)s free places", free) % {"free": free}


@register.simple_tag
def place(session: Any, *, to_staff: bool = False) -> str:
    """Say where a session is held: our venue, a school, or the school that books.

    Takes a row or an offers.Upcoming; a row's school costs a query unless `school_name` is set.
    """
    at = str(session.venue or _school_of(session))
    return places.told(at, session.room, session.audience, to_staff=to_staff)


def _school_of(session: Any) -> str:
    school = getattr(session, "school", None)
    if school is None:
        return ""
    known = getattr(session, "school_name", "")
    return known or school.version_on(session.local_date).name


@register.simple_tag
def held_in(language: str) -> str:
    """Say in which language a session is held."""
    return _("In English") if language == "en" else _("In Danish")


@register.simple_tag
def audience_name(value: str) -> str:
    """Name an audience as the filters do."""
    return {
        Audience.PUPILS: _("School classes"),
        Audience.PARENTS: _("Parents"),
        Audience.PROFESSIONALS: _("Professionals"),
    }[Audience(value)]


@register.simple_tag
def for_whom(audience: str, first: int | None = None, last: int | None = None) -> str:
    """Say for whom a workshop is: "4.-6. klasse" for classes, else the audience."""
    if audience != Audience.PUPILS or (first is None and last is None):
        return audience_name(audience)
    if first == last or last is None or first is None:
        return _("Grade %(grade)s") % {"grade": last if first is None else first}
    return _("Grades %(first)s–%(last)s") % {"first": first, "last": last}


@register.simple_tag
def outside_grades(party: Any, workshop: Any) -> str | SafeString:
    """Mark a class whose grade is not among those of the workshop it comes to; else blank."""
    first, last = workshop.grade_from, workshop.grade_to
    if not grades.is_outside(party.label, first=first, last=last, grade=party.grade):
        return ""
    text = _("%(label)s: outside %(grades)s") % {
        "label": party.label,
        "grades": for_whom(Audience.PUPILS, first, last).lower(),
    }
    return format_html('<span class="fm-pill fm-pill-short">{}</span>', text)


@register.simple_tag
def length(minutes: int) -> str:
    """Write a length: in hours where it comes out even, else in minutes."""
    hours, rest = divmod(minutes, 60)
    if rest or not hours:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}


@register.simple_tag(takes_context=True)
def error_prefix(context: template.Context) -> str:
    """Return what the title of a page begins with when something on it must be changed."""
    if not any(_at_fault(form) for form in _forms(context)):
        return ""
    error = _("Error:")
    return f"{error} "


def _forms(context: template.Context) -> list[Any]:
    """Every form a page shows, under the names that views give them."""
    found = [context.get(name) for name in ("form", "formset")]
    forms = context.get("forms") or ()
    found += list(forms.values()) if isinstance(forms, dict) else list(forms)
    return [form for form in found if form is not None]


def _at_fault(form: Any) -> bool:
    if not getattr(form, "is_bound", False):
        return False
    is_formset = hasattr(form, "total_error_count")
    return bool(form.total_error_count()) if is_formset else bool(form.errors)
