import datetime

import pytest
from django.utils import timezone

from booking.actions import bookings, holds, moves
from booking.models import Booking, Contact, Party, Transition
from booking.states import BookingState
from tests import factories
from tests.booking.orders import NOW, STARTS, a_class, open_session, place, refused, taken
from workshops.models import Audience, Mark, SchoolClosing, Session

pytestmark = pytest.mark.django_db


def test_move_takes_there_and_gives_back_here():
    here, there = open_session(), open_session(starts=STARTS + datetime.timedelta(days=7))
    by = factories.create_user(role="coordinator")
    booking = place(here)
    Mark.objects.all().delete()

    moved = moves.move(booking, to=there, by=by, why="Lejrskole", now=NOW)

    assert (moved.pk, moved.session, moved.state) == (booking.pk, there, "confirmed")
    assert (taken(here), taken(there)) == (0, 20)
    assert Party.objects.get().session == there
    assert Contact.objects.get().expires_on == datetime.date(2026, 4, 22)
    last = Transition.objects.latest("pk")
    assert (last.origin, last.target, last.by) == ("confirmed", "confirmed", by)
    assert last.why == f"moved from {here.reference} to {there.reference}: Lejrskole"
    assert {mark.session for mark in Mark.objects.all()} == {here, there}


def test_move_twice_is_once():
    here, there = open_session(), open_session()
    booking = place(here)
    moves.move(booking, to=there, by=None, now=NOW)

    moves.move(booking, to=there, by=None, now=NOW)

    assert (taken(here), taken(there), Transition.objects.count()) == (0, 20, 2)


def test_move_without_a_contact():
    booking = factories.create_booking(session=open_session(), contact=False)

    moved = moves.move(booking, to=open_session(), by=None, now=NOW)

    assert (moved.pk, Contact.objects.count()) == (booking.pk, 0)


@pytest.mark.parametrize("waits_for", ["mailbox", "approval"])
def test_move_takes_the_deadline_along(waits_for):
    workshop = factories.create_workshop(needs_approval=waits_for == "approval")
    booking = place(open_session(workshop=workshop), needs_mailbox=waits_for == "mailbox")
    there = open_session(starts=STARTS + datetime.timedelta(days=7))

    moved = moves.move(booking, to=there, by=None, now=NOW)

    expected = {"mailbox": NOW + datetime.timedelta(hours=2), "approval": there.starts}
    assert (moved.state, moved.expires_at) == ("pending", expected[waits_for])


@pytest.mark.parametrize(
    ("there", "code"),
    [
        ({"capacity": 19}, "session_full"),
        ({"state": Session.State.CLOSED}, "session_not_open"),
        ({"starts": NOW}, "session_begun"),
        ({"audience": Audience.PARENTS}, "wrong_party"),
    ],
)
def test_move_that_cannot_be_leaves_the_booking_as_it_was(there, code):
    here, there = open_session(), open_session(**there)
    booking = place(here)

    with refused(code):
        moves.move(booking, to=there, by=None, now=NOW)

    booking.refresh_from_db()
    assert (booking.session, booking.parties.get().session) == (here, here)
    assert (taken(here), taken(there), Transition.objects.count()) == (20, 0, 1)


def test_move_to_where_the_class_is_booked_is_refused():
    here, there, school = open_session(), open_session(capacity=50), factories.create_school()
    place(there, a_class(school=school, label="7b"))
    booking = place(here, a_class(school=school))

    with refused("class_already_booked"):
        moves.move(booking, to=there, by=None, now=NOW)

    assert (taken(here), taken(there)) == (20, 20)


def test_move_to_a_day_when_the_school_is_closed_is_refused():
    booking = place(open_session())
    school = booking.parties.get().school
    SchoolClosing.objects.create(school=school, closed_from=datetime.date(2026, 3, 20))

    with refused("school_closed"):
        moves.move(
            booking,
            to=open_session(starts=STARTS + datetime.timedelta(days=7)),
            by=None,
            now=NOW,
        )


@pytest.mark.parametrize("state", ["waiting", "cancelled", "expired", "declined"])
def test_move_without_seats_is_refused(state):
    booking = factories.create_booking(state=state)

    with refused("move_not_allowed"):
        moves.move(booking, to=open_session(), by=None, now=NOW)


def test_move_after_somebody_counted_is_refused_until_the_count_is_rejected():
    booking = place(open_session())
    coordinator = factories.create_user(role="coordinator")
    party, there = booking.parties.get(), open_session()
    factories.create_headcount(party=party, rejected_by=coordinator)
    waiting = factories.create_headcount(party=party)

    with refused("already_counted"):
        moves.move(booking, to=there, by=None, now=NOW)

    waiting.decide("rejected", by=coordinator, now=timezone.now())
    assert moves.move(booking, to=there, by=None, now=NOW).session == there


def test_move_makes_room_by_what_has_expired_there():
    here, there = open_session(), open_session(capacity=20)
    holds.hold(there, seats_wanted=20, client_key="b", now=NOW - datetime.timedelta(hours=1))
    booking = place(here)

    assert moves.move(booking, to=there, by=None, now=NOW).session == there
    assert taken(there) == 20


def test_verb_on_a_booking_that_was_moved_meanwhile_is_refused(monkeypatch):
    here, there = open_session(), open_session()
    booking = place(here)
    lock = bookings.seats.lock

    def move_first(pks):
        Booking.objects.filter(pk=booking.pk).update(session=there)
        return lock(pks)

    monkeypatch.setattr(bookings.seats, "lock", move_first)

    with refused("booking_changed"):
        bookings.cancel(booking, by=None)

    assert Booking.objects.get().state == BookingState.CONFIRMED
