"""Where a letter begins: facts in a row of the caller's own transaction, a bell on commit."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import bell, kinds
from notifications import links as secret
from notifications.kinds import Facts
from notifications.links import SecretLink
from notifications.models import Notice, NoticeQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one address, ready to be written; the same *key* again is the same letter.

    *facts* are those its kind declares, plain as JSON. Each of *links* stands in its words as
    "[[name]]" until the letter leaves.
    """

    key: str
    kind: str
    to: str
    language: str
    facts: Facts
    links: Mapping[str, SecretLink] = field(default_factory=dict)


def post(letters: Sequence[Letter]) -> None:
    """Write letters into the caller's transaction by one INSERT that passes over known keys.

    Each gets a Message-ID that stays the same on every attempt. Rings for the worker when the
    transaction commits, once however many letters it writes. What rolls back was never written
    and never rings. Nothing is rendered here: the worker does it when the letter first leaves.

    Refuses with ``no_transaction`` outside a transaction: the letter would leave although what it
    tells of may still fail. Raises `UnknownKindError`, and `FactsError` for facts too few or too
    many: a fault of the caller, which must not wait for the worker to find it.
    """
    if not connection.in_atomic_block:
        raise ValidationError(
            _("A letter is written in the transaction of what it tells of."),
            code="no_transaction",
        )
    for letter in letters:
        kinds.find(letter.kind).check(letter.facts)
    if not letters:
        return
    Notice.objects.bulk_create([_row(letter) for letter in letters], ignore_conflicts=True)
    if not any(ring in waiting for waiting in connection.run_on_commit):
        transaction.on_commit(ring, robust=True)


def enqueue(
    key: str,
    *,
    kind: str,
    to: str,
    language: str,
    facts: Facts,
    links: Mapping[str, SecretLink] | None = None,
) -> Notice:
    """Write one letter, as `post` does, and return its row; a known *key* returns that letter."""
    letter = Letter(key=key, kind=kind, to=to, language=language, facts=facts, links=links or {})
    post([letter])
    return Notice.objects.get(key=key)


def send_again(letters: NoticeQuerySet) -> int:
    """Put failed letters back into the queue with the same Message-ID; return their number.

    Others stay as they are, and so does what is blanked: codes, and old letters. What had been
    rendered leaves as it was; what could not be rendered is tried anew.
    """
    number = letters.repeatable().update(
        state=Notice.State.QUEUED, attempts=0, next_attempt_at=timezone.now(), last_error=""
    )
    ring()
    return number


def ring() -> None:
    """Wake a worker, as `bell.ring` does."""
    bell.ring()


def _row(letter: Letter) -> Notice:
    return Notice(
        key=letter.key,
        kind=letter.kind,
        recipient=letter.to,
        language=letter.language,
        facts=letter.facts,
        links=secret.as_stored(letter.links),
        message_id=_new_message_id(),
    )


def _new_message_id() -> str:
    """Return an id in the sender's own domain: receivers distrust a foreign one."""
    _name, _at, domain = settings.DEFAULT_FROM_EMAIL.partition("@")
    return f"<{uuid.uuid4().hex}@{domain.strip('> ') or 'localhost'}>"
