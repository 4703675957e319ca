"""Which letter about staff goes to whom."""

import datetime

from django.conf import settings

from notifications import outbox
from notifications.models import Notice
from workshops.models import User


def invited(user: User, *, by: User | None, now: datetime.datetime) -> Notice:
    """Tell *user* how to sign in by a code; once in a minute, however often it is asked for."""
    return outbox.enqueue(
        f"staff:{user.pk}:invited:{now:%Y%m%dT%H%M}",
        kind="invited",
        to=user.email,
        language=settings.LANGUAGE_CODE,
        facts={
            "name": user.name,
            "invited_by": by.name if by else "",
            "access_ends": user.access_ends.isoformat() if user.access_ends else "",
            "email": user.email,
        },
    )
