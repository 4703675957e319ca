"""Holds and bookings at the same moment: the counter is always their sum."""

from __future__ import annotations

import datetime
import random
import uuid
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from booking.actions import holds
from booking.models import Booking, Hold
from tests import factories
from tests.races import harness
from workshops.models import Session

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")


def hold_expired(session, seats_wanted):
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    return holds.hold(
        session, seats_wanted=seats_wanted, client_key=str(uuid.uuid4()), now=long_ago
    )


def hold_then(session, school, number, *, what):
    held = holds.hold(session, seats_wanted=2, client_key=f"browser {number}")
    if what == "place":
        return harness.claim(session, school, number, seats_wanted=3, hold=held)
    if what == "resize":
        return holds.resize(held, seats_wanted=1)
    if what == "release":
        return holds.release(held)
    return held


def test_seats_when_holds_bookings_and_expired_holds_mix(figure):
    session, school = factories.create_session(capacity=60), factories.create_school()
    for _number in range(20):
        hold_expired(session, 3)
    verbs = ["place", "resize", "release", "keep", "claim"] * 20
    random.Random(60).shuffle(verbs)  # the same mix in every run
    attempts = [
        partial(harness.claim, session, school, number, seats_wanted=2)
        if verb == "claim"
        else partial(hold_then, session, school, number, what=verb)
        for number, verb in enumerate(verbs)
    ]

    answers = harness.all_at_once([*attempts, holds.drop_expired, holds.drop_expired])

    assert answers.errors == {}
    assert set(answers.refused) <= {"session_full"}
    assert harness.faults(session) == []
    assert not Hold.objects.expired(timezone.now()).exists()
    assert Booking.objects.exists()
    taken = Session.objects.get().seats_taken
    assert 0 < taken <= 60
    figure(f"holds and bookings mixed on {connection.vendor}", f"{taken} of 60, {answers.refused}")


def test_expired_holds_when_200_want_their_seats():
    session, school = factories.create_session(capacity=25), factories.create_school()
    for _number in range(5):
        hold_expired(session, 5)
    assert Session.objects.get().seats_taken == 25

    answers = harness.all_at_once(
        [partial(harness.claim, session, school, number) for number in range(200)]
    )

    assert (answers.errors, answers.refused) == ({}, {"session_full": 175})
    assert harness.faults(session) == []
    assert not Hold.objects.exists()


def test_hold_when_20_confirm_it_at_once():
    """The seats are transferred once; everybody else has to find seats of their own."""
    session, school = factories.create_session(capacity=3), factories.create_school()
    held = holds.hold(session, seats_wanted=3, client_key="browser")

    answers = harness.all_at_once(
        [
            partial(harness.claim, session, school, number, seats_wanted=3, hold=held)
            for number in range(20)
        ]
    )

    assert (answers.errors, answers.refused) == ({}, {"session_full": 19})
    assert harness.faults(session) == []
    assert (Booking.objects.count(), Hold.objects.count()) == (1, 0)


def test_hold_when_20_release_it_at_once():
    session = factories.create_session(capacity=10)
    held = holds.hold(session, seats_wanted=4, client_key="browser")

    answers = harness.all_at_once([partial(holds.release, held)] * 20)

    assert (answers.errors, answers.refused) == ({}, {})
    assert Session.objects.get().seats_taken == 0


def test_holds_when_one_client_asks_in_20_sessions_at_once():
    sessions = [factories.create_session() for _number in range(20)]

    answers = harness.all_at_once(
        [partial(holds.hold, each, seats_wanted=1, client_key="greedy") for each in sessions]
    )

    assert (answers.errors, answers.refused) == ({}, {"too_many_holds": 20 - holds.MOST_HOLDS})
    assert Hold.objects.count() == holds.MOST_HOLDS
    assert [harness.faults(each) for each in sessions] == [[]] * 20


def test_hold_when_20_extend_it_at_once():
    held = holds.hold(factories.create_session(), seats_wanted=1, client_key="browser")

    answers = harness.all_at_once([partial(holds.extend, held)] * 20)

    assert (answers.errors, answers.refused) == ({}, {"hold_already_extended": 19})
