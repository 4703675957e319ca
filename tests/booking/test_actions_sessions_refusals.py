"""Sessions that are booked: which moves are refused."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from booking.actions import holds, sessions
from booking.models import Booking
from tests.booking.moving import MONDAY, NEXT_WEEK, WEEK, letters, marks, moved, refused
from tests.factories import create_booking, create_headcount, create_session, create_user, local
from workshops.models import Session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("revision", [-1, 1, 99])
def test_move_over_another_revision_is_refused(revision):
    session = create_session(starts=MONDAY)
    create_booking(session=session)

    refused("changed_meanwhile", moved, session, starts=NEXT_WEEK, revision=revision)

    session.refresh_from_db()
    assert (session.starts, session.revision, letters(), marks()) == (MONDAY, 0, [], [])


def test_capacity_below_the_seats_taken_is_refused_by_number():
    session = create_session(starts=MONDAY)
    create_booking(session=session, seats=10)
    create_booking(session=session, seats=9, state="waiting")
    holds.hold(session, seats_wanted=2, client_key="browser")

    said = refused("capacity_below_taken", moved, session, capacity=11)

    assert "12" in said
    assert moved(session, capacity=12).capacity == 12


def test_expired_hold_keeps_no_capacity():
    session = create_session(starts=MONDAY)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    holds.hold(session, seats_wanted=20, client_key="browser", now=long_ago)

    moved(session, capacity=1)

    session.refresh_from_db()
    assert (session.capacity, session.seats_taken) == (1, 0)


@pytest.mark.parametrize("state", ["cancelled", "withdrawn"])
def test_session_that_is_over_is_not_moved(state):
    session = create_session(starts=MONDAY, state=state)

    refused("session_over", moved, session, starts=NEXT_WEEK)
    refused("session_over", moved, session, room="B")


@pytest.mark.parametrize("decided", [{}, {"approved": True}])
def test_counted_session_stays_where_it_was(decided):
    session = create_session(starts=local(2026, 3, 2))
    create_headcount(party=create_booking(session=session).parties.get(), **decided)

    refused("session_counted", moved, session, starts=NEXT_WEEK)
    refused("session_counted", moved, session, ends=session.ends + WEEK)
    refused("session_counted", sessions.cancel, session, why="Sygdom", by=None)

    session.refresh_from_db()
    assert (session.state, session.revision) == ("open", 0)
    assert moved(session, room="B").room == "B"


def test_rejected_count_holds_nothing_back():
    session = create_session(starts=local(2026, 3, 2))
    party = create_booking(session=session).parties.get()
    create_headcount(party=party, rejected_by=create_user(role="coordinator"))

    assert moved(session, starts=NEXT_WEEK).starts == NEXT_WEEK


def test_booked_session_is_not_moved_into_the_past():
    session, past = create_session(starts=MONDAY), local(2026, 1, 5)
    booking = create_booking(session=session)

    refused("session_begun", moved, session, starts=past)

    Booking.objects.filter(pk=booking.pk).update(
        state="cancelled", over_at=timezone.now(), over_reason="booker"
    )
    Session.objects.update(seats_taken=0)
    assert moved(session, starts=past).starts == past


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends": MONDAY}, "ends_before_start"),
        ({"capacity": 0}, "capacity_out_of_range"),
        ({"capacity": 1001}, "capacity_out_of_range"),
    ],
)
def test_slot_that_no_session_can_have_is_refused(changed, code):
    session = create_session(starts=MONDAY)

    refused(code, moved, session, **changed)

    assert Session.objects.get().revision == 0
