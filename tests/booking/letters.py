"""Letters of bookings: a school that can be written to, and a letter as it leaves."""

from __future__ import annotations

from notifications import smtp
from notifications.models import Notice
from tests import factories
from tests.notifications.letters import in_words
from workshops.models import SchoolVersion


def with_mailbox(**fields):
    """A school with a mailbox in the register."""
    school = factories.create_school(**fields)
    SchoolVersion.objects.filter(school=school).update(email=f"kontor{school.number}@example.org")
    return school


def letter(kind):
    """The letter as it leaves: (subject, text, html)."""
    return as_sent(Notice.objects.get(kind=kind))


def as_sent(notice):
    """A letter that waits, as it would leave: (subject, text, html)."""
    words = in_words(notice)
    notice.subject, notice.text, notice.html = words.subject, words.text, words.html
    built = smtp.build(notice)
    return built.subject, built.body, built.alternatives[0][0]
