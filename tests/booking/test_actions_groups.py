"""Several people in one go: each an own booking and letter, all or nobody."""

import uuid

import pytest

from booking.actions import groups
from booking.actions.parties import Booker
from booking.models import Booking
from booking.states import BookingState
from notifications.models import Notice
from tests.booking.filling import know
from tests.booking.orders import NOW, open_session, refused, taken
from workshops.models import Audience

pytestmark = pytest.mark.django_db


def person(number, **changes):
    given = {"name": f"Person {number}", "email": f"p{number}@example.org"}
    return Booker(**{**given, "workplace": "Klub", "job_group": "club", **changes})


def place_all(session, people, **more):
    given = {"request_key": uuid.uuid4(), "language": "da", "now": NOW, **more}
    return groups.place_all(session, people_signed_up=people, **given)


def evening(**fields):
    return open_session(audience=Audience.PROFESSIONALS, **fields)


def test_each_gets_a_seat_a_number_and_a_letter():
    session = evening()
    know("p1@example.org", "p2@example.org")

    placed = place_all(session, [person(number) for number in (1, 2, 3)])

    states = [booking.state for booking in placed]
    assert states == [BookingState.CONFIRMED, BookingState.CONFIRMED, BookingState.PENDING]
    assert len({booking.reference for booking in placed}) == 3
    assert [booking.seats for booking in placed] == [1, 1, 1]
    letters = sorted(Notice.objects.values_list("recipient", flat=True))
    assert letters == ["p1@example.org", "p2@example.org", "p3@example.org"]
    assert taken(session) == 3


def test_same_list_again_is_the_same_bookings():
    session, key = evening(), uuid.uuid4()
    people = [person(1), person(2)]

    first = place_all(session, people, request_key=key)
    second = place_all(session, people, request_key=key)

    assert [one.pk for one in first] == [one.pk for one in second]
    assert (Booking.objects.count(), taken(session), Notice.objects.count()) == (2, 2, 2)


def test_nobody_is_signed_up_when_one_cannot_be():
    session = evening()
    place_all(session, [person(3)])

    with refused("person_already_signed_up") as refusal:
        place_all(session, [person(1), person(2), person(3)])

    assert refusal.value.params == {"row": 3, "name": "Person 3"}
    assert (Booking.objects.count(), taken(session), Notice.objects.count()) == (1, 1, 1)


def test_nobody_is_signed_up_when_the_seats_do_not_reach():
    session = evening(capacity=2)

    with refused("session_full"):
        place_all(session, [person(number) for number in (1, 2, 3)])

    assert (Booking.objects.count(), taken(session)) == (0, 0)


def test_address_that_stands_twice_is_refused_with_both_rows():
    with refused("email_twice") as refusal:
        place_all(evening(), [person(1), person(2), person(3, email="P1@example.org ")])

    assert refusal.value.params == {"row": 3, "first": 1}
    assert "3" in refusal.value.messages[0]


def test_name_that_cannot_be_is_said_with_its_row():
    with refused("looks_like_cpr") as refusal:
        place_all(evening(), [person(1), person(2, name="010203-4567")])

    assert refusal.value.params["row"] == 2


@pytest.mark.parametrize(("number", "code"), [(0, "party_missing"), (11, "too_many_people")])
def test_number_of_people_has_limits(number, code):
    with refused(code):
        place_all(evening(), [person(one) for one in range(number)])
