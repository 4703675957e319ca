"""Letters of bookings: a school that can be written to, and a letter as it leaves."""

from __future__ import annotations

from notifications import delivery
from notifications.models import Notice
from tests import factories
from workshops.models import SchoolVersion


def with_mailbox(**fields):
    """A school with a mailbox in the register."""
    school = factories.create_school(**fields)
    SchoolVersion.objects.filter(school=school).update(mailbox=f"kontor{school.number}@example.org")
    return school


def letter(kind):
    """The letter as it leaves: (subject, text, html)."""
    built = delivery.build(Notice.objects.get(kind=kind))
    return built.subject, built.body, built.alternatives[0][0]
