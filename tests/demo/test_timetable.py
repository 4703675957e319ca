"""The days and hours of the demo's sessions."""

from __future__ import annotations

import datetime

import pytest

from demo import sources
from demo.timetable import slots
from workshops.holidays import is_school_day
from workshops.models import Audience


@pytest.mark.parametrize(
    ("day", "school"),
    [
        ("2026-11-22", False),  # a Sunday
        ("2026-11-23", True),
        ("2026-02-10", False),  # winter holiday
        ("2026-04-02", False),  # Maundy Thursday
        ("2026-04-07", True),
        ("2026-05-01", False),
        ("2026-05-14", False),  # Ascension
        ("2026-05-25", False),  # Whit Monday
        ("2026-06-05", False),
        ("2026-06-26", True),
        ("2026-06-29", False),  # summer
        ("2026-08-07", False),
        ("2026-08-10", True),
        ("2026-10-14", False),  # autumn holiday
        ("2026-12-24", False),
        ("2027-01-04", False),
        ("2027-01-05", True),
    ],
)
def test_school_days(day, school):
    assert is_school_day(datetime.date.fromisoformat(day)) is school


def test_sessions_are_on_school_days_at_sensible_times():
    catalogue = sources.read("catalogue")["workshops"]
    found = list(slots(catalogue, today=datetime.date(2026, 11, 23)))

    assert all(is_school_day(slot.starts.date()) for slot in found)
    hours = {audience: set() for audience in Audience.values}
    for slot in found:
        hours[slot.audience].add(slot.starts.hour)
    assert hours == {"elever": {8, 9, 10, 12}, "forældre": {19}, "fagpersoner": {14}}
    assert [slot for slot in found if slot.starts.date() == datetime.date(2026, 11, 23)]
    assert found == sorted(found, key=lambda slot: slot.starts)


def test_the_same_day_has_the_same_sessions_whenever_it_is_loaded():
    catalogue = sources.read("catalogue")["workshops"]
    early, late = (
        set(slots(catalogue, today=day))
        for day in (datetime.date(2026, 3, 1), datetime.date(2026, 5, 30))
    )

    until = datetime.datetime(2026, 6, 30, tzinfo=datetime.UTC)
    assert {slot for slot in early if slot.starts < until} == {
        slot for slot in late if slot.starts < until
    }
