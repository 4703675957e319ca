"""Sessions that are booked: cancelled, with everybody told."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from booking.actions import holds, sessions
from booking.models import Booking
from notifications.models import Notice
from tests.booking.moving import letters, marks, refused
from tests.factories import create_booking, create_session, create_user, create_workshop
from tests.notifications.letters import in_words
from workshops.models import Session

pytestmark = pytest.mark.django_db


def test_cancelling_ends_every_live_booking_and_tells_why():
    session, bo = create_session(capacity=100), create_user(name="Bo")
    for state in ("confirmed", "pending", "waiting", "offered", "declined"):
        create_booking(session=session, state=state, seats=5, email=f"{state}@example.org")

    done = sessions.cancel(session, why=" Underviseren er syg. ", by=bo)

    session.refresh_from_db()
    assert (done.state, session.state, session.seats_taken) == ("cancelled", "cancelled", 0)
    assert session.over_at is not None
    over = Booking.objects.order_by("pk").values_list("state", "over_reason")
    assert list(over) == [("cancelled", "organiser")] * 4 + [("declined", "booker")]
    assert letters() == [
        (f"{state}@example.org", "cancelled")
        for state in ("confirmed", "offered", "pending", "waiting")
    ]
    assert "Underviseren er syg." in in_words(Notice.objects.first()).text
    assert (session.pk, "session cancelled") in marks()
    assert LogEntry.objects.get(user=bo).change_message == "cancelled: Underviseren er syg."


def test_cancelling_twice_tells_once():
    session = create_session()
    create_booking(session=session)

    first = sessions.cancel(session, why="Sygdom", by=None)
    again = sessions.cancel(session, why="Noget andet", by=None)

    assert (len(letters()), again.over_at) == (1, first.over_at)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "010190-1234 er syg", "a\x00b"])
def test_reason_that_cannot_be_kept_is_refused(why):
    session = create_session()
    create_booking(session=session)

    with pytest.raises(ValidationError) as refusal:
        sessions.cancel(session, why=why, by=None)

    assert refusal.value.code in {
        "value_missing",
        "value_too_long",
        "looks_like_cpr",
        "value_unreadable",
    }
    assert (Session.objects.get().state, letters()) == ("open", [])


def test_withdrawn_session_is_not_cancelled():
    refused("session_over", sessions.cancel, create_session(state="withdrawn"), why="X", by=None)


def test_cancelling_gives_the_seats_back_and_lets_holds_run_out():
    session = create_session()
    create_booking(session=session, seats=20)
    holds.hold(session, seats_wanted=3, client_key="browser")

    sessions.cancel(session, why="Sygdom", by=None)

    session.refresh_from_db()
    assert (session.state, session.seats_taken) == ("cancelled", 3)


def test_other_sessions_of_the_workshop_go_on():
    workshop = create_workshop()
    session, other = create_session(workshop=workshop), create_session(workshop=workshop)
    create_booking(session=other)

    sessions.cancel(session, why="Sygdom", by=None)

    other.refresh_from_db()
    assert (other.state, other.seats_taken, letters()) == ("open", 20, [])
