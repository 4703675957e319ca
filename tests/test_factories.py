import pytest

from attendance.models import Headcount, Register
from booking.models import Booking, Party
from tests import factories
from workshops.models import Audience

pytestmark = pytest.mark.django_db


def test_booking_without_arguments_takes_its_seats():
    booking = factories.create_booking()

    party = booking.parties.get()
    assert (booking.session.seats_taken, booking.seats, party.kind) == (20, 20, Party.Kind.CLASS)
    assert (booking.contact.booking, party.live) == (booking, True)
    assert [move.target for move in booking.transitions.all()] == ["confirmed"]


@pytest.mark.parametrize(("state", "taken"), [("waiting", 0), ("pending", 20), ("cancelled", 0)])
def test_booking_in_a_state_takes_what_that_state_holds(state, taken):
    booking = factories.create_booking(state=state)

    assert booking.session.seats_taken == taken
    assert Booking.objects.get().parties.get().live == (state != "cancelled")


def test_booking_for_an_evening_is_a_person():
    session = factories.create_session(audience=Audience.PARENTS)

    booking = factories.create_booking(session=session, seats=2)

    assert booking.parties.get().kind == Party.Kind.PERSON


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "manager"])
def test_user_with_a_role_may_count(role):
    user = factories.create_user(role=role)

    assert user.has_perm("attendance.record_headcount")
    assert user.has_perm("attendance.approve_headcount") == (role != "facilitator")


def test_stranger_may_nothing():
    assert factories.create_user().get_all_permissions() == set()


def test_headcount_waits_unless_it_is_approved():
    manager = factories.create_user(role="manager")

    waiting = factories.create_headcount(present=7)
    approved = factories.create_headcount(approved_by=manager)
    anybody = factories.create_headcount(approved=True)
    imported = factories.create_headcount(batch=factories.create_batch(), approved=True)

    assert [waiting.verdict, approved.verdict, anybody.verdict] == ["", "approved", "approved"]
    assert (approved.decided_by, imported.decided_by, imported.recorded_by) == (manager, None, None)
    assert Headcount.objects.approved().count() == 3


def test_register_is_submitted_unless_somebody_approved_it():
    coordinator = factories.create_user(role="coordinator")

    submitted = factories.create_register(held=False)
    approved = factories.create_register(approved_by=coordinator)
    begun = factories.create_register(state=Register.State.IN_PROGRESS)

    assert [submitted.held, approved.held, begun.held] == [False, True, None]
    assert [submitted.state, approved.state] == ["submitted", "approved"]


def test_evening_has_a_crowd():
    crowd = factories.create_crowd()

    assert (crowd.kind, crowd.booking, crowd.session.audience) == ("crowd", None, "forældre")
