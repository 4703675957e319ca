import datetime

import pytest

from booking.actions import holds
from booking.models import Hold
from tests import factories
from tests.booking.orders import NOW, a_class, open_session, place, refused, taken
from workshops.models import Session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("seats", [3, 5, 8])
def test_place_with_a_hold_transfers_its_seats(seats):
    session = open_session(capacity=8)
    hold = holds.hold(session, seats_wanted=5, client_key="browser", now=NOW)

    booking = place(session, a_class(seats=seats), hold=hold)

    assert (booking.seats, taken(session), Hold.objects.count()) == (seats, seats, 0)


def test_place_with_a_hold_never_lets_its_seats_go(monkeypatch):
    session = open_session(capacity=5)
    hold = holds.hold(session, seats_wanted=5, client_key="browser", now=NOW)
    asked = []
    take_seats = Session.take_seats

    def watched(self, seats):
        asked.append(seats)
        return take_seats(self, seats)

    monkeypatch.setattr(Session, "take_seats", watched)

    place(session, a_class(seats=4), hold=hold)

    assert asked == [-1]


def test_place_with_a_hold_that_is_too_small_is_refused_and_keeps_it():
    session = open_session(capacity=8)
    hold = holds.hold(session, seats_wanted=5, client_key="browser", now=NOW)

    with refused("session_full"):
        place(session, a_class(seats=9), hold=hold)

    assert (Hold.objects.get(), taken(session)) == (hold, 5)


def test_place_with_a_hold_that_is_too_small_can_wait_without_it():
    session = open_session(capacity=8)
    hold = holds.hold(session, seats_wanted=5, client_key="browser", now=NOW)

    booking = place(session, a_class(seats=9), hold=hold, wait=True)

    assert (booking.state, taken(session), Hold.objects.count()) == ("waiting", 0, 0)


def test_place_with_an_expired_hold_takes_what_is_there():
    session = open_session(capacity=5)
    long_ago = NOW - datetime.timedelta(hours=1)
    hold = holds.hold(session, seats_wanted=5, client_key="browser", now=long_ago)

    booking = place(session, a_class(seats=5), hold=hold)

    assert (booking.state, taken(session), Hold.objects.count()) == ("confirmed", 5, 0)


def test_place_with_a_hold_of_another_session_leaves_that_alone():
    elsewhere, session = open_session(), open_session()
    hold = holds.hold(elsewhere, seats_wanted=5, client_key="browser", now=NOW)

    place(session, a_class(seats=5), hold=hold)

    assert (taken(elsewhere), taken(session), Hold.objects.get()) == (5, 5, hold)


def test_place_drops_holds_and_bookings_whose_time_is_up():
    session, school = open_session(capacity=10), factories.create_school()
    long_ago = NOW - datetime.timedelta(hours=3)
    holds.hold(session, seats_wanted=4, client_key="browser", now=long_ago)
    overdue = place(session, a_class(school=school, seats=6), needs_mailbox=True, now=long_ago)
    assert taken(session) == 10

    booking = place(session, a_class(school=school, seats=10))

    overdue.refresh_from_db()
    assert (booking.state, overdue.state, taken(session)) == ("confirmed", "expired", 10)
    assert not Hold.objects.exists()
