import datetime

import pytest

from attendance import plausible

DAY = datetime.date(2024, 5, 6)
NOON = datetime.datetime(2024, 5, 6, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


def days(*texts):
    return [datetime.date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("present", "booked", "far"),
    [(54, 27, False), (55, 27, True), (11, 1, False), (12, 1, True), (10, 0, False), (11, 0, True),
     (99_999, 27, True), (27, 27, False), (0, 27, False)],
)  # fmt: skip
def test_far_over_is_more_than_double_and_more_than_ten_over(present, booked, far):
    assert plausible.is_far_over(present, booked) is far


def test_bounds_of_a_class_and_of_a_hall():
    assert (plausible.bound(is_class=True), plausible.bound(is_class=False)) == (40, 500)


def test_session_is_ahead_until_it_begins():
    assert [plausible.is_ahead(NOON, NOON - HOUR), plausible.is_ahead(NOON, NOON)] == [True, False]


def test_approval_comes_on_the_day_or_after():
    before, same = DAY - datetime.timedelta(days=1), DAY

    assert plausible.is_approved_early(before, DAY)
    assert not plausible.is_approved_early(same, DAY)
    assert not plausible.is_approved_late(DAY + datetime.timedelta(days=366), DAY)
    assert plausible.is_approved_late(DAY + datetime.timedelta(days=367), DAY)


def test_adults_are_no_more_than_pupils():
    assert plausible.are_too_many_adults(3, 2)
    assert not plausible.are_too_many_adults(2, 2)
    assert not plausible.are_too_many_adults(None, 1)
    assert not plausible.are_too_many_adults(2, 0)  # only adults came: 0 is right


def test_adults_are_no_more_than_a_form_takes():
    told = [plausible.are_hardly_adults(adults) for adults in (None, 0, 50, 51, 99_999)]

    assert told == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("hour", "minutes", "odd"),
    [(5, 60, False), (4, 60, True), (0, 60, True), (23, 30, False), (12, 10, False), (12, 9, True)],
)
def test_session_in_the_night_or_of_a_moment_is_odd(hour, minutes, odd):
    starts = NOON.replace(hour=hour)

    assert plausible.is_odd_time(starts, starts + datetime.timedelta(minutes=minutes)) is odd


def test_twenty_years_are_long_ago():
    assert plausible.is_long_ago(datetime.date(1924, 5, 3), DAY)
    assert not plausible.is_long_ago(datetime.date(2005, 5, 3), DAY)


def test_session_of_more_than_twelve_hours_is_long():
    assert not plausible.is_long(NOON, NOON + 12 * HOUR)
    assert plausible.is_long(NOON, NOON + 12.5 * HOUR)


@pytest.mark.parametrize(
    ("known", "far"),
    [
        ([], {}),
        (["2024-05-06"], {}),
        (["2024-05-06"] * 3, {}),
        (["2024-05-06", "2025-05-07"], {}),
        (["2024-05-06", "2025-05-08"], {"2024-05-06": "2025-05-08", "2025-05-08": "2024-05-06"}),
        (["2014-05-06", "2024-01-01", "2024-12-31"], {"2014-05-06": "2024-01-01"}),
        (["2014-05-06", "2014-05-06", "2024-01-01", "2024-12-31"], {"2014-05-06": "2024-01-01"}),
        (["2023-01-01", "2024-01-01", "2025-01-01"], {}),  # a chain without a gap
        (["2014-05-06", "2014-05-07", *(["2024-01-01"] * 18)], {"2014-05-06": "2024-01-01",
                                                                "2014-05-07": "2024-01-01",
                                                                "2024-01-01": "2014-05-07"}),
        (["2019-01-01", "2019-06-01", "2022-01-01", "2022-06-01"], {}),  # two years, none astray
    ],
)  # fmt: skip
def test_days_far_from_the_others(known, far):
    found = plausible.far_days(days(*known))

    assert found == dict(zip(days(*far), days(*far.values()), strict=True))


def test_periods_that_overlap_name_the_one_that_lasts():
    periods = [(NOON + 5 * HOUR, NOON + 6 * HOUR), (NOON, NOON + 4 * HOUR),
               (NOON + HOUR, NOON + 2 * HOUR), (NOON + 3 * HOUR, NOON + 5 * HOUR)]  # fmt: skip

    assert plausible.overlapping(periods) == [(1, 2), (1, 3)]
