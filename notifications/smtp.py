"""A letter as an e-mail, the line to the mail server, and what its refusals mean."""

import smtplib
import time
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core import mail

from notifications import links
from notifications.models import Notice

# How long one connection serves: servers close those that never end.
LINE_LETTERS = 100
LINE_SECONDS = 30


class Connection:
    """One connection to the mail server; a new one after so many letters, seconds, or a fault."""

    def __init__(self) -> None:
        self._backend = mail.get_connection()
        self._letters = 0
        self._opened_at = 0.0

    def send(self, message: mail.EmailMessage) -> None:
        """Hand one letter over; after any error the next letter gets a new connection."""
        if self._letters >= LINE_LETTERS or time.monotonic() - self._opened_at >= LINE_SECONDS:
            self.close()
        try:
            if not self._letters:  # the backend would else open and close one for each letter
                self._backend.open()
                self._opened_at = time.monotonic()
            self._letters += 1
            self._backend.send_messages([message])
        except Exception:
            self.close()
            raise

    def close(self) -> None:
        """Hang up; closed twice is closed once."""
        self._letters = 0
        self._backend.close()


def build(notice: Notice) -> mail.EmailMultiAlternatives:
    """Return the e-mail of a rendered letter: text, HTML where there is any, lasting headers.

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


def is_final(error: Exception) -> bool:
    """Whether the server, or the letter itself, will say the same tomorrow.

    A refused log-in or handshake is a fault of ours, not of the letter: it waits.
    """
    if is_unreachable(error):
        return False
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _reason in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return True


def is_unreachable(error: Exception) -> bool:
    """Whether it is the connection that failed, before the server had a word on the letter."""
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return error.smtp_code == 421  # "closing the channel"
    spoken = (smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError, ValueError)
    return not isinstance(error, spoken)


def described(error: Exception) -> str:
    """Say what went wrong in the room that `last_error` has, without the recipient's address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
        return f"{code} {_decoded(reason)}"[:300]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"[:300]
    return f"{type(error).__name__}: {error}"[:300]


def _decoded(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason
