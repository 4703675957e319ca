"""Sessions to come as the public sees them: when, where, and how many seats are free."""

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Cast
from django.utils import timezone

from workshops.histories import Histories
from workshops.models import Audience, SchoolVersion, Session
from workshops.models.session import SessionQuerySet
from workshops.reports.rows import Row

# Seats of one form, as the booking behind it allows; a test holds them together.
AT_ONCE = {Audience.PARENTS: 50, Audience.PROFESSIONALS: 10}


class Upcoming(NamedTuple):
    """A session that can still be booked, or could if it were not full."""

    reference: str
    starts: datetime.datetime
    ends: datetime.datetime
    seats_free: int
    language: str
    audience: str
    venue: str
    room: str
    district: tuple[int, str] | None
    comes_to_school: bool

    @property
    def is_full(self) -> bool:
        """Nobody can book; the card says so and stays."""
        return self.seats_free <= 0

    @property
    def seats_at_once(self) -> int:
        """How many seats one form can take."""
        return min(self.seats_free, AT_ONCE.get(Audience(self.audience), self.seats_free))


def coming(now: datetime.datetime) -> QuerySet[Session, Row]:
    """Coming sessions, in their order, as rows that `of` understands."""
    return rows_of(with_free(now).bookable(now).order_by("starts", "pk"))


def rows_of(sessions: QuerySet[Session], *more: str) -> QuerySet[Session, Row]:
    """Return sessions that have their *free* seats as rows that `of` understands, and *more*.

    Times are read as text, since most of them are looked at by nobody: with 120 sessions and a page
    that is remembered, Django's own reading of times takes twice the processor time.
    """
    told = sessions.annotate(begins=Cast("starts", CharField()), finishes=Cast("ends", CharField()))
    return told.values_list(*COLUMNS, *more, named=True)


def with_free(now: datetime.datetime) -> SessionQuerySet:
    """Sessions with the number of seats that are *free*.

    Those of expired holds are: a hold that nobody has cleared away blocks nobody.
    """
    holds = Session._meta.get_field("holds").related_model._default_manager  # noqa: SLF001 - whose they are, stands above
    expired = holds.filter(expires_at__lte=now).order_by().values("session")
    seats = expired.filter(session=OuterRef("pk")).annotate(sum=Sum("seats")).values("sum")
    # Few sessions have an expired hold: which, is asked once; how many seats, of those alone.
    given_back = Case(When(pk__in=expired, then=Subquery(seats)), default=0)
    return Session.objects.annotate(free=F("capacity") - F("seats_taken") + given_back)


# Of a session that is annotated with the seats that are *free*, its workshop first.
COLUMNS = (
    "workshop_id",
    "reference",
    "begins",
    "finishes",
    "free",
    "language",
    "audience",
    "venue__name",
    "room",
    "venue__district__number",
    "venue__district__name",
    "school_id",
)


def schools_of(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Read what schools are called. One query, only when a session is held at a certain school."""
    keys = {row.school_id for row in rows if row.school_id}
    if not keys:
        return ()
    versions = SchoolVersion.objects.filter(school__in=keys).order_by("pk")
    return tuple(versions.values_list("school_id", "valid_from", "name"))


def by_workshop(rows: tuple[Row, ...], schools: tuple[Row, ...]) -> dict[int, list[Upcoming]]:
    """Sort rows of `coming` by workshop, with the names that `schools_of` has read."""
    names: Histories[str] = Histories(schools)
    dates: dict[int, list[Upcoming]] = defaultdict(list)
    for row in rows:
        dates[row.workshop_id].append(of(row, names))
    return dates


def of(row: Row, names: Histories[str]) -> Upcoming:
    """Return the session that COLUMNS say, with the name of the school where it is held."""
    starts = _instant(row.begins)
    school = row.school_id and names.on(row.school_id, timezone.localdate(starts))
    number, name = row.venue__district__number, row.venue__district__name
    is_here = not row.venue__name and not row.school_id
    return Upcoming(
        reference=row.reference,
        starts=starts,
        ends=_instant(row.finishes),
        seats_free=row.free,
        language=row.language,
        audience=row.audience,
        venue=row.venue__name or school or "",
        room=row.room,
        district=(number, name) if number is not None else None,
        comes_to_school=is_here and row.audience == Audience.PUPILS,
    )


def _instant(text: str) -> datetime.datetime:
    """Read a time as either database writes it: PostgreSQL with its zone, SQLite without; UTC."""
    instant = datetime.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=datetime.UTC)
