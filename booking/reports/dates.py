"""Where else there is room: the nearest free dates for whoever came too late."""

import datetime
from typing import NamedTuple

from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.functions import Greatest

from workshops.histories import Histories
from workshops.models import Session, Workshop
from workshops.prepared import A_KEY, A_TIME, A_WORD, Prepared
from workshops.reports import upcoming
from workshops.reports.rows import Row, local
from workshops.reports.upcoming import Upcoming

MOST = 3


class Near(NamedTuple):
    """A date with room, and the workshop it is of."""

    session: Upcoming
    slug: str
    title: str


class Nearest(NamedTuple):
    """What is left where somebody came too late, and where else there is room."""

    left: int = 0
    dates: tuple[Near, ...] = ()


def nearest(session: Session, *, seats: int, now: datetime.datetime) -> Nearest:
    """Return the seats left in *session* now, and up to MOST others with room for *seats*, for the
    same audience.

    The same workshop first, then the same topic, then the rest; each nearest in time first. One
    query, and one more where one of them is held at a certain school; no row is locked, so a date
    may be gone when its button is pressed.
    """
    found = _NEAREST.rows(
        now=now,
        pk=session.pk,
        workshop=session.workshop_id,
        topic=session.workshop.topic_id or 0,
        audience=session.audience,
        starts=session.starts,
        seats=seats,
    )
    others = tuple(row for row in found if row.reference != session.reference)[:MOST]
    names: Histories[str] = Histories(upcoming.schools_of(others))
    return Nearest(
        left=sum(row.free for row in found if row.reference == session.reference),
        dates=tuple(
            Near(upcoming.of(row, names), row.workshop__slug, local(row, "workshop__title"))
            for row in others
        ),
    )


_WORKSHOP = ("workshop__slug", "workshop__title", "workshop__title_en")


def _ranked(
    *,
    now: datetime.datetime,
    pk: int,
    workshop: int,
    topic: int,
    audience: str,
    starts: datetime.datetime,
    seats: int,
) -> QuerySet[Session, Row]:
    """Ask for the session itself, which comes first, and the nearest others."""
    sessions = upcoming.with_free(now)
    others = sessions.bookable(now).filter(
        Q(free__gte=Value(seats)), audience=audience, workshop__state=Workshop.State.PUBLISHED
    )
    distance = Case(
        When(pk=pk, then=Value(0)),
        When(workshop=workshop, then=Value(1)),
        When(workshop__topic=topic, then=Value(2)),
        default=Value(3),
    )
    ranked = (sessions.filter(pk=pk) | others).order_by(distance, _apart(starts), "pk")
    return upcoming.rows_of(ranked, *_WORKSHOP)[: MOST + 1]


_NEAREST = Prepared(
    _ranked,
    now=A_TIME,
    pk=A_KEY,
    workshop=A_KEY + 1,
    topic=A_KEY + 2,
    audience=A_WORD,
    starts=A_TIME + datetime.timedelta(days=1),
    seats=A_KEY + 3,
)


def _apart(starts: datetime.datetime) -> Greatest:
    """How far apart in time: neither database has the absolute value of a duration."""
    later = ExpressionWrapper(F("starts") - Value(starts), output_field=DurationField())
    earlier = ExpressionWrapper(Value(starts) - F("starts"), output_field=DurationField())
    return Greatest(later, earlier)
