"""From the outbox to the mail server: claim, build, send, mark. At least once, never lost.

A crash between the server's 250 and the mark makes one visibly identical repeat with the same
Message-ID; SMTP cannot do better.
"""

import datetime
import enum
import logging
import secrets
import smtplib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F
from django.utils import timezone

from notifications import links
from notifications.models import BLANKED, Notice

logger = logging.getLogger(__name__)

# Longer than a task may run (CELERY_TASK_TIME_LIMIT), so that no living worker is overtaken.
LEASE = datetime.timedelta(minutes=10)
BATCH = 200
MAX_ATTEMPTS = 12
# Waiting time after each failed attempt; the last one repeats. Altogether a little over a day.
BACKOFF_SECONDS = (30, 60, 300, 900, 1800, 3600, 7200, 14400)
# What opens a door: blanked once it has left or died, and not sent when it is older than this.
SECRET_KINDS: Mapping[str, datetime.timedelta] = {
    "login_code": datetime.timedelta(minutes=10),
    "password_reset_key": datetime.timedelta(hours=24),
}


class Outcome(enum.StrEnum):
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
    """Send the letters that are due, one at a time, outside any transaction.

    Claims each by a conditional UPDATE with a lease, sends it, and marks it only if the claim is
    still its own. What fails for now is postponed, what fails for good is marked failed. Each
    letter reads the clock anew, since a slow server would use up the leases of the last ones.
    """
    post = mail.get_connection()
    ends: Counter[Outcome] = Counter()
    try:
        for pk in Notice.objects.due(now or timezone.now()).values_list("pk", flat=True)[:BATCH]:
            notice = claim(pk, now=now or timezone.now())
            if notice is None:
                continue
            outcome = _deliver(notice, post=post, now=now or timezone.now())
            ends[outcome] += 1
            if outcome is Outcome.UNREACHABLE:
                break
    finally:
        post.close()
    return Delivered(
        sent=ends[Outcome.SENT],
        postponed=ends[Outcome.POSTPONED] + ends[Outcome.UNREACHABLE],
        failed=ends[Outcome.FAILED],
    )


def claim(pk: int, *, now: datetime.datetime) -> Notice | None:
    """Take the letter for this worker, or return None when another has it.

    `attempts` grows with each claim, so the number names the claim: a mark compares with it.
    """
    won = Notice.objects.due(now).filter(pk=pk)
    taken = won.update(
        state=Notice.State.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return Notice.objects.get(pk=pk) if taken else None


def _deliver(notice: Notice, *, post: BaseEmailBackend, now: datetime.datetime) -> Outcome:
    """Send one claimed letter and mark what came of it."""
    lifetime = SECRET_KINDS.get(notice.kind)
    if lifetime and notice.created_at + lifetime <= now:
        return _fail(notice, "Too old to be of use.")
    if notice.attempts > MAX_ATTEMPTS:
        return _fail(notice, notice.last_error or "Every attempt broke off.")
    try:
        post.send_messages([build(notice)])
    except (smtplib.SMTPException, OSError, ValueError) as error:
        post.close()
        if _is_final(error) or notice.attempts == MAX_ATTEMPTS:
            return _fail(notice, _described(error))
        _postpone(notice, _described(error), now=now)
        return Outcome.UNREACHABLE if _is_unreachable(error) else Outcome.POSTPONED
    return mark_sent(notice, now=now)


def build(notice: Notice) -> mail.EmailMultiAlternatives:
    """Return the e-mail: text, HTML where there is any, and headers that never change.

    Secret links are made here and put in: the row never holds one.
    """
    message = mail.EmailMultiAlternatives(
        subject=notice.subject,
        body=links.filled(notice.text, notice.links),
        from_email=sender(),
        to=[notice.recipient],
        headers={
            "Message-ID": notice.message_id,
            "Date": format_datetime(notice.created_at),
            "Content-Language": notice.language,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    if notice.html:
        html = links.filled(notice.html, notice.links, is_html=True)
        message.attach_alternative(html, "text/html")
    return message


def sender() -> str:
    """Return DEFAULT_FROM_EMAIL with its name quoted: one with a comma would be two senders."""
    configured: str = settings.DEFAULT_FROM_EMAIL
    name, bracket, address = configured.rpartition("<")
    if not bracket:
        return address.strip()
    quoted: str = formataddr((name.strip().strip('"'), address.strip().removesuffix(">")))
    return quoted


def mark_sent(notice: Notice, *, now: datetime.datetime) -> Outcome:
    """Mark the letter sent and blank it if it opens a door."""
    _finish(notice, state=Notice.State.SENT, sent_at=now, last_error="", **_blanked(notice))
    return Outcome.SENT


def _postpone(notice: Notice, error: str, *, now: datetime.datetime) -> None:
    """Put the letter back into the queue, later and later, never all at the same second."""
    seconds = BACKOFF_SECONDS[min(notice.attempts, len(BACKOFF_SECONDS)) - 1]
    jitter = secrets.SystemRandom().uniform(0.8, 1.2)
    due = now + datetime.timedelta(seconds=seconds * jitter)
    _finish(notice, state=Notice.State.QUEUED, next_attempt_at=due, last_error=error)
    logger.warning("Letter %s is postponed to %s: %s", notice.pk, due.isoformat(), error)


def _fail(notice: Notice, error: str) -> Outcome:
    """Give the letter up; the administration shows it and can send it again."""
    _finish(notice, state=Notice.State.FAILED, last_error=error, **_blanked(notice))
    logger.error("Letter %s failed for good: %s", notice.pk, error)
    return Outcome.FAILED


def _finish(notice: Notice, **changes: object) -> None:
    """Compare and set: a worker whose lease ran out changes nothing of its successor's claim."""
    own = Notice.objects.filter(pk=notice.pk, state=Notice.State.SENDING, attempts=notice.attempts)
    own.update(lease_until=None, **changes)


def blank_old(*, now: datetime.datetime) -> int:
    """Take address and content out of letters that left LETTER_DAYS ago; return their number.

    What remains tells that a letter of this kind left on that day.
    """
    old = Notice.objects.older_than(now - datetime.timedelta(days=settings.LETTER_DAYS))
    return old.update(recipient="", text=BLANKED, html="", links={})


def _blanked(notice: Notice) -> dict[str, str]:
    return {"text": BLANKED, "html": ""} if notice.kind in SECRET_KINDS else {}


def _is_final(error: Exception) -> bool:
    """Whether the server, or the letter itself, will say the same tomorrow.

    A refused log-in or handshake is a fault of ours, not of the letter: it waits.
    """
    if _is_unreachable(error):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return True


def _is_unreachable(error: Exception) -> bool:
    """Whether it is the connection that failed, before the server had a word on the letter."""
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return error.smtp_code == 421  # "closing the channel"
    spoken = (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, ValueError)
    return not isinstance(error, spoken)


def _described(error: Exception) -> str:
    """Say what went wrong in the room that `last_error` has, without the recipient's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
        return f"{code} {_decoded(reason)}"[:300]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"[:300]
    return f"{type(error).__name__}: {error}"[:300]


def _decoded(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason
