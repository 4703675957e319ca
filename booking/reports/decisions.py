"""What a coordinator can do with a booking now."""

import datetime

from booking.models import Booking
from booking.states import TRANSITIONS, BookingEvent, BookingState


def offered(booking: Booking, now: datetime.datetime) -> list[str]:
    """Return accept, decline, cancel: those that its state allows and that make sense still.

    A session that has begun is counted instead: a cancellation would take its count from the
    figures.
    """
    state = BookingState(booking.state)
    if booking.session.starts <= now:
        return []
    pending = state == BookingState.PENDING
    found = ["accept"] if pending and not booking.is_expired(now) else []
    if (state, BookingEvent.DECLINE) in TRANSITIONS:
        return [*found, "decline"]
    return [*found, "cancel"] if (state, BookingEvent.CANCEL) in TRANSITIONS else found
