"""How a figure keeps up with the year."""

from __future__ import annotations

import datetime

import pytest

from goals.measures.pace import pace

DAY = datetime.date(2025, 7, 2)  # day 183 of 365


@pytest.mark.parametrize(
    ("value", "standing"),
    [
        (0, "behind"),
        (401, "behind"),
        (402, "close"),
        (501, "close"),
        (502, "on_course"),
        (999, "on_course"),
        (1000, "met"),
        (1400, "met"),
    ],
)
def test_standing_against_an_even_pace(value, standing):
    kept = pace(value, 1000, year=2025, day=DAY)

    assert (kept.gone, kept.due) == (50, 502)
    assert kept.standing == standing


@pytest.mark.parametrize(
    ("day", "gone", "weeks", "standing"),
    [
        ("2024-12-31", 0, 53, "on_course"),
        ("2025-01-01", 0, 52, "behind"),
        ("2025-12-30", 99, 1, "behind"),
        ("2025-12-31", 100, 0, "missed"),
        ("2027-05-05", 100, 0, "missed"),
    ],
)
def test_edges_of_the_year(day, gone, weeks, standing):
    kept = pace(0, 1000, year=2025, day=datetime.date.fromisoformat(day))

    assert (kept.gone, kept.weeks_left, kept.standing) == (gone, weeks, standing)


@pytest.mark.parametrize(("value", "standing"), [(731, "behind"), (732, "close")])
def test_four_fifths_of_what_is_due_are_close(value, standing):
    kept = pace(value, 5 * 365, year=2025, day=DAY)

    assert (kept.due, kept.standing) == (5 * 183, standing)


def test_leap_year_has_a_day_more():
    last = pace(0, 366, year=2024, day=datetime.date(2024, 12, 30))

    assert (last.days, last.due, last.weeks_left) == (366, 365, 1)


def test_what_each_week_must_bring_is_rounded_up():
    kept = pace(900, 1000, year=2025, day=datetime.date(2025, 12, 1))

    assert (kept.missing, kept.weeks_left, kept.per_week) == (100, 5, 20)
    assert pace(899, 1000, year=2025, day=datetime.date(2025, 12, 1)).per_week == 21
    assert pace(1000, 1000, year=2025, day=DAY).per_week == 0
    assert pace(990, 1000, year=2025, day=datetime.date(2025, 12, 31)).per_week == 10
