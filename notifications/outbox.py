"""Where a letter begins: a row in the caller's own transaction, and a bell on commit."""

import logging
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from notifications import tasks
from notifications.models import Notice

logger = logging.getLogger(__name__)


def enqueue(
    key: str, *, kind: str, to: str, language: str, subject: str, text: str, html: str = ""
) -> Notice:
    """Write a letter into the caller's transaction; the same *key* again is the same letter.

    Writes the row with a Message-ID that stays the same on every attempt, then rings for the
    worker when the transaction commits. What rolls back was never written and never rings.
    Refuses with ``no_transaction`` outside a transaction: the letter would leave although what it
    tells of may still fail.
    """
    if not connection.in_atomic_block:
        raise ValidationError(
            _("A letter is written in the transaction of what it tells of."),
            code="no_transaction",
        )
    content = {
        "kind": kind,
        "recipient": to,
        "language": language,
        "subject": " ".join(subject.split())[:200],
        "text": text,
        "html": html,
        "message_id": _new_message_id(),
    }
    notice, is_new = Notice.objects.get_or_create(key=key, defaults=content)
    if is_new:
        transaction.on_commit(_ring, robust=True)
    return notice


def _new_message_id() -> str:
    """Return an id in the sender's own domain: receivers distrust a foreign one."""
    _name, _at, domain = settings.DEFAULT_FROM_EMAIL.partition("@")
    return f"<{uuid.uuid4().hex}@{domain.strip('> ') or 'localhost'}>"


def _ring() -> None:
    """Wake a worker. A dead broker only delays the letter: the beat rings every 30 seconds."""
    try:
        tasks.deliver_due.apply_async(retry=False)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not hear the bell, the beat will deliver: %s", error)
