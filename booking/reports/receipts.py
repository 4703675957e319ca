"""What the receipt says of the bookings that came of one form."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from booking import appointments, links
from booking.models import Booking
from booking.states import OVER, BookingState
from workshops.models import Session


@dataclass(frozen=True, slots=True)
class Booked:
    """One booking; its own page is linked only when no letter has to be answered first."""

    reference: str
    name: str
    email: str
    awaits_mailbox: bool
    is_over: bool
    page: str
    calendar: str
    """Blank for a booking that is over."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """All bookings of a form, which are for one session."""

    session: Session
    where: str
    who: list[str]
    entries: list[Booked]
    deadline: datetime.datetime | None
    """Until when a mailbox has to be confirmed; None when none has."""
    awaits_approval: bool
    is_over: bool


def receipt_of(references: Sequence[str]) -> Receipt | None:
    """Read the bookings of these references; None when there are none. Few queries, however many.

    The link of a booking that awaits its mailbox stands in the letter alone: on the page it would
    open the door that the letter is to guard.
    """
    found = Booking.objects.for_own_page().filter(reference__in=references)
    bookings = sorted(found, key=lambda row: references.index(row.reference))
    if not bookings:
        return None
    first = bookings[0]
    lines = appointments.classes(first)
    contact = getattr(first, "contact", None)
    waiting = [row for row in bookings if row.awaits_mailbox]
    pending = [row for row in bookings if row.state == BookingState.PENDING]
    return Receipt(
        session=first.session,
        where=appointments.where(first.session, lines=lines, contact=contact),
        who=appointments.who(first, lines) if len(bookings) == 1 else [],
        entries=[_entry(row, is_only=len(bookings) == 1) for row in bookings],
        deadline=min((row.expires_at for row in waiting if row.expires_at), default=None),
        awaits_approval=bool(pending) and not waiting,
        is_over=not any(row.holds_seats for row in bookings),
    )


def _entry(booking: Booking, *, is_only: bool) -> Booked:
    contact = getattr(booking, "contact", None)
    is_open = is_only and not booking.awaits_mailbox and contact is not None
    is_over = booking.state in OVER
    return Booked(
        reference=booking.reference,
        name=contact.name if contact else "",
        email=contact.email if contact else "",
        awaits_mailbox=booking.awaits_mailbox,
        is_over=is_over,
        page=links.path(booking) if is_open else "",
        calendar=links.path(booking, "booking.ics") if is_open and not is_over else "",
    )
