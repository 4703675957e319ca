"""Addresses whose owner has followed a link of ours, and the links of whoever has lost them."""

import datetime

from django.db import transaction
from django.utils import timezone

from booking import notices
from booking.actions import bookings, parties
from booking.models import Booking, Mailbox
from notifications import outbox


def confirm(booking: Booking, now: datetime.datetime | None = None) -> Booking:
    """Confirm the mailbox of a booking, and with it the booking; twice is once.

    Records the Mailbox, so that the next booking from it is confirmed at once, and does and
    refuses what `bookings.confirm` does for a guest. A refusal records nothing.
    """
    now = now or timezone.now()
    key = parties.person_key(booking.contact.email)
    with transaction.atomic():
        row = Mailbox(key=key, confirmed_at=now)
        Mailbox.objects.bulk_create([row], ignore_conflicts=True)
        return bookings.confirm(booking, now=now)


def send_links(email: str, *, now: datetime.datetime | None = None) -> int:
    """Send the links of every booking of this address that is still to come; return their number.

    For an address without bookings it takes the same steps and takes them back, so that the time
    tells nothing either. No letter leaves to an address that has booked nothing.
    """
    now = now or timezone.now()
    with transaction.atomic():
        coming = Booking.objects.for_own_page().filter(session__ends__gt=now)
        mine = coming.filter(contact__email__iexact=email.strip())
        found = list(mine.live().order_by("session__starts", "pk")[:30])
        notices.lost(email.strip(), found, now=now)
        if not found:
            transaction.set_rollback(True)
    if not found:
        outbox.ring()
    return len(found)
