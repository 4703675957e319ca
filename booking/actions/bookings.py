"""The life of a booking: placed, confirmed or declined, cancelled, expired. See also moves."""

import datetime
import uuid
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.actions import orders, refusals, seats
from booking.actions.orders import Order
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.models import Booking, Hold, Transition
from booking.states import BookingEvent, BookingState, OverReason
from workshops import texts
from workshops.models import Session, User

MAILBOX_CONFIRMED = "mailbox confirmed"


def place(
    session: Session,
    *,
    parties: Sequence[ClassParty | PersonParty],
    contact: Booker,
    request_key: uuid.UUID,
    language: str = "da",
    hold: Hold | None = None,
    wait: bool = False,
    needs_mailbox: bool = False,
    mailbox_deadline: datetime.timedelta | None = None,
    by: User | None = None,
    now: datetime.datetime | None = None,
) -> Booking:
    """Book classes, or a person, for a session. One transaction; all of it or nothing.

    Does and refuses what `orders.checked` and `orders.fulfil` do. The locking statement looks for
    the request as it was before it waited: when the same request has gone before meanwhile, this
    one is refused in one way or another, and looks again.
    """
    order = Order(
        session=session,
        parties=tuple(parties),
        booker=contact,
        request_key=request_key,
        language=language,
        hold=hold,
        wait=wait,
        needs_mailbox=needs_mailbox,
        mailbox_deadline=mailbox_deadline,
    )
    order, now = orders.checked(order), now or timezone.now()
    try:
        with refusals.from_constraints(), transaction.atomic():
            return orders.fulfil(order, by=by, now=now)
    except (ValidationError, IntegrityError):
        known = orders.known(order)
        if known is None:
            raise
        return known


def confirm(
    booking: Booking, *, by: User | None = None, now: datetime.datetime | None = None
) -> Booking:
    """Confirm a pending booking: the guest their mailbox (*by* is None), or a coordinator.

    Where the workshop needs approval, the guest's confirmation leaves it pending until the session
    begins; a coordinator's is the approval. Writes a Transition and a mark, and tells the booker
    and the schools; a confirmed booking is returned as it is.

    Refuses with ``deadline_passed``, ``move_not_allowed`` and ``booking_changed``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state == BookingState.CONFIRMED:
            return booking
        if booking.state == BookingState.PENDING:
            _check_deadline(booking, now=now)
            if by is None and booking.session.workshop.needs_approval:
                return _await_approval(booking, now=now)
        booking.expires_at = None
        seats.advance(booking, BookingEvent.CONFIRM, by=by, now=now)
        notices.confirmed(booking)
        return booking


def _check_deadline(booking: Booking, *, now: datetime.datetime) -> None:
    if booking.is_expired(now):
        message = _("The time to confirm this booking has run out. Please book again.")
        raise ValidationError(message, code="deadline_passed")


def _await_approval(booking: Booking, *, now: datetime.datetime) -> Booking:
    """Note that the mailbox is confirmed; the booking waits for a coordinator from now on."""
    if booking.transitions.filter(why=MAILBOX_CONFIRMED).exists():
        return booking
    booking.expires_at = booking.session.starts
    booking.save(update_fields=["expires_at"])
    state = booking.state
    Transition.objects.create(
        booking=booking, origin=state, target=state, why=MAILBOX_CONFIRMED, at=now
    )
    notices.awaiting_approval(booking)
    return booking


def decline(
    booking: Booking, *, by: User | None, why: str = "", now: datetime.datetime | None = None
) -> Booking:
    """Decline a pending or waiting booking: gives its seats back, writes a Transition and a mark,
    tells the booker.

    A declined booking is returned as it is. Refuses with ``move_not_allowed``,
    ``booking_changed`` and the codes of `texts.understood` for *why*.
    """
    why = texts.understood(why, name=_("reason"), longest=200, required=False)
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state != BookingState.DECLINED:
            now = now or timezone.now()
            seats.advance(booking, BookingEvent.DECLINE, by=by, why=why, now=now)
            notices.declined(booking, why=why)
        return booking


def cancel(
    booking: Booking,
    *,
    by: User | None,
    reason: OverReason = OverReason.BY_BOOKER,
    why: str = "",
    now: datetime.datetime | None = None,
) -> Booking:
    """Cancel a live booking: gives its seats back, frees its classes for others, writes a mark,
    tells the booker.

    A cancelled booking is returned as it is. Refuses with ``move_not_allowed``,
    ``booking_changed`` and the codes of `texts.understood` for *why*.
    """
    why = texts.understood(why, name=_("reason"), longest=200, required=False)
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state != BookingState.CANCELLED:
            now = now or timezone.now()
            seats.advance(booking, BookingEvent.CANCEL, by=by, why=why, reason=reason, now=now)
            notices.cancelled(booking, why=why, by_organiser=reason == OverReason.BY_ORGANISER)
        return booking


def expire_due(*, now: datetime.datetime | None = None) -> int:
    """Expire every booking whose deadline has passed and free its seats; return their number.

    One transaction for each session. Tidiness only: an overdue booking blocks nobody before this.
    """
    now = now or timezone.now()
    expired = 0
    for pk in sorted(set(Booking.objects.overdue(now).values_list("session_id", flat=True))):
        with transaction.atomic():
            expired += seats.expire_bookings(seats.lock([pk])[pk], now=now)
    return expired
