"""From the outbox to the mail server: claim, render, send, mark. At least once, never lost.

A crash between the server's 250 and the mark makes one repeat of each letter not yet marked, with
the same words and the same Message-ID; SMTP cannot do better.
"""

import datetime
import enum
import logging
import secrets
import smtplib
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from notifications import kinds, rendering, smtp
from notifications.models import Notice

logger = logging.getLogger(__name__)

# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that no living worker is overtaken.
LEASE = datetime.timedelta(minutes=10)
# Small, so that workers share a short queue and a crash repeats few letters.
BATCH = 20
MARK_SECONDS = 1.0  # with a slow server, letters that have left are marked this often
RUN_SECONDS = 100.0  # shorter than a task may run
MAX_ATTEMPTS = 12
# Waiting time after each failed attempt; the last one repeats. Altogether a little over a day.
BACKOFF_SECONDS = (30, 60, 300, 900, 1800, 3600, 7200, 14400)


class Delivery(enum.StrEnum):
    """What came of one attempt. After UNREACHABLE the run ends: the next letter fares no better."""

    SENT = "sent"
    POSTPONED = "postponed"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivered:
    """What one run did."""

    sent: int = 0
    postponed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.postponed} postponed, {self.failed} failed"


def deliver_due(*, now: datetime.datetime | None = None) -> Delivered:
    """Send the letters that are due, batch by batch, outside any transaction, for RUN_SECONDS.

    Claims a batch by one UPDATE with a lease, renders what has not been rendered and stores it,
    sends each letter, marks those that have left by one UPDATE, and gives back what it did not
    come to. A mark changes only what is still its own claim. What fails for now is postponed,
    what fails for good or cannot be rendered is marked failed; the others go on.
    """
    run = _Round(now=now)
    try:
        while run.goes_on and (batch := claim(now=run.clock())):
            run.deliver(batch)
    finally:
        run.line.close()
    return Delivered(
        sent=run.ends[Delivery.SENT],
        postponed=run.ends[Delivery.POSTPONED] + run.ends[Delivery.UNREACHABLE],
        failed=run.ends[Delivery.FAILED],
    )


def claim(*, now: datetime.datetime, number: int | None = None) -> list[Notice]:
    """Take letters that are due for this worker; empty when there are none, or others have them."""
    return Notice.objects.claim(number or BATCH, now=now, lease=LEASE)


@dataclass
class _Round:
    """One run of a worker: its line to the server, and what came of its letters."""

    now: datetime.datetime | None
    line: smtp.Connection = field(default_factory=smtp.Connection)
    ends: Counter[Delivery] = field(default_factory=Counter)
    ends_at: float = field(default_factory=lambda: time.monotonic() + RUN_SECONDS)

    def clock(self) -> datetime.datetime:
        """Read the clock anew each time: a slow server would use up the waits of the last ones."""
        return self.now or timezone.now()

    @property
    def goes_on(self) -> bool:
        return not self.ends[Delivery.UNREACHABLE] and time.monotonic() < self.ends_at

    def deliver(self, batch: Sequence[Notice]) -> None:
        """Send the letters of one claim; whatever happens, mark what left and return the rest."""
        waiting, left = deque(self.prepared(batch)), list[Notice]()
        marked_at = time.monotonic()
        try:
            while waiting and self.goes_on:
                notice = waiting.popleft()
                outcome = self.send(notice)
                self.ends[outcome] += 1
                if outcome is Delivery.SENT:
                    left.append(notice)
                if left and time.monotonic() - marked_at >= MARK_SECONDS:
                    done, left, marked_at = left, [], time.monotonic()
                    mark_sent(done, now=self.clock())
        finally:
            mark_sent(left, now=self.clock())
            _give_back(list(waiting))

    def prepared(self, batch: Sequence[Notice]) -> list[Notice]:
        """Return the letters that can be sent, in words; fail those that cannot."""
        ready, fresh = list[Notice](), list[Notice]()
        for notice in batch:
            is_new = notice.rendered_at is None
            reason = _hopeless(notice, now=self.clock())
            if not reason and is_new:
                reason = _render(notice, now=self.clock())
            if reason:
                self.ends[_fail(notice, reason)] += 1
                continue
            ready.append(notice)
            if is_new:
                fresh.append(notice)
        return _stored(ready, fresh)

    def send(self, notice: Notice) -> Delivery:
        """Hand one letter to the server; mark it unless it has left."""
        try:
            self.line.send(smtp.build(notice))
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if smtp.is_final(error) or notice.attempts == MAX_ATTEMPTS:
                return _fail(notice, smtp.described(error))
            _postpone(notice, smtp.described(error), now=self.clock())
            return Delivery.UNREACHABLE if smtp.is_unreachable(error) else Delivery.POSTPONED
        return Delivery.SENT


# --- before it is sent -------------------------------------------------------------------------


def _hopeless(notice: Notice, *, now: datetime.datetime) -> str:
    """Say why there is no point in trying; nothing where there is."""
    kind = kinds.every().get(notice.kind)
    if kind and kind.lifetime and notice.created_at + kind.lifetime <= now:
        return "Too old to be of use."
    if notice.attempts > MAX_ATTEMPTS:
        return notice.last_error or "Every attempt broke off."
    return ""


def _render(notice: Notice, *, now: datetime.datetime) -> str:
    """Put the letter into words; say why, and log where, if its templates cannot."""
    try:
        words = rendering.render(notice.kind, notice.facts, language=notice.language)
    except rendering.UnrenderableError as error:
        logger.critical(
            "Letter %s, %s, cannot be rendered: %s\n%s", notice.pk, notice.kind, error, error.place
        )
        return f"It cannot be rendered: {error}"[:300]
    notice.subject, notice.text, notice.html = words.subject, words.text, words.html
    notice.rendered_at = now
    return ""


def _stored(ready: list[Notice], fresh: list[Notice]) -> list[Notice]:
    """Store the words of *fresh* letters before any leaves; return those of *ready* still ours."""
    if not fresh:
        return ready
    if Notice.objects.store_words(fresh) == len(fresh):
        return ready
    ours = set(Notice.objects.claimed(*ready).values_list("pk", flat=True))
    return [notice for notice in ready if notice.pk in ours]


# --- what came of it ---------------------------------------------------------------------------


def mark_sent(notices: Sequence[Notice], *, now: datetime.datetime) -> None:
    """Mark letters of one claim as sent by one UPDATE; what opens a door is blanked by another."""
    secret = [notice for notice in notices if notice.opens_a_door]
    plain = [notice for notice in notices if not notice.opens_a_door]
    changes = {"state": Notice.State.SENT, "sent_at": now, "last_error": "", "lease_until": None}
    if plain:
        Notice.objects.claimed(*plain).update(**changes)
    if secret:
        Notice.objects.claimed(*secret).update(**changes, **_blank(now))


def _give_back(notices: Sequence[Notice]) -> None:
    """Put letters back into the queue that were claimed and not tried."""
    if notices:
        Notice.objects.claimed(*notices).update(
            state=Notice.State.QUEUED, lease_until=None, attempts=F("attempts") - 1
        )


def _postpone(notice: Notice, error: str, *, now: datetime.datetime) -> None:
    """Put the letter back into the queue, later and later, never all at the same second."""
    seconds = BACKOFF_SECONDS[min(notice.attempts, len(BACKOFF_SECONDS)) - 1]
    jitter = secrets.SystemRandom().uniform(0.8, 1.2)
    due = now + datetime.timedelta(seconds=seconds * jitter)
    Notice.objects.claimed(notice).update(
        state=Notice.State.QUEUED, lease_until=None, next_attempt_at=due, last_error=error
    )
    logger.warning("Letter %s is postponed to %s: %s", notice.pk, due.isoformat(), error)


def _fail(notice: Notice, error: str) -> Delivery:
    """Give the letter up; staff see it and can send it again. What opens a door is blanked."""
    blank = _blank(timezone.now()) if notice.opens_a_door else {}
    Notice.objects.claimed(notice).update(
        state=Notice.State.FAILED, lease_until=None, last_error=error, **blank
    )
    logger.error("Letter %s failed for good: %s", notice.pk, error)
    return Delivery.FAILED


def blank_old(*, now: datetime.datetime) -> int:
    """Take address and content out of letters that left LETTER_DAYS ago; return their number.

    What remains tells that a letter of this kind left on that day.
    """
    old = Notice.objects.older_than(now - datetime.timedelta(days=settings.LETTER_DAYS))
    return old.update(recipient="", links={}, **_blank(now))


def _blank(now: datetime.datetime) -> dict[str, object]:
    """Return the changes that take the content out: words and facts alike."""
    return {"facts": {}, "text": "", "html": "", "blanked_at": now}
