"""What the worker does for the catalogue: ticks that tidy up, each harmless when run twice."""

from celery import shared_task
from django.db import OperationalError

from workshops.actions import ticks, uploads


@shared_task(acks_late=True, autoretry_for=(OperationalError,), max_retries=3)
def drop_expired_uploads() -> None:
    """Delete uploaded files that nobody confirmed in time."""
    with ticks.ticking("drop_expired_uploads") as run:
        run.said = f"dropped={uploads.drop_expired()}"
