"""Sessions that nobody has to be told about: planned in series, opened, closed, staffed."""

import datetime
import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops import holidays
from workshops.actions import trail
from workshops.models import Deliverer, Mark, Plan, Session, User, Venue, Workshop
from workshops.readers.problems import looks_like_cpr

MOST_SESSIONS = 40  # of one series: a school year of weeks
MOST_SEATS = 1000
_WEEK = datetime.timedelta(weeks=1)
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


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a series; *free* names the holiday it falls on, *skipped* when it is left out."""

    date: datetime.date
    free: str = ""
    skipped: bool = False


def series(first: datetime.date, *, times: int) -> list[Day]:
    """Return the days of *times* weekly sessions from *first* on, skipped holidays among them.

    The first day stands as it was written, also on a holiday; each later week that falls on one is
    skipped and made up for at the end.
    """
    return list(_days(first, max(1, min(times, MOST_SESSIONS))))


def _days(first: datetime.date, wanted: int) -> Iterator[Day]:
    free = holidays.free_days()
    yield Day(first, free.get(first, ""))
    wanted -= 1
    day = first
    while wanted and datetime.date.max - day > _WEEK:
        day += _WEEK
        yield Day(day, free.get(day, ""), skipped=day in free)
        wanted -= day not in free


def plan(
    workshop: Workshop,
    slots: Sequence[Slot],
    *,
    crew: Crew,
    is_open: bool,
    request_key: uuid.UUID,
    by: User | None,
) -> list[Session]:
    """Make a session for each slot, all or none, open for booking or as drafts. Notes who did it.

    Locks the workshop. The same *request_key* again returns the sessions it made.

    Refuses with ``request_key_reused`` (other content), ``workshop_archived``, ``dates_missing``,
    ``too_many_sessions``, and as `check`.
    """
    _check_slots(slots)
    try:
        with transaction.atomic():
            workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
            known = _known(request_key, workshop, slots, crew)
            if known:
                return known
            _check_not_archived(workshop)
            references = _references(request_key)[: len(slots)]
            return _make(workshop, slots, references, crew, is_open=is_open, by=by)
    except IntegrityError:  # the same key for another workshop at the same moment
        known = _known(request_key, workshop, slots, crew)
        if not known:
            raise
        return known


def _known(
    request_key: uuid.UUID, workshop: Workshop, slots: Sequence[Slot], crew: Crew
) -> list[Session]:
    """Return the sessions that the request made before; refuse its key with other content."""
    references = _references(request_key)
    whole = Session.objects.select_related("plan", "deliverer", "venue").prefetch_related(
        "facilitators", "further_plans"
    )
    found = {session.reference: session for session in whole.filter(reference__in=references)}
    known = [found[reference] for reference in references if reference in found]
    if known and not (
        len(known) == len(slots)
        and all(_is_as_asked(*pair, workshop, crew) for pair in zip(known, slots, strict=True))
    ):
        message = _("This form was sent before with other content. Open it anew and fill it in.")
        raise ValidationError(message, code="request_key_reused")
    return known


def _is_as_asked(session: Session, slot: Slot, workshop: Workshop, crew: Crew) -> bool:
    """Whether a session is the one of this slot; one that was edited since tells no more."""
    if session.workshop_id != workshop.pk:
        return False
    if session.revision:
        return True
    return (
        all(getattr(session, name) == value for name, value in columns(slot).items())
        and (session.plan, session.deliverer) == (crew.plan, crew.deliverer)
        and set(session.facilitators.all()) == set(crew.facilitators)
        and set(session.further_plans.all()) == set(_further(crew))
    )


def _check_not_archived(workshop: Workshop) -> None:
    if workshop.state == Workshop.State.ARCHIVED:
        message = _("The workshop is archived. Publish it again before you plan sessions.")
        raise ValidationError(message, code="workshop_archived")


def _check_slots(slots: Sequence[Slot]) -> None:
    if not slots:
        message = _("There is no date. Write the first date.")
        raise ValidationError(message, code="dates_missing")
    if len(slots) > MOST_SESSIONS:
        message = _("At most %(most)s sessions are planned at a time.")
        raise ValidationError(message, code="too_many_sessions", params={"most": MOST_SESSIONS})
    for slot in slots:
        check(slot)


def _make(
    workshop: Workshop,
    slots: Sequence[Slot],
    references: Sequence[str],
    crew: Crew,
    *,
    is_open: bool,
    by: User | None,
) -> list[Session]:
    made = []
    for slot, reference in zip(slots, references, strict=True):
        session = Session.objects.create(
            reference=reference,
            workshop=workshop,
            audience=workshop.audience,
            plan=crew.plan,
            deliverer=crew.deliverer,
            state=_State.OPEN if is_open else _State.DRAFT,
            **columns(slot),
        )
        session.facilitators.set(crew.facilitators)
        session.further_plans.set(_further(crew))
        trail.note(session, "planned", by=by)
        made.append(session)
    return made


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
        session.further_plans.set(_further(crew))
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

    Codes: ``ends_before_start``, ``capacity_out_of_range`` and ``looks_like_cpr`` (the room).
    """
    if slot.ends <= slot.starts:
        message = _("The session ends before it starts. Write when it ends as a later time.")
        raise ValidationError(message, code="ends_before_start")
    if not 1 <= slot.capacity <= MOST_SEATS:
        message = _("The number of places is a number from 1 to %(most)s.")
        raise ValidationError(message, code="capacity_out_of_range", params={"most": MOST_SEATS})
    if looks_like_cpr(slot.room):
        message = _("The field %(field)s looks like a CPR number: remove it.")
        raise ValidationError(message, code="looks_like_cpr", params={"field": _("Room")})


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


def _further(crew: Crew) -> list[Plan]:
    return [plan for plan in crew.further_plans if plan.pk != crew.plan.pk]


def _references(request_key: uuid.UUID) -> list[str]:
    """Return the references of the longest series this request could have made."""
    return [_reference(request_key, place) for place in range(MOST_SESSIONS)]


def _reference(request_key: uuid.UUID, place: int) -> str:
    digest = hashlib.sha256(f"{request_key}:{place}".encode()).hexdigest()
    return f"F-{digest[:12]}"
