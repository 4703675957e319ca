"""The bell of the post room, rung on commit and by the beat."""

from celery import shared_task
from django.utils import timezone

from notifications import delivery


@shared_task
def deliver_due() -> str:
    """Send every letter that is due; run twice, late or not at all, it harms nothing."""
    return str(delivery.deliver_due())


@shared_task
def blank_old() -> str:
    """Empty the letters that have been kept long enough."""
    return f"blanked={delivery.blank_old(now=timezone.now())}"
