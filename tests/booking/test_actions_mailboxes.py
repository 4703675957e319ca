"""Mailboxes that their owners have confirmed, and what the owner of a booking may do."""

from __future__ import annotations

import datetime

import pytest

from booking.actions import guests, mailboxes
from booking.models import Booking, Mailbox, Transition
from notifications.models import Notice
from tests import factories
from tests.booking.orders import NOW, STARTS, open_session, place, refused, taken

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def test_confirming_records_the_mailbox_and_confirms_the_booking():
    booking = place(open_session(), needs_mailbox=True)

    confirmed = mailboxes.confirm(booking, NOW)

    assert (confirmed.state, confirmed.expires_at) == ("confirmed", None)
    mailbox = Mailbox.objects.get()
    assert (len(mailbox.key), mailbox.confirmed_at) == (64, NOW)
    assert "lone" not in mailbox.key


def test_confirming_again_keeps_the_first_time():
    booking = place(open_session(), needs_mailbox=True)

    for later in (NOW, NOW + HOUR):
        mailboxes.confirm(booking, later)

    assert Mailbox.objects.get().confirmed_at == NOW
    assert Transition.objects.count() == 2


def test_confirming_too_late_records_nothing():
    booking = place(open_session(), needs_mailbox=True)

    with refused("deadline_passed"):
        mailboxes.confirm(booking, NOW + 2 * HOUR)

    assert not Mailbox.objects.exists()


@pytest.mark.parametrize("state", ["cancelled", "expired", "declined"])
def test_confirming_what_is_over_is_refused_and_records_nothing(state):
    booking = factories.create_booking(state=state)

    with refused("move_not_allowed"):
        mailboxes.confirm(booking, NOW)

    assert not Mailbox.objects.exists()


def test_confirming_where_people_decide_waits_for_them():
    workshop = factories.create_workshop(needs_approval=True)
    booking = place(open_session(workshop=workshop), needs_mailbox=True)
    before = booking.awaits_mailbox

    waiting = mailboxes.confirm(booking, NOW)

    assert (before, waiting.awaits_mailbox) == (True, False)
    assert (waiting.state, waiting.expires_at) == ("pending", STARTS)


def test_mailbox_deadline_is_never_mistaken_for_the_wait_for_people():
    """An hour before the session both would be its beginning."""
    workshop = factories.create_workshop(needs_approval=True)
    session = open_session(workshop=workshop)

    booking = place(session, needs_mailbox=True, now=STARTS - HOUR)

    assert booking.awaits_mailbox
    assert STARTS - HOUR < booking.expires_at < STARTS
    assert not Booking.objects.awaiting_decision(STARTS - HOUR).exists()


def test_row_and_question_agree_on_who_decides():
    """Booking.awaits_mailbox and BookingQuerySet.awaiting_decision, on the same rows."""
    open_workshop = factories.create_workshop()
    decided = factories.create_workshop(needs_approval=True)
    for workshop in (open_workshop, decided):
        for needs_mailbox in (True, False):
            place(open_session(workshop=workshop), needs_mailbox=needs_mailbox)
    mailboxes.confirm(place(open_session(workshop=decided), needs_mailbox=True), NOW)

    pending = Booking.objects.filter(state="pending")
    by_row = {row.pk for row in pending if not row.awaits_mailbox}

    assert by_row == set(Booking.objects.awaiting_decision(NOW).values_list("pk", flat=True))
    assert (len(by_row), pending.count()) == (2, 4)


# --- the booker's own doing ----------------------------------------------------------------------


def test_booker_cancels_until_the_session_begins():
    booking = place(open_session())

    cancelled = guests.cancel(booking, now=STARTS - datetime.timedelta(seconds=1))

    assert (cancelled.state, cancelled.over_reason) == ("cancelled", "booker")
    assert taken(booking.session) == 0
    assert Notice.objects.filter(kind="cancelled").count() == 1


def test_booker_is_too_late_when_the_session_has_begun():
    booking = place(open_session())

    with refused("too_late_to_cancel"):
        guests.cancel(booking, now=STARTS)

    assert (Booking.objects.get().state, taken(booking.session)) == ("confirmed", 20)


def test_cancelled_booking_stays_cancelled_after_the_session_too():
    booking = place(open_session())
    guests.cancel(booking, now=NOW)

    assert guests.cancel(booking, now=STARTS).state == "cancelled"
    assert Transition.objects.count() == 2


def test_links_are_found_by_any_spelling_of_the_address():
    for email in ("Lone@Example.org", "lone@example.org"):
        booking = factories.create_booking(email=email)
        assert booking.contact.email == email

    assert mailboxes.send_links("LONE@EXAMPLE.ORG") == 2
    assert mailboxes.send_links("other@example.org") == 0
    assert Notice.objects.count() == 1
