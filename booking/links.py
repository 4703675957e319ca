"""The secret links to a booking's own page: made for letters and for its owner, and found again."""

import datetime

from django.utils import timezone

from booking.models import Booking, Contact
from notifications import links as secret
from notifications.links import SecretLink

PURPOSE = "booking"


def link(booking: Booking, page: str = "") -> SecretLink:
    """Return what a letter needs to write the link to *page* ("", "confirm/", "cancel/")."""
    path = f"/my/{booking.reference}/{{token}}/{page}"
    return SecretLink(PURPOSE, booking.reference, booking.link_generation, path)


def path(booking: Booking, page: str = "") -> str:
    """Return the link itself, without the host, for a redirect of whoever has just booked."""
    return link(booking, page).path.replace("{token}", token(booking))


def token(booking: Booking) -> str:
    """Return the secret of this booking."""
    return secret.token(PURPOSE, booking.reference, booking.link_generation)


def find(reference: str, token: str, *, today: datetime.date | None = None) -> Booking | None:
    """Return the booking that a link opens, with all its page needs; None for a dead link.

    A link is dead when it is forged, of an earlier generation, or when the contact has been
    deleted or was to be deleted by *today*. An unknown reference takes as long as a known one.
    """
    if "\0" in reference:  # PostgreSQL would not even look for it
        return None
    booking = Booking.objects.for_own_page().filter(reference=reference).first()
    generation = booking.link_generation if booking else 0
    right = secret.is_valid(token, purpose=PURPOSE, subject=reference, generation=generation)
    if booking is None or not right:
        return None
    contact: Contact | None = getattr(booking, "contact", None)
    today = today or timezone.localdate()
    return booking if contact and contact.expires_on > today else None
