"""Letters such as bookings write, to be sent many times over."""

from __future__ import annotations

import datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from notifications.models import Notice
from tests.benching.inside.copies import copying

ASIDE = datetime.timedelta(days=3650)


def set_aside() -> int:
    """What waits now becomes the pattern of what is sent: due in ten years."""
    waiting = Notice.objects.filter(state="queued")
    return waiting.update(next_attempt_at=timezone.now() + ASIDE)


def again(number: int) -> int:
    """Copy the pattern until there are about so many letters, due now; returns how many."""
    now = timezone.now()
    pattern = Notice.objects.filter(state="queued", next_attempt_at__gt=now + ASIDE / 2)
    last, times = Notice.objects.aggregate(last=Max("pk"))["last"], number // pattern.count()
    condition = f"state = 'queued' AND next_attempt_at > now() + interval '{ASIDE.days // 2} days'"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copying(Notice, condition, times=times))
        return Notice.objects.filter(pk__gt=last).update(next_attempt_at=now, created_at=now)


def take_up() -> int:
    """The pattern is due as well."""
    return Notice.objects.filter(state="queued").update(next_attempt_at=timezone.now())
