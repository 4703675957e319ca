"""What a booking's own page says to whoever has its link."""

import datetime
from dataclasses import dataclass

from booking import appointments
from booking.models import Booking, Contact
from booking.states import LIVE, BookingState, OverReason
from workshops.models import Audience, Session


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One booking in plain, ready values."""

    booking: Booking
    session: Session
    contact: Contact
    kind: str
    """One of: confirmed, held, mailbox, approval, waiting, offered, cancelled, called_off,
    declined, expired."""
    where: str
    who: list[str]
    needs: list[str]
    for_class: bool
    is_live: bool
    may_cancel: bool
    """Live, and the session has not begun."""
    has_begun: bool
    is_ahead: bool
    """Live, and the session has not ended: there is still something to prepare."""


def of(booking: Booking, *, now: datetime.datetime) -> OwnPage:
    """Read what the page shows; at most three queries beside the booking itself."""
    contact: Contact = booking.contact
    lines = appointments.classes(booking)
    kind, has_begun = _kind(booking, now=now), booking.session.starts <= now
    is_live = booking.state in LIVE and kind != "expired"
    return OwnPage(
        booking=booking,
        session=booking.session,
        contact=contact,
        kind=kind,
        where=appointments.where(booking.session, lines=lines, contact=contact),
        who=appointments.who(booking, lines),
        needs=[str(need) for need in booking.needs.order_by("code")],
        for_class=booking.session.audience == Audience.PUPILS,
        is_live=is_live,
        may_cancel=is_live and not has_begun,
        has_begun=has_begun,
        is_ahead=is_live and booking.session.ends > now,
    )


def _kind(booking: Booking, *, now: datetime.datetime) -> str:
    """Say what the state is to the booker; an overdue booking is over before anybody ends it, and
    a confirmed one is held when its session has ended."""
    state = BookingState(booking.state)
    if state == BookingState.CANCELLED:
        return "called_off" if booking.over_reason == OverReason.BY_ORGANISER else "cancelled"
    if state in LIVE and state != BookingState.CONFIRMED and booking.is_expired(now):
        return "expired"
    if state == BookingState.PENDING:
        return "mailbox" if booking.awaits_mailbox else "approval"
    if state == BookingState.CONFIRMED and booking.session.ends <= now:
        return "held"
    return str(state.value)
