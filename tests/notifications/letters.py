"""Letters for tests of delivery."""

from __future__ import annotations

import datetime

from django.db import transaction

from notifications import outbox
from notifications.models import Notice

UTC = datetime.UTC
NOW = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def write(key: str = "k", *, now: datetime.datetime = NOW, **changes) -> Notice:
    """A letter that is due from *now* on."""
    letter = {
        "kind": "invited",
        "to": "anna@example.org",
        "language": "da",
        "subject": "Du er inviteret",
        "text": "Kære Anna",
    }
    with transaction.atomic():
        notice = outbox.enqueue(key, **letter | changes)
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=now, created_at=now)
    notice.refresh_from_db()
    return notice
