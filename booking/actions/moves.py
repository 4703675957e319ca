"""A booking goes to another session, with its seats, its parties and its contact."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.actions import parties as people
from booking.actions import refusals, seats
from booking.models import Booking, Need, Transition
from booking.states import HOLDING
from workshops import texts
from workshops.models import Session, User


def move(
    booking: Booking,
    *,
    to: Session,
    by: User | None,
    why: str = "",
    now: datetime.datetime | None = None,
) -> Booking:
    """Move a booking that holds seats to another session, as the same row in the same state.

    Locks both sessions in pk order, takes the seats there, gives them back here, moves booking and
    parties, shifts the day the contact is deleted by as many days, writes a Transition from the
    state to itself that names both sessions, marks both, and tells the booker. A refusal leaves
    everything as it was; a booking that is there already is returned as it is.

    Refuses with ``move_not_allowed`` (waiting or over), ``already_counted`` (a registered count
    belongs to the session where it was made), ``wrong_party`` (another audience),
    ``booking_changed``, and as `place` does for the other session.
    """
    now = now or timezone.now()
    why = texts.understood(why, name=_("reason"), longest=60, required=False)
    with refusals.from_constraints(), transaction.atomic():
        booking = seats.lock_booking(booking, further=[to.pk])
        if booking.session_id == to.pk:
            return booking
        origin, to = booking.session, seats.lock([to.pk])[to.pk]
        _check_movable(booking, to=to, now=now)
        seats.clear(to, now=now)
        seats.take(to, booking.seats)
        seats.take(origin, -booking.seats)
        _relocate(booking, to=to)
        trail = f"moved from {origin.reference} to {to.reference}"
        state, why = booking.state, f"{trail}: {why}" if why else trail
        Transition.objects.create(
            booking=booking, origin=state, target=state, by=by, why=why, at=now
        )
        seats.mark(origin, reason="booking moved", now=now)
        seats.mark(to, reason="booking moved", now=now)
        notices.moved(booking, old=origin)
        return booking


def _check_movable(booking: Booking, *, to: Session, now: datetime.datetime) -> None:
    if booking.state not in HOLDING:
        message = _("Only a booking that has seats can be moved.")
        raise ValidationError(message, code="move_not_allowed")
    if booking.parties.counted().exists():
        message = _("It has been counted who came. Make a new booking for the other date.")
        raise ValidationError(message, code="already_counted")
    if to.audience != booking.session.audience:
        message = _("The other session is for somebody else. Choose one for the same audience.")
        raise ValidationError(message, code="wrong_party")
    seats.check_bookable(to, now=now)
    schools = booking.parties.exclude(school=None).values_list("school_id", flat=True)
    people.check_schools({pk for pk in schools if pk}, day=to.local_date)


def _relocate(booking: Booking, *, to: Session) -> None:
    """Put the booking and its parties into the other session; all its days follow."""
    origin, booking.session = booking.session, to
    booking.save(update_fields=["session"])
    booking.parties.update(session=to)
    follow(booking, old=origin)


def follow(booking: Booking, *, old: Session) -> None:
    """Let deadline, contact and needs follow from *old*, as it was, to the booking's session.

    A deadline at the beginning stays there; another one stays where it is, but before it.
    """
    session = booking.session
    days = session.local_date - old.local_date
    if booking.expires_at:
        at_start = booking.expires_at == old.starts
        by = booking.deadline_by(booking.expires_at, session=session)
        booking.expires_at = session.starts if at_start else by
        booking.save(update_fields=["expires_at"])
    contact = getattr(booking, "contact", None)
    if contact and days:
        contact.expires_on += days
        contact.save(update_fields=["expires_on"])
    if days:
        Need.objects.filter(booking=booking).update(expires_on=F("expires_on") + days)
