"""What the worker does for bookings: ticks that tidy up, each harmless when run twice or late."""

from celery import shared_task
from django.db import OperationalError

from booking.actions import bookings, drafts, holds, retention
from workshops.actions import ticks


@shared_task(acks_late=True, autoretry_for=(OperationalError,), max_retries=3)
def drop_expired_holds() -> None:
    """Free the seats of holds whose time is up; pages look the same before and after."""
    with ticks.ticking("drop_expired_holds") as run:
        run.said = f"dropped={holds.drop_expired()}"


@shared_task(acks_late=True, autoretry_for=(OperationalError,), max_retries=3)
def expire_due_bookings() -> None:
    """Expire the bookings that nobody confirmed in time, and free their seats."""
    with ticks.ticking("expire_due_bookings") as run:
        run.said = f"expired={bookings.expire_due()}"


@shared_task(acks_late=True, autoretry_for=(OperationalError,), max_retries=3)
def drop_expired_drafts() -> None:
    """Delete forms that were begun and never sent, with all that was typed into them."""
    with ticks.ticking("drop_expired_drafts") as run:
        run.said = f"dropped={drafts.drop_expired()}"


@shared_task(acks_late=True, autoretry_for=(OperationalError,), max_retries=3)
def drop_expired_contacts() -> None:
    """Delete the contacts and needs whose day has come, as every form and letter promises."""
    with ticks.ticking("drop_expired_contacts") as run:
        contacts, needs = retention.drop_expired()
        run.said = f"contacts={contacts} needs={needs}"
