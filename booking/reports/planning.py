"""What is planned: workshops with what lies ahead of them, and the sessions of one of them."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from booking.models import Booking
from workshops.models import Session, Workshop

MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Tab:
    """One state of workshops, and how many there are in it."""

    state: str
    label: str
    number: int


def tabs() -> list[Tab]:
    """Return every state with its number of workshops. One query."""
    rows = Workshop.objects.order_by().values("state").annotate(number=Count("pk"))
    numbers = {row["state"]: row["number"] for row in rows}
    order = ("published", "draft", "paused", "archived")
    labels = dict(Workshop.State.choices)
    return [Tab(state, str(labels[state]), numbers.get(state, 0)) for state in order]


def workshops(state: str, *, now: datetime.datetime) -> QuerySet[Workshop]:
    """Return the workshops of a state with `next_starts`, `ahead`, `sessions_total`, `booked`.

    `booked` counts the live bookings of sessions to come. One query.
    """
    standing = Q(sessions__starts__gt=now) & ~Q(sessions__state__in=Session.OVER)
    live = (
        Booking.objects.live()
        .filter(session__workshop=OuterRef("pk"), session__starts__gt=now)
        .order_by()
        .values("session__workshop")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        Workshop.objects.filter(state=state)
        .select_related("topic")
        .annotate(
            next_starts=Min("sessions__starts", filter=standing),
            ahead=Count("sessions", filter=standing),
            sessions_total=Count("sessions"),
            booked=Coalesce(Subquery(live), 0),
        )
        .order_by(F("next_starts").asc(nulls_last=True), "title")
    )


def sessions_of(
    workshop: Workshop, *, now: datetime.datetime, past: bool = False
) -> QuerySet[Session]:
    """Return the sessions of a workshop to come, soonest first; the *past* ones, latest first.

    With `booked`, their number of live bookings. One query, and one for the facilitators.
    """
    live = (
        Booking.objects.live()
        .filter(session=OuterRef("pk"))
        .order_by()
        .values("session")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = workshop.sessions.select_related("venue", "school", "plan", "deliverer")
    rows = rows.prefetch_related("facilitators").annotate(booked=Coalesce(Subquery(live), 0))
    if past:
        return rows.filter(starts__lte=now).order_by("-starts", "pk")[:MOST_ROWS]
    return rows.filter(starts__gt=now).order_by("starts", "pk")[:MOST_ROWS]
