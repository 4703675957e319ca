"""Scarce seats, claimed by many at the same moment, on PostgreSQL and on SQLite."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import connection

from booking.models import Booking, Party, Transition
from tests import factories
from tests.conftest import PROVING
from tests.races import harness
from workshops.models import Session

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")
ROUNDS = range(10 if PROVING else 1)


def contest(*, capacity, threads, seats_wanted=1):
    session, school = factories.create_session(capacity=capacity), factories.create_school()
    attempts = [
        partial(harness.claim, session, school, number, seats_wanted=seats_wanted)
        for number in range(threads)
    ]
    return session, harness.all_at_once(attempts)


@pytest.mark.prove("seats")
@pytest.mark.parametrize("round_", ROUNDS)
def test_seats_when_200_want_25(round_, figure):
    session, answers = contest(capacity=25, threads=200)

    assert answers.errors == {}
    assert len(answers.values) == 25
    assert answers.refused == {"session_full": 175}
    assert harness.faults(session) == []
    assert Session.objects.get().seats_taken == 25
    assert (Booking.objects.count(), Transition.objects.count()) == (25, 25)
    figure(
        f"200 threads for 25 seats on {connection.vendor}",
        f"{len(answers.values)} booked, {answers.refused}, {answers.seconds:.1f} s",
    )


@pytest.mark.prove("seats")
@pytest.mark.parametrize("round_", ROUNDS)
def test_seats_when_parties_of_7_want_60(round_, figure):
    session, answers = contest(capacity=60, threads=40, seats_wanted=7)

    assert answers.errors == {}
    assert answers.refused == {"session_full": 32}
    assert harness.faults(session) == []
    assert Session.objects.get().seats_taken == 56
    figure(f"parties of 7 for 60 seats on {connection.vendor}", Session.objects.get().seats_taken)


def test_request_key_when_60_send_it_at_once(figure):
    session, school = factories.create_session(capacity=1), factories.create_school()
    key = uuid.uuid4()

    answers = harness.all_at_once([partial(harness.claim, session, school, 1, key=key)] * 60)

    assert (answers.errors, answers.refused) == ({}, {})
    assert {booking.pk for booking in answers.values} == {Booking.objects.get().pk}
    assert len(answers.values) == 60
    assert harness.faults(session) == []
    figure(f"60 equal requests on {connection.vendor}", f"{Booking.objects.count()} booking")


def test_request_key_when_two_sessions_get_it_at_once():
    school, key = factories.create_school(), uuid.uuid4()
    sessions = [factories.create_session(), factories.create_session()]

    answers = harness.all_at_once(
        [partial(harness.claim, session, school, 1, key=key) for session in sessions * 10]
    )

    booking = Booking.objects.get()
    assert answers.errors == {}
    assert answers.refused == {"request_key_reused": 10}
    assert {value.pk for value in answers.values} == {booking.pk}
    assert [harness.faults(session) for session in sessions] == [[], []]


def test_class_when_20_book_it_at_once():
    session, school = factories.create_session(capacity=500), factories.create_school()
    spellings = ["7.B", "7b", "7 B", "7. b"] * 5

    answers = harness.all_at_once(
        [
            partial(harness.claim, session, school, number, label=label, seats_wanted=20)
            for number, label in enumerate(spellings)
        ]
    )

    assert answers.errors == {}
    assert answers.refused == {"class_already_booked": 19}
    assert Party.objects.get().folded_label == "7b"
    assert Session.objects.get().seats_taken == 20


# --- each guard alone is enough, and without any the harness sees it ---------------------------


def test_seats_when_only_the_conditional_update_guards(monkeypatch):
    harness.drop_check()
    harness.plant_no_lock(monkeypatch)

    session, answers = contest(capacity=25, threads=100)

    assert (answers.errors, answers.refused) == ({}, {"session_full": 75})
    assert harness.faults(session) == []


def test_seats_when_only_the_check_guards(monkeypatch):
    harness.plant_no_lock(monkeypatch)
    monkeypatch.setattr(Session, "take_seats", harness.write_unasked)

    session, answers = contest(capacity=25, threads=100)

    assert (answers.errors, answers.refused) == ({}, {"session_full": 75})
    assert harness.faults(session) == []


def test_seats_when_only_the_lock_guards(monkeypatch):
    harness.drop_check()
    monkeypatch.setattr(Session, "take_seats", harness.read_then_write)

    session, answers = contest(capacity=25, threads=100)

    assert (answers.errors, answers.refused) == ({}, {"session_full": 75})
    assert harness.faults(session) == []


def test_planted_read_then_write_is_seen(monkeypatch, figure):
    harness.drop_check()
    harness.plant_carelessness(monkeypatch)

    session, answers = contest(capacity=25, threads=200)

    assert harness.faults(session) == ["overbooked", "the counter is not the sum"]
    assert len(answers.values) > 25
    figure(f"planted fault on {connection.vendor}", f"{len(answers.values)} booked 25 seats")


@pytest.mark.postgres
def test_planted_missing_lock_is_seen_behind_the_check(monkeypatch):
    """The counter stays below the capacity, so the CHECK is silent; the sum is not."""
    monkeypatch.setattr(Session, "take_seats", harness.read_then_write)
    harness.plant_no_lock(monkeypatch)

    session, answers = contest(capacity=25, threads=200)

    assert "the counter is not the sum" in harness.faults(session)
    assert len(answers.values) > Session.objects.get().seats_taken


@pytest.mark.postgres
def test_threads_share_16_connections(postgres_server, own_database):
    session, _answers = contest(capacity=5, threads=200)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [own_database])
        connected = cursor.fetchone()[0]

    assert connection.pool.max_size == harness.POOL == 16
    assert 1 < connected <= 16
    assert harness.faults(session) == []
