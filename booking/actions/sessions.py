"""Sessions that people have booked: rescheduled or cancelled, and everybody is told."""

import copy
import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.actions import bookings, moves, refusals, seats
from booking.models import Booking, Transition
from booking.states import OverReason
from workshops import texts
from workshops.actions import sessions, trail
from workshops.actions.sessions import Slot
from workshops.models import Mark, Session, User

# What everybody who booked is told of; other columns are no news to them.
_TOLD = ("starts", "ends", "venue_id", "room")


def reschedule(
    session: Session,
    to: Slot,
    *,
    revision: int,
    by: User | None,
    now: datetime.datetime | None = None,
) -> Session:
    """Save when and where a session is over the revision that was opened. One transaction.

    Locks the session and drops what has expired there. Saves by one conditional UPDATE. Where time
    or place change: shifts the days on which contacts and needs are deleted, and the deadlines of
    what waits; writes a Transition of each live booking from its state to itself, and tells its
    booker, unless the session has begun: a room that is put right afterwards is no news. Marks the
    session, or everything when its year changes, since an aggregation looks at where a session is
    now. Notes who did it.

    Refuses with ``changed_meanwhile``, ``session_over``, ``capacity_below_taken`` (naming the
    number), ``session_counted`` (it has counts, and the time changes), ``session_begun`` (it is
    booked, and the new time has passed) and as `workshops.actions.sessions.check`.
    """
    now = now or timezone.now()
    with refusals.from_constraints(), transaction.atomic():
        current = seats.lock([session.pk])[session.pk]
        if current.revision != revision:
            raise trail.changed_meanwhile()
        seats.clear(current, now=now)
        current.refresh_from_db()
        _check(current, to, now=now)
        old = copy.copy(current)
        _save(current, to, revision=revision)
        if _differs(old, current):
            for booking in _live(current):
                _follow(booking, old=old, by=by, now=now)
        _mark(old, current, now=now)
        trail.note(current, "rescheduled", by=by)
        return current


def _check(session: Session, to: Slot, *, now: datetime.datetime) -> None:
    sessions.check_not_over(session)
    sessions.check(to)
    if to.capacity < session.seats_taken:
        message = _(
            "%(taken)s places are taken already. Write at least %(taken)s,"
            " or cancel bookings first."
        )
        params = {"taken": session.seats_taken}
        raise ValidationError(message, code="capacity_below_taken", params=params)
    if (to.starts, to.ends) == (session.starts, session.ends):
        return
    check_not_counted(session)
    if to.starts <= now and session.bookings.live().exists():
        message = _("The new time has passed, and the session is booked. Write a time to come.")
        raise ValidationError(message, code="session_begun")


def why_not_cancel(session: Session) -> ValidationError | None:
    """Return what `cancel` would refuse this session with, whatever the reason given."""
    try:
        sessions.check_not_over(session)
        check_not_counted(session)
    except ValidationError as refusal:
        return refusal
    return None


def check_not_counted(session: Session) -> None:
    """Refuse a session with registered counts, with the code ``session_counted``."""
    if session.parties.counted().exists():
        message = _("It has been counted who came to this session, so it stays where it was.")
        raise ValidationError(message, code="session_counted")


def _save(session: Session, to: Slot, *, revision: int) -> None:
    """Write *to* into a locked session; a venue of ours takes the place of a school."""
    columns = sessions.columns(to)
    if to.venue is not None:
        columns["school"] = None
    saved = Session.objects.filter(pk=session.pk, revision=revision)
    if not saved.update(**columns, revision=F("revision") + 1):
        raise trail.changed_meanwhile()
    session.refresh_from_db()


def _differs(old: Session, new: Session) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in _TOLD)


def _live(session: Session) -> list[Booking]:
    """Return the live bookings of a locked session, locked in pk order."""
    rows = session.bookings.live().select_related("contact").order_by("pk")
    locked = list(rows.select_for_update(no_key=True, of=("self",)))
    for booking in locked:
        booking.session = session
    return locked


def _follow(booking: Booking, *, old: Session, by: User | None, now: datetime.datetime) -> None:
    """Let a booking's days and deadline follow its session, write the trail, tell the booker."""
    session = booking.session
    moves.follow(booking, old=old)
    why = f"session moved from {old.starts.isoformat()} to {session.starts.isoformat()}"
    Transition.objects.create(
        booking=booking, origin=booking.state, target=booking.state, by=by, why=why, at=now
    )
    if hasattr(booking, "contact") and session.starts > now:
        notices.moved(booking, old=old)


def _mark(old: Session, new: Session, *, now: datetime.datetime) -> None:
    """Mark what a move can change: the session, or everything when it leaves its year."""
    if old.local_date.year != new.local_date.year:
        Mark.objects.create(session=None, reason="session to another year", at=now)
    elif old.starts != new.starts:
        seats.mark(new, reason="session moved", now=now)


def cancel(
    session: Session, *, why: str, by: User | None, now: datetime.datetime | None = None
) -> Session:
    """Cancel a session and every live booking of it; all bookers are told why. One transaction.

    Locks the session and drops what has expired there; cancels its bookings as the organiser's
    doing (see `bookings.cancel`: seats, transition, mark, letter); ends the session and marks it.
    Notes who did it. A cancelled session is returned as it is.

    Refuses with ``session_counted``, ``session_over`` (withdrawn) and the codes of
    `texts.understood` for *why*.
    """
    why = texts.understood(why, name=_("reason"), longest=200)
    now = now or timezone.now()
    with transaction.atomic():
        current_session = seats.lock([session.pk])[session.pk]
        if current_session.state == Session.State.CANCELLED:
            return current_session
        sessions.check_not_over(current_session)
        check_not_counted(current_session)
        seats.clear(current_session, now=now)
        for booking in current_session.bookings.live().order_by("pk"):
            bookings.cancel(booking, by=by, reason=OverReason.BY_ORGANISER, why=why, now=now)
        current_session.refresh_from_db()
        current_session.state, current_session.over_at = Session.State.CANCELLED, now
        current_session.save(update_fields=["state", "over_at"])
        seats.mark(current_session, reason="session cancelled", now=now)
        trail.note(current_session, f"cancelled: {why}", by=by)
        return current_session
