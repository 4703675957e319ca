import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from attendance.models import Headcount
from booking.actions import refusals
from booking.models import Booking, Party
from tests import factories
from tests.booking.orders import refused
from workshops.models import Session

pytestmark = pytest.mark.django_db


def test_broken_constraint_with_a_code_is_a_refusal():
    session = factories.create_session(capacity=5)

    with refused("session_full") as refusal, refusals.from_constraints(), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(seats_taken=6)

    assert isinstance(refusal.value.__cause__, IntegrityError)
    assert Session.objects.get().seats_taken == 0


def test_broken_unique_index_is_a_refusal_that_does_not_repeat_the_value():
    party = factories.create_booking(label="7.B").parties.get()
    other = factories.create_booking(session=party.session, seats=1).parties.get()

    with refused("class_already_booked") as refusal, refusals.from_constraints():
        move_onto(other, party)

    assert "7" not in refusal.value.messages[0]


def move_onto(other, party):
    with transaction.atomic():
        Party.objects.filter(pk=other.pk).update(school=party.school, folded_label="7b")


def test_broken_constraint_without_a_code_passes_through():
    booking = factories.create_booking()

    with pytest.raises(IntegrityError), refusals.from_constraints(), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(state="maybe")


def test_broken_column_passes_through_and_is_told_by_its_name():
    booking = factories.create_booking()

    with pytest.raises(IntegrityError) as error, refusals.from_constraints(), transaction.atomic():
        Booking.objects.create(
            session=booking.session, seats=1, state="confirmed", reference=booking.reference
        )

    assert refusals.broken(error.value) is None
    assert refusals.is_of(error.value, Booking, "reference")
    assert not refusals.is_of(error.value, Booking, "request_key")
    assert not refusals.is_of(error.value, Headcount, "client_id")


def test_refusal_passes_through_as_it_is():
    refusal = ValidationError("No.", code="no")

    with pytest.raises(ValidationError) as raised, refusals.from_constraints():
        raise refusal

    assert raised.value is refusal
