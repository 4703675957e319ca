"""Bookings that change places at the same moment: no deadlock, no seat lost or made."""

from __future__ import annotations

import time
from functools import partial

import pytest
from django.db import connection

from booking.actions import bookings, moves, seats
from booking.models import Booking, Party
from tests import factories
from tests.conftest import PROVING
from tests.races import harness
from workshops.models import Session

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")


def two_sessions(*, capacity, each):
    there = [factories.create_session(capacity=capacity) for _number in range(2)]
    rows = [
        [factories.create_booking(session=session, seats=1, contact=False) for _n in range(each)]
        for session in there
    ]
    return there, rows


def exchange(there, rows):
    """Everybody moves to the other session at once."""
    first, second = there
    attempts = [partial(moves.move, booking, to=second, by=None) for booking in rows[0]]
    attempts += [partial(moves.move, booking, to=first, by=None) for booking in rows[1]]
    return harness.all_at_once(attempts)


@pytest.mark.prove("seats")
@pytest.mark.parametrize("round_", range(10 if PROVING else 1))
def test_moves_in_both_directions_end_without_deadlock(round_, figure):
    there, rows = two_sessions(capacity=22, each=20)

    answers = exchange(there, rows)

    assert answers.errors == {}
    assert set(answers.refused) <= {"session_full"}
    assert len(answers.values) + sum(answers.refused.values()) == 40
    assert [harness.faults(session) for session in there] == [[], []]
    assert sum(session.seats_taken for session in Session.objects.all()) == 40
    astray = [
        party for party in Party.objects.all() if party.session_id != party.booking.session_id
    ]
    assert astray == []
    figure(
        f"40 moves both ways on {connection.vendor}",
        f"{len(answers.values)} moved, {answers.refused}, {answers.seconds:.1f} s",
    )


def test_move_when_the_same_booking_is_moved_and_cancelled_at_once():
    there, rows = two_sessions(capacity=40, each=1)
    booking, (first, second) = rows[0][0], there

    answers = harness.all_at_once(
        [partial(moves.move, booking, to=second, by=None)] * 10
        + [partial(bookings.cancel, booking, by=None)] * 10
        + [partial(moves.move, booking, to=first, by=None)] * 10
    )

    assert answers.errors == {}
    assert set(answers.refused) <= {"move_not_allowed", "booking_changed"}
    assert [harness.faults(session) for session in there] == [[], []]


@pytest.mark.postgres
def test_planted_locks_in_the_order_of_asking_deadlock(monkeypatch):
    def in_the_order_of_asking(pks):
        found = {}
        for pk in pks:
            found[pk] = Session.objects.select_for_update(no_key=True).get(pk=pk)
            time.sleep(0.02)
        return found

    monkeypatch.setattr(seats, "lock", in_the_order_of_asking)
    there, rows = two_sessions(capacity=22, each=5)

    answers = exchange(there, rows)

    assert any("deadlock detected" in error for error in answers.errors)
    assert Booking.objects.count() == 10
