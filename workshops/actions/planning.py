"""Sessions are planned in series: a week apart, holidays left out, all of them or none."""

import datetime
import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from workshops import holidays
from workshops.actions import sessions, trail
from workshops.actions.sessions import Crew, Slot
from workshops.models import Session, User, Workshop

MOST_SESSIONS = 40  # of one series: a school year of weeks
_WEEK = datetime.timedelta(weeks=1)


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
    ``too_many_sessions``, and as `sessions.check`.
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
        all(getattr(session, name) == value for name, value in sessions.columns(slot).items())
        and (session.plan, session.deliverer) == (crew.plan, crew.deliverer)
        and set(session.facilitators.all()) == set(crew.facilitators)
        and set(session.further_plans.all()) == set(sessions.further(crew))
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
        sessions.check(slot)


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
            state=Session.State.OPEN if is_open else Session.State.DRAFT,
            **sessions.columns(slot),
        )
        session.facilitators.set(crew.facilitators)
        session.further_plans.set(sessions.further(crew))
        trail.note(session, "planned", by=by)
        made.append(session)
    return made


def _references(request_key: uuid.UUID) -> list[str]:
    """Return the references of the longest series this request could have made."""
    return [_reference(request_key, place) for place in range(MOST_SESSIONS)]


def _reference(request_key: uuid.UUID, place: int) -> str:
    digest = hashlib.sha256(f"{request_key}:{place}".encode()).hexdigest()
    return f"F-{digest[:12]}"
