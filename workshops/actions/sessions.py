"""Sessions that nobody has to be told about: opened, closed, staffed."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import texts
from workshops.actions import trail
from workshops.models import Deliverer, Mark, Plan, Session, User, Venue

MOST_SEATS = 1000
_State = Session.State


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """When and where a session is, in which language, and for how many."""

    starts: datetime.datetime
    ends: datetime.datetime
    venue: Venue | None = None
    room: str = ""
    capacity: int
    language: str = "da"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """What a session counts for, and who holds it."""

    plan: Plan
    further_plans: tuple[Plan, ...] = ()
    facilitators: tuple[User, ...] = ()
    deliverer: Deliverer | None = None


def staff(session: Session, crew: Crew, *, revision: int, by: User | None) -> Session:
    """Save plans and people over the revision they were opened with. Notes who did it.

    Another primary plan moves the figures of both plans, so everything is marked.

    Refuses with ``changed_meanwhile`` and ``session_over``.
    """
    with transaction.atomic():
        before = Session.objects.select_for_update().get(pk=session.pk)
        check_not_over(before)
        saved = Session.objects.filter(pk=session.pk, revision=revision)
        if not saved.update(plan=crew.plan, deliverer=crew.deliverer, revision=F("revision") + 1):
            raise trail.changed_meanwhile()
        session.refresh_from_db()
        session.facilitators.set(crew.facilitators)
        session.further_plans.set(further(crew))
        if before.plan_id != crew.plan.pk:
            Mark.objects.create(session=None, reason="session plan")
        trail.note(session, "staffed", by=by)
        return session


def open_booking(session: Session, *, by: User | None) -> Session:
    """Let a draft or closed session be booked. Notes who did it.

    An open one is returned as it is. Refuses with ``session_over``.
    """
    return _switch(session, to=_State.OPEN, by=by)


def close_booking(session: Session, *, by: User | None) -> Session:
    """Take no further bookings for a session; those it has stay. Notes who did it.

    A closed one is returned as it is. Refuses with ``session_over``.
    """
    return _switch(session, to=_State.CLOSED, by=by)


def _switch(session: Session, *, to: _State, by: User | None) -> Session:
    with transaction.atomic():
        standing = Session.objects.filter(pk=session.pk).exclude(state__in=Session.OVER)
        hit = standing.exclude(state=to).update(state=to)
        session.refresh_from_db()
        check_not_over(session)
        if hit:
            trail.note(session, str(to.value), by=by)
        return session


def check(slot: Slot) -> None:
    """Refuse a slot that no session can have.

    Codes: ``ends_before_start``, ``capacity_out_of_range`` and, for the room, those of
    `texts.understood`.
    """
    if slot.ends <= slot.starts:
        message = _("The session ends before it starts. Write when it ends as a later time.")
        raise ValidationError(message, code="ends_before_start")
    if not 1 <= slot.capacity <= MOST_SEATS:
        message = _("The number of places is a number from 1 to %(most)s.")
        raise ValidationError(message, code="capacity_out_of_range", params={"most": MOST_SEATS})
    texts.understood(slot.room, name=_("Room"), longest=80, required=False)


def check_not_over(session: Session) -> None:
    """Refuse a cancelled or withdrawn session with the code ``session_over``."""
    if session.state in Session.OVER:
        message = _("This session has been cancelled and can no longer be changed.")
        raise ValidationError(message, code="session_over")


def columns(slot: Slot) -> dict[str, object]:
    """Return the columns of Session that *slot* fills."""
    return {
        "starts": slot.starts,
        "ends": slot.ends,
        "venue": slot.venue,
        "room": slot.room.strip(),
        "capacity": slot.capacity,
        "language": slot.language,
    }


def slot_on(
    day: datetime.date, *, since: datetime.time, until: datetime.time, **rest: object
) -> Slot:
    """Return the slot of *day* from *since* to *until* by the clock of the town."""
    zone = timezone.get_default_timezone()
    moments = (datetime.datetime.combine(day, at, zone) for at in (since, until))
    starts, ends = (moment.astimezone(datetime.UTC) for moment in moments)
    return Slot(starts=starts, ends=ends, **rest)  # type: ignore[arg-type]  # the fields of Slot


def further(crew: Crew) -> list[Plan]:
    """Return the plans of *crew* beside the one that is counted."""
    return [plan for plan in crew.further_plans if plan.pk != crew.plan.pk]
