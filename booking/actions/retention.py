"""What was promised to be deleted is deleted: contacts and practical needs."""

import datetime

from django.conf import settings
from django.utils import timezone

from booking.models import Contact, Need


def contact_until(day: datetime.date) -> datetime.date:
    """Return the day on which the contact of a session held on *day* is deleted."""
    return day + datetime.timedelta(days=settings.CONTACT_DAYS)


def needs_until(day: datetime.date) -> datetime.date:
    """Return the day on which the practical needs are deleted: never after the contact."""
    return day + datetime.timedelta(days=min(settings.NEED_DAYS, settings.CONTACT_DAYS))


def drop_expired(*, today: datetime.date | None = None) -> tuple[int, int]:
    """Delete the contacts and needs whose day has come; return how many of each.

    The bookings, their parties and counts stay: they say nothing about anybody.
    """
    today = today or timezone.localdate()
    contacts, _rows = Contact.objects.filter(expires_on__lte=today).delete()
    needs, _rows = Need.objects.filter(expires_on__lte=today).delete()
    return contacts, needs
