"""What a school was on a day."""

import datetime

import pytest

from workshops.histories import Histories

JANUARY, JUNE = datetime.date(2025, 1, 1), datetime.date(2025, 6, 1)
KNOWN = Histories([(7, JUNE, "Nyskolen"), (9, JUNE, "Engskolen"), (7, JANUARY, "Gamleskolen")])


@pytest.mark.parametrize(
    ("day", "name"),
    [
        pytest.param(datetime.date(2024, 12, 31), "Gamleskolen", id="before the first: the first"),
        pytest.param(JANUARY, "Gamleskolen", id="the first day"),
        pytest.param(datetime.date(2025, 5, 31), "Gamleskolen", id="the day before a change"),
        pytest.param(JUNE, "Nyskolen", id="the day of a change"),
        pytest.param(datetime.date(2030, 1, 1), "Nyskolen", id="long after"),
    ],
)
def test_version_is_the_one_in_force_on_the_day(day, name):
    assert KNOWN.on(7, day) == name


@pytest.mark.parametrize("school", [None, 8])
def test_version_of_no_school_is_none(school):
    assert KNOWN.on(school, JUNE) is None


def test_versions_of_every_school_on_a_day():
    assert KNOWN.all_on(JANUARY) == {7: "Gamleskolen", 9: "Engskolen"}
    assert KNOWN.all_on(JUNE) == {7: "Nyskolen", 9: "Engskolen"}
    assert Histories().all_on(JUNE) == {}
