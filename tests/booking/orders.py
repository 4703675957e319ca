"""Orders for tests of booking: a class, a person, a session on the sixteenth of March."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from booking.actions import bookings
from booking.actions.parties import Booker, ClassParty
from tests import factories
from workshops.models import Session

NOW = factories.local(2026, 3, 2, 9)
STARTS = factories.local(2026, 3, 16, 10)
TEACHER = Booker(name="Lone Lærer", email="lone@example.org", mobile="+4520304050")


def open_session(**fields):
    """An open session a fortnight after NOW."""
    return factories.create_session(**{"starts": STARTS, **fields})


def a_class(**fields):
    """7.B of some school, with twenty pupils."""
    school = fields.pop("school", None) or factories.create_school()
    return ClassParty(**{"school": school, "label": "7.B", "seats": 20, **fields})


def place(session, *parties, **fields):
    """Book by the action; a class when nothing is named."""
    given = {"contact": TEACHER, "request_key": uuid.uuid4(), "now": NOW, **fields}
    return bookings.place(session, parties=list(parties) or [a_class()], **given)


def taken(session):
    """The counter as the database has it."""
    return Session.objects.get(pk=session.pk).seats_taken


def refused(code):
    """Expect a refusal with this code."""
    return pytest.raises(ValidationError, check=lambda error: error.code == code)
