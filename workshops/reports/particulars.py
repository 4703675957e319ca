"""What the page of one workshop says: its texts, and its dates with those nearest to a full one."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from workshops.models import Audience, Workshop
from workshops.prepared import A_KEY, A_TIME, A_WORD, Prepared
from workshops.reports.offers import COLOURS
from workshops.reports.rows import Row, local
from workshops.reports.upcoming import Upcoming, by_workshop, coming, schools_of

ALTERNATIVES = 2
SHOWN = (Workshop.State.PUBLISHED, Workshop.State.PAUSED, Workshop.State.ARCHIVED)


class Date(NamedTuple):
    """A session on the workshop's page; a full one names the nearest that are not."""

    session: Upcoming
    nearest: tuple[Upcoming, ...] = ()
    is_first_free: bool = False


class Particulars(NamedTuple):
    """A workshop as its page shows it."""

    slug: str
    title: str
    summary: str
    description: str
    preparation: str
    school_provides: str
    audience: str
    topic: str
    colour: int
    grades: tuple[int | None, int | None]
    minutes: int | None
    needs_approval: bool
    dates: tuple[Date, ...]

    @property
    def is_for_classes(self) -> bool:
        """Say whether schools book it."""
        return self.audience == Audience.PUPILS

    @property
    def has_room(self) -> bool:
        """Say whether any date can be booked."""
        return any(not date.session.is_full for date in self.dates)


class WorkshopTables(NamedTuple):
    """What the tables say: equal reads make equal particulars."""

    workshop: Row
    sessions: tuple[Row, ...] = ()
    schools: tuple[Row, ...] = ()

    @property
    def is_offered(self) -> bool:
        """Say whether it is published, not paused or in the archive."""
        return bool(self.workshop.state == Workshop.State.PUBLISHED)


_TEXTS = ("title", "summary", "description", "preparation", "school_provides")
_COLUMNS = (
    "pk",
    "slug",
    "state",
    *_TEXTS,
    *(f"{name}_en" for name in _TEXTS),
    "audience",
    "topic_id",
    "topic__title",
    "topic__title_en",
    "grade_from",
    "grade_to",
    "minutes",
    "needs_approval",
)
_WORKSHOP = Prepared(
    lambda slug: Workshop.objects.filter(state__in=SHOWN, slug=slug).values_list(
        *_COLUMNS, named=True
    ),
    slug=A_WORD,
)
_SESSIONS = Prepared(lambda now, key: coming(now).filter(workshop=key), now=A_TIME, key=A_KEY)


def read(slug: str, *, now: datetime.datetime) -> WorkshopTables | None:
    """Read a workshop that is or was offered; None when there is none.

    One query, a second for the sessions of what is offered, and a third where one of them is held
    at a certain school.
    """
    for workshop in _WORKSHOP.rows(slug=slug):
        found = WorkshopTables(workshop)
        if not found.is_offered:
            return found
        sessions = tuple(_SESSIONS.rows(now=now, key=workshop.pk))
        return WorkshopTables(workshop, sessions, schools_of(sessions))
    return None


def of(tables: WorkshopTables) -> Particulars:
    """Say what was read, in the active language. No query."""
    row = tables.workshop
    return Particulars(
        slug=row.slug,
        **{name: local(row, name) for name in _TEXTS},
        audience=row.audience,
        topic=local(row, "topic__title") if row.topic_id else "",
        colour=(row.topic_id or 0) % COLOURS,
        grades=(row.grade_from, row.grade_to),
        minutes=row.minutes,
        needs_approval=row.needs_approval,
        dates=tuple(_dates(by_workshop(tables.sessions, tables.schools)[row.pk])),
    )


def _dates(sessions: list[Upcoming]) -> Iterator[Date]:
    free = [session for session in sessions if not session.is_full]
    for session in sessions:
        nearest = tuple(_nearest(session, free)) if session.is_full else ()
        yield Date(session, nearest, is_first_free=free[:1] == [session])


def _nearest(full: Upcoming, free: list[Upcoming]) -> Iterator[Upcoming]:
    closest = sorted(free, key=lambda other: abs(other.starts - full.starts))[:ALTERNATIVES]
    yield from sorted(closest, key=lambda other: other.starts)
