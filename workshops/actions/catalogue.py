"""The catalogue: a workshop is written and edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from workshops import texts
from workshops.actions import trail
from workshops.folding import fold_search, fold_title
from workshops.models import Mark, Topic, User, Workshop

HIGHEST_GRADE = 10
MOST_MINUTES = 600
_SLUG_LENGTH = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a workshop is called, for whom it is and how it is booked."""

    title: str
    title_en: str = ""
    audience: str
    topic: Topic | None = None
    grade_from: int | None = None
    grade_to: int | None = None
    minutes: int | None = None
    needs_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """What the public page says, in Danish and in English."""

    summary: str = ""
    summary_en: str = ""
    description: str = ""
    description_en: str = ""
    preparation: str = ""
    preparation_en: str = ""
    school_provides: str = ""
    school_provides_en: str = ""


def create(facts: Facts, *, by: User | None) -> Workshop:
    """Write a new workshop as a draft, with an address made from its title; note who did it.

    Refuses with ``title_missing``, ``title_taken``, ``grades_out_of_order``,
    ``grade_out_of_range``, ``minutes_out_of_range`` and ``looks_like_cpr``.
    """
    columns = _columns(facts)
    _check_facts(facts)
    with transaction.atomic():
        _check_title(facts.title, but=None)
        workshop = Workshop(**columns, slug=_slug(facts.title, but=None))
        try:
            with transaction.atomic():
                workshop.save()
        except IntegrityError as error:  # the same title at the same moment
            raise _taken(facts.title) from error
        trail.note(workshop, "created", by=by)
        return workshop


def update(workshop: Workshop, to: Facts | Texts, *, revision: int, by: User | None) -> Workshop:
    """Save *to* over the revision it was opened with, by one conditional UPDATE.

    A new title gives a new address as long as the workshop has never been published, and a mark,
    since measures name workshops by their title. Notes who did it.

    Refuses with ``changed_meanwhile``, ``audience_fixed`` (it has sessions), and as `create`.
    """
    columns = _columns(to)
    with transaction.atomic():
        current = Workshop.objects.select_for_update().get(pk=workshop.pk)
        if isinstance(to, Facts):
            _check_facts(to)
            columns |= _named(current, to)
        _save(current, columns, revision=revision)
        if columns.get("folded_title", current.folded_title) != current.folded_title:
            Mark.objects.create(session=None, reason="workshop title")
        workshop.refresh_from_db()
        trail.note(workshop, "edited", by=by)
        return workshop


def _save(workshop: Workshop, columns: Mapping[str, Any], *, revision: int) -> None:
    saved = Workshop.objects.filter(pk=workshop.pk, revision=revision)
    try:
        with transaction.atomic():
            hit = saved.update(**columns, revision=F("revision") + 1)
    except IntegrityError as error:  # the same title at the same moment
        raise _taken(columns["title"]) from error
    if not hit:
        raise trail.changed_meanwhile()


def _columns(to: Facts | Texts) -> dict[str, Any]:
    """Return the columns of *to*, texts in their one stored form; refuse what cannot be kept."""
    columns = {field.name: getattr(to, field.name) for field in fields(to)}
    for name, value in columns.items():
        if isinstance(value, str):
            label = Workshop._meta.get_field(name).verbose_name  # type: ignore[union-attr]  # noqa: SLF001 - Django's public _meta
            columns[name] = texts.understood(
                value, name=label, longest=10_000, required=False, lines=isinstance(to, Texts)
            )
    return columns


def _check_facts(facts: Facts) -> None:
    if not facts.title.strip():
        message = _("Title is missing. Write what the workshop is called.")
        raise ValidationError(message, code="title_missing")
    grades = (facts.grade_from, facts.grade_to)
    if any(grade is not None and not 0 <= grade <= HIGHEST_GRADE for grade in grades):
        message = _("A grade is a number from 0 to %(highest)s.")
        params = {"highest": HIGHEST_GRADE}
        raise ValidationError(message, code="grade_out_of_range", params=params)
    low, high = grades
    if low is not None and high is not None and high < low:
        message = _("The last grade is below the first. Write the lower one first.")
        raise ValidationError(message, code="grades_out_of_order")
    if facts.minutes is not None and not 1 <= facts.minutes <= MOST_MINUTES:
        message = _("The length is a number of minutes from 1 to %(most)s.")
        raise ValidationError(message, code="minutes_out_of_range", params={"most": MOST_MINUTES})


def _named(workshop: Workshop, facts: Facts) -> dict[str, Any]:
    """Check title and audience against the stored rows; return the columns that follow."""
    _check_title(facts.title, but=workshop.pk)
    if facts.audience != workshop.audience and workshop.sessions.exists():
        message = _("The workshop has sessions already, so its audience stays.")
        raise ValidationError(message, code="audience_fixed")
    named = {"folded_title": fold_title(facts.title)}
    if workshop.published_at is None and facts.title != workshop.title:
        named["slug"] = _slug(facts.title, but=workshop.pk)
    return named


def _check_title(title: str, *, but: int | None) -> None:
    if Workshop.objects.exclude(pk=but or 0).filter(folded_title=fold_title(title)).exists():
        raise _taken(title)


def _taken(title: str) -> ValidationError:
    message = _("There is a workshop called %(title)s already. Choose another title.")
    return ValidationError(message, code="title_taken", params={"title": title})


def _slug(title: str, *, but: int | None) -> str:
    """Return an address that no other workshop has, made of the words of the title."""
    base = slugify(fold_search(title))[:_SLUG_LENGTH].strip("-") or "workshop"
    others = Workshop.objects.exclude(pk=but or 0).filter(slug__startswith=base)
    return _first_free(base, set(others.values_list("slug", flat=True)))


def _first_free(base: str, taken: Iterable[str]) -> str:
    taken, number, slug = set(taken), 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
