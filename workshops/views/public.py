"""Pages for everybody: the catalogue and one workshop."""

from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from workshops.forms import filters
from workshops.models import Audience, Workshop
from workshops.reports import offers
from workshops.reports.offers import Choices, Offer, Read, Wanted

MESSAGES = CookieStorage.cookie_name
SHOWN = (Workshop.State.PUBLISHED, Workshop.State.PAUSED, Workshop.State.ARCHIVED)


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List what is offered and fits the filters of the address; to htmx only the list."""
    wanted = filters.read(request.GET)
    tables = offers.read(wanted, now=timezone.now())
    only_list = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    html = _found(request, tables, wanted) if only_list else _page(request, tables, wanted)
    answer = HttpResponse(html)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@login_not_required
@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one workshop and its sessions; one that is no longer offered says so."""
    known = Workshop.objects.filter(state__in=SHOWN).select_related("topic")
    found = get_object_or_404(known, slug=slug)
    if found.state != Workshop.State.PUBLISHED:
        gone = {"workshop": found}
        return render(request, "workshops/public/not_offered.html", gone, status=404)
    dates = offers.dates_of(found, now=timezone.now())
    context = {
        "workshop": found,
        "dates": dates,
        "first_free": next((date for date in dates if not date.session.is_full), None),
        "colour": (found.topic_id or 0) % offers.COLOURS,
        "is_for_classes": found.audience == Audience.PUPILS,
    }
    return render(request, "workshops/public/workshop.html", context)


# --- the catalogue as text -----------------------------------------------------------------------
# What is rendered is remembered by everything it says, free seats among it: no page is older than
# the rows that were read for this very request.

_PAGES: dict[tuple[object, ...], str] = {}
MOST_PAGES = 200


def _page(request: HttpRequest, tables: Read, wanted: Wanted) -> str:
    """Render the whole page; for nobody in particular the same rows give the same page."""
    if {settings.SESSION_COOKIE_NAME, MESSAGES} & request.COOKIES.keys():
        return _found(request, tables, wanted, template="catalogue")
    key = (get_language(), timezone.localdate().year, request.get_full_path(), tables)
    page = _PAGES.get(key)
    if page is None:
        page = _found(request, tables, wanted, template="catalogue")
        if len(_PAGES) >= MOST_PAGES:
            _PAGES.clear()
        _PAGES[key] = page
    return page


def _found(request: HttpRequest, tables: Read, wanted: Wanted, *, template: str = "found") -> str:
    found = offers.found_in(tables, wanted)
    language, year = get_language() or "", timezone.localdate().year
    context = {
        "cards": [_card(offer, language, year) for offer in found.offers],
        "wanted": wanted,
        "filters": _filters(found.choices, wanted, language),
    }
    return _tight(render_to_string(f"workshops/public/{template}.html", context, request))


@lru_cache(maxsize=1024)
def _card(offer: Offer, _language: str, _year: int) -> SafeString:
    html = render_to_string("workshops/public/card.html", {"offer": offer})
    return mark_safe(_tight(html))  # noqa: S308 - a template of ours has escaped it


@lru_cache(maxsize=512)
def _filters(choices: Choices, wanted: Wanted, _language: str) -> SafeString:
    context = {
        "choices": choices,
        "wanted": wanted,
        "grades": filters.GRADES,
        "audiences": filters.AUDIENCES.items(),
    }
    html = render_to_string("workshops/public/filters.html", context)
    return mark_safe(_tight(html))  # noqa: S308 - likewise


def _tight(html: str) -> str:
    """Leave out indents: they would be a third of the page."""
    return "\n".join(line for part in html.splitlines() if (line := part.strip()))
