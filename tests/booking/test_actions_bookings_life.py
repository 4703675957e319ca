import datetime

import pytest

from booking.actions import bookings
from booking.models import Booking, Transition
from booking.states import OverReason
from notifications.models import Notice
from tests import factories
from tests.booking.orders import NOW, STARTS, a_class, open_session, place, refused, taken
from workshops.models import Mark

pytestmark = pytest.mark.django_db


def test_confirm_a_mailbox():
    booking = place(open_session(), needs_mailbox=True)

    confirmed = bookings.confirm(booking, now=NOW)

    assert (confirmed.state, confirmed.expires_at) == ("confirmed", None)
    assert Booking.objects.get().expires_at is None
    assert taken(booking.session) == 20


def test_confirm_twice_is_once():
    booking = place(open_session(), needs_mailbox=True)
    bookings.confirm(booking, now=NOW)

    bookings.confirm(booking, now=NOW)

    assert [move.target for move in Transition.objects.order_by("pk")] == ["pending", "confirmed"]


def test_confirm_a_mailbox_where_approval_is_needed_waits_for_the_coordinator():
    workshop = factories.create_workshop(needs_approval=True)
    coordinator = factories.create_user(role="coordinator")
    booking = place(open_session(workshop=workshop), needs_mailbox=True)

    waiting = bookings.confirm(bookings.confirm(booking, now=NOW), now=NOW)
    approved = bookings.confirm(booking, by=coordinator, now=NOW)

    assert (waiting.state, waiting.expires_at) == ("pending", STARTS)
    assert (approved.state, approved.expires_at) == ("confirmed", None)
    trail = Transition.objects.order_by("pk").values_list("origin", "target", "why", "by")
    assert list(trail) == [
        ("", "pending", "", None),
        ("pending", "pending", "mailbox confirmed", None),
        ("pending", "confirmed", "", coordinator.pk),
    ]


def test_confirm_after_the_deadline_is_refused():
    booking = place(open_session(), needs_mailbox=True)

    with refused("deadline_passed"):
        bookings.confirm(booking, now=NOW + datetime.timedelta(hours=2))

    assert Booking.objects.get().state == "pending"


@pytest.mark.parametrize("state", ["waiting", "cancelled", "expired", "declined", "offered"])
def test_confirm_what_is_not_pending_is_refused(state):
    with refused("move_not_allowed"):
        bookings.confirm(factories.create_booking(state=state))


def test_decline_gives_the_seats_back_once():
    by = factories.create_user(role="coordinator")
    booking = place(open_session(), needs_mailbox=True)

    bookings.decline(booking, by=by, why="Ingen facilitator", now=NOW)
    declined = bookings.decline(booking, by=by, now=NOW)

    assert (declined.state, declined.over_reason, declined.over_at) == ("declined", "declined", NOW)
    assert (taken(booking.session), booking.parties.get().live) == (0, False)
    assert Transition.objects.latest("pk").why == "Ingen facilitator"
    assert Transition.objects.count() == 2


def test_decline_a_waiting_booking_has_no_seats_to_give():
    session = open_session(capacity=20)
    place(session)
    booking = place(session, wait=True)

    bookings.decline(booking, by=None, now=NOW)

    assert taken(session) == 20


@pytest.mark.parametrize("state", ["confirmed", "pending", "offered", "waiting"])
def test_cancel_gives_back_what_the_booking_holds(state):
    booking = factories.create_booking(state=state, seats=5)
    Mark.objects.all().delete()

    cancelled = bookings.cancel(
        booking, by=None, reason=OverReason.BY_ORGANISER, why="Sygdom", now=NOW
    )

    assert (cancelled.state, cancelled.over_reason) == ("cancelled", "organiser")
    assert (taken(booking.session), booking.parties.get().live) == (0, False)
    assert Mark.objects.get().session == booking.session


def test_cancel_twice_is_once():
    booking = factories.create_booking(seats=5)
    bookings.cancel(booking, by=None)

    bookings.cancel(booking, by=None)

    assert (taken(booking.session), Transition.objects.count()) == (0, 2)


@pytest.mark.parametrize("state", ["expired", "declined"])
def test_cancel_what_is_over_is_refused(state):
    with refused("move_not_allowed"):
        bookings.cancel(factories.create_booking(state=state), by=None)


def test_cancel_for_a_reason_with_a_cpr_number_is_refused():
    booking = factories.create_booking()

    with refused("looks_like_cpr") as refusal:
        bookings.cancel(booking, by=None, why="Elev 010110-1234 er syg")

    assert "0101" not in str(refusal.value)
    assert Booking.objects.get().state == "confirmed"


def test_expire_due_frees_what_nobody_confirmed():
    late, early = open_session(), open_session()
    overdue = place(late, needs_mailbox=True)
    waiting = place(late, a_class(seats=25), wait=True)
    fresh = place(early, needs_mailbox=True, mailbox_deadline=datetime.timedelta(hours=3))
    confirmed = place(early, a_class(seats=5))

    count = bookings.expire_due(now=NOW + datetime.timedelta(hours=2))

    states = {row.pk: row.state for row in Booking.objects.all()}
    assert count == 1
    assert states == {
        overdue.pk: "expired",
        waiting.pk: "waiting",
        fresh.pk: "pending",
        confirmed.pk: "confirmed",
    }
    assert (taken(late), taken(early)) == (0, 25)
    assert Transition.objects.latest("pk").target == "expired"
    assert Notice.objects.filter(kind="expired").count() == 1
    assert bookings.expire_due(now=NOW + datetime.timedelta(hours=2)) == 0


def test_expire_due_ends_the_waiting_list_when_the_session_begins():
    session = open_session(capacity=20)
    place(session)
    waiting = place(session, wait=True)

    assert bookings.expire_due(now=STARTS) == 1

    waiting.refresh_from_db()
    assert (waiting.state, waiting.over_reason, taken(session)) == ("expired", "deadline", 20)
