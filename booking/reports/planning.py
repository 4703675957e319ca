"""What is planned: workshops with what lies ahead of them, and the sessions of one of them."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from booking.models import Booking
from workshops.models import Session, Workshop

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class StateTab:
    """One state of workshops, and how many there are in it."""

    state: str
    label: str
    number: int


def tabs() -> list[StateTab]:
    """Return every state with its number of workshops. One query."""
    rows = Workshop.objects.order_by().values("state").annotate(number=Count("pk"))
    numbers = {row["state"]: row["number"] for row in rows}
    order = ("published", "draft", "paused", "archived")
    labels = dict(Workshop.State.choices)
    return [StateTab(state, str(labels[state]), numbers.get(state, 0)) for state in order]


def workshops(state: str, *, now: datetime.datetime) -> QuerySet[Workshop]:
    """Return the workshops of a state with `next_starts`, `ahead`, `sessions_total`, `booked`.

    `booked` counts the live bookings of sessions to come. One query; what lies ahead of a workshop
    is found by an index, so that its past costs nothing but the one number of all its sessions.
    """
    own = Session.objects.filter(workshop=OuterRef("pk"))
    ahead = own.filter(starts__gt=now).exclude(state__in=Session.OVER)
    coming = Booking.objects.live().filter(session__starts__gt=now)
    return (
        Workshop.objects.filter(state=state)
        .select_related("topic")
        .annotate(
            next_starts=Subquery(ahead.order_by("starts").values("starts")[:1]),
            ahead=_number(ahead, "workshop"),
            sessions_total=_number(own, "workshop"),
            booked=_number(coming.filter(session__workshop=OuterRef("pk")), "session__workshop"),
        )
        .order_by(F("next_starts").asc(nulls_last=True), "title")
    )


def _number(rows: QuerySet[Any], group: str) -> Coalesce:
    """Return how many of *rows* belong to a row of an outer query, to which *group* leads."""
    counted = rows.order_by().values(group).annotate(number=Count("*")).values("number")
    return Coalesce(Subquery(counted), 0)


def sessions_of(
    workshop: Workshop, *, now: datetime.datetime, past: bool = False
) -> QuerySet[Session]:
    """Return the sessions of a workshop to come, soonest first; the *past* ones, latest first.

    With `booked`, their number of live bookings. One query, and one for the facilitators.
    """
    live = Booking.objects.live().filter(session=OuterRef("pk"))
    rows = workshop.sessions.select_related("venue", "school", "plan", "deliverer")
    rows = rows.prefetch_related("facilitators").annotate(booked=_number(live, "session"))
    if past:
        return rows.filter(starts__lte=now).order_by("-starts", "pk")[:MOST_ROWS]
    return rows.filter(starts__gt=now).order_by("starts", "pk")[:MOST_ROWS]
