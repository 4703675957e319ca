"""Which sessions and bookings a coordinator asked for."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from booking.models import Party
from booking.models.booking import BookingQuerySet
from workshops import telephones
from workshops.folding import fold_search
from workshops.models import School, Workshop
from workshops.models.schools import SchoolQuerySet
from workshops.models.session import SessionQuerySet

DECISION = "decision"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilters:
    """What narrows a list of sessions; everything else is let through."""

    workshop: Workshop | None = None
    facilitator: int | None = None
    deliverer: int | None = None
    school: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingFilters:
    """What narrows a list of bookings."""

    text: str = ""
    state: str = ""
    workshop: Workshop | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None


def sessions(found: SessionQuerySet, filters: SessionFilters) -> SessionQuerySet:
    """Narrow *found*; a school is the one that comes, or the one where it is held."""
    if filters.workshop:
        found = found.filter(workshop=filters.workshop)
    if filters.facilitator:
        found = found.filter(facilitators=filters.facilitator)
    if filters.deliverer:
        found = found.filter(deliverer=filters.deliverer)
    if filters.school:
        schools = _schools(filters.school)
        coming = Party.objects.live().filter(session=OuterRef("pk"), school__in=schools)
        found = found.filter(Q(Exists(coming)) | Q(school__in=schools))
    return found.filter(_within("", filters.since, filters.until))


def bookings(
    found: BookingQuerySet, filters: BookingFilters, now: datetime.datetime
) -> BookingQuerySet:
    """Narrow *found*, which has no booking that a later row of an import replaced."""
    found = found.current()
    if filters.state == DECISION:
        found = found.awaiting_decision(now)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.workshop:
        found = found.filter(session__workshop=filters.workshop)
    if filters.text:
        found = found.filter(_said(filters.text))
    return found.filter(_within("session__", filters.since, filters.until))


def _said(text: str) -> Q:
    """A reference, a school's name or number, or a contact's name, address or telephone."""
    text = text.strip()
    number = telephones.dialled(text)
    called = Q(contact__mobile=number) if number else Q()
    schools = _schools(text)
    coming = Party.objects.filter(booking=OuterRef("pk"), school__in=schools)
    return (
        Q(reference__icontains=text.replace(" ", ""))
        | Q(contact__name__icontains=text)
        | Q(contact__email__icontains=text)
        | Q(Exists(coming))
        | called
    )


def _schools(text: str) -> SchoolQuerySet:
    """Schools by name or number; none for signs alone, which every name would hold."""
    return School.objects.matching(text) if fold_search(text).split() else School.objects.none()


def _within(prefix: str, since: datetime.date | None, until: datetime.date | None) -> Q:
    """Sessions on the local days from *since* to *until*, both included."""
    wanted = Q()
    if since:
        wanted &= Q(**{f"{prefix}starts__gte": _midnight(since)})
    if until and until < datetime.date.max:
        wanted &= Q(**{f"{prefix}starts__lt": _midnight(until + datetime.timedelta(days=1))})
    return wanted


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), timezone.get_default_timezone())
