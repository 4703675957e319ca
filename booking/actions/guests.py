"""What a booker may do over the secret link, which nobody on the staff needs."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.actions import bookings, seats
from booking.models import Booking
from booking.states import BookingState


def cancel(booking: Booking, *, now: datetime.datetime | None = None) -> Booking:
    """Cancel the booker's own booking, as `bookings.cancel` does, until the session begins.

    A cancelled booking is returned as it is. Refuses with ``too_late_to_cancel``, and as
    `bookings.cancel` does.
    """
    now = now or timezone.now()
    with transaction.atomic():
        current = seats.lock_booking(booking)
        if current.state != BookingState.CANCELLED and current.session.starts <= now:
            message = _("The session has begun, so the booking can no longer be cancelled here.")
            raise ValidationError(message, code="too_late_to_cancel")
        return bookings.cancel(booking, by=None, now=now)
