"""Letters for tests of delivery."""

from __future__ import annotations

import datetime

from django.db import transaction

from notifications import kinds, outbox, rendering
from notifications.models import Notice
from notifications.rendering import Rendered

UTC = datetime.UTC
NOW = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
# Of an invitation.
FACTS = {"name": "Anna", "invited_by": "Mette", "access_ends": "", "email": "a@example.org"}


def write(
    key: str = "k",
    *,
    now: datetime.datetime = NOW,
    kind: str = "invited",
    to: str = "anna@example.org",
    language: str = "da",
    facts=None,
    links=None,
    **words: str,
) -> Notice:
    """A letter that is due from *now* on; with subject, text or html, one already in words."""
    facts = kinds.find(kind).sample_in(language) if facts is None else facts
    with transaction.atomic():
        notice = outbox.enqueue(key, kind=kind, to=to, language=language, facts=facts, links=links)
    changes = {"next_attempt_at": now, "created_at": now}
    if words:
        changes |= {"subject": "Du er inviteret", "text": "Kære Anna", "rendered_at": now, **words}
    Notice.objects.filter(pk=notice.pk).update(**changes)
    notice.refresh_from_db()
    return notice


def in_words(notice: Notice) -> Rendered:
    """What the letter says, before any worker has put it into words."""
    return rendering.render(notice.kind, notice.facts, language=notice.language)


def failed(key: str, **changes) -> Notice:
    """A letter that its server refused."""
    notice = write(key, **changes)
    Notice.objects.filter(pk=notice.pk).update(state="failed", last_error="550 no such user")
    return notice


def subjects(response) -> list[str]:
    """What stands in the list of letters, from above."""
    return [row["letter"].title for row in response.context["rows"]]
