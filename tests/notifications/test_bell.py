"""The bell: at most five rings a second, and none too few."""

from __future__ import annotations

import itertools
import random

import pytest

from notifications import bell
from tests.races.harness import all_at_once


class Clock:
    """A clock that stands until it is put on."""

    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(bell, "_next", 0.0)
    monkeypatch.setattr(bell, "time", clock)
    return clock


@pytest.fixture
def heard(monkeypatch, clock):
    """When a worker hears the bell."""
    times: list[float] = []

    def ring(*, retry, countdown):
        assert retry is False
        times.append(round(clock.now + countdown, 6))

    monkeypatch.setattr("notifications.tasks.deliver_due.apply_async", ring)
    return times


def rung(clock, *moments):
    for moment in moments:
        clock.now = 1000 + moment
        bell.ring()


def unheard(moments, heard):
    """The commits after which no ring came within EVERY seconds."""
    return [
        moment
        for moment in moments
        if not any(moment <= ring - 1000 + 1e-6 <= moment + bell.EVERY + 2e-6 for ring in heard)
    ]


def test_first_ring_is_heard_at_once_and_the_rest_a_moment_later(clock, heard):
    rung(clock, 0, 0.05, 0.1, 0.19)

    assert heard == [1000, 1000.2]


def test_who_rings_seldom_is_heard_at_once(clock, heard):
    rung(clock, 0, 0.2, 1, 5)

    assert heard == [1000, 1000.2, 1001, 1005]


def test_no_commit_goes_unheard_and_nobody_rings_more_than_five_times_a_second(clock, heard):
    dice = random.Random(7)
    moments = sorted(dice.uniform(0, 60) for _commit in range(2000))

    rung(clock, *moments)

    assert unheard(moments, heard) == []
    assert all(later - earlier >= bell.EVERY - 1e-5 for earlier, later in itertools.pairwise(heard))


def test_clock_that_is_put_back_silences_nobody(clock, heard):
    rung(clock, 0, 0.1)

    rung(clock, -500)

    assert heard[-1] == 500


def test_planted_bell_without_a_late_ring_is_seen(clock, heard, monkeypatch):
    """Whoever only keeps still leaves the last letters to the beat."""
    careful = bell._wait
    monkeypatch.setattr(bell, "_wait", lambda: 0.0 if careful() == 0 else None)

    rung(clock, 0, 0.05, 0.1)

    assert unheard([0, 0.05, 0.1], heard) == [0.05, 0.1]


def test_200_threads_ring_twice(heard):
    answers = all_at_once([bell.ring] * 200)

    assert answers.errors == {}
    assert heard == [1000, 1000.2]


def test_dead_broker_is_no_fault_of_the_letter(clock, monkeypatch, caplog):
    def dead(**_options):
        raise OSError

    monkeypatch.setattr("notifications.tasks.deliver_due.apply_async", dead)

    bell.ring()

    assert "the beat will deliver" in caplog.text
