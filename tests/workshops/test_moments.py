"""Days and times as people read them, in both languages and on both nights of the clock."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from tests.factories import local
from workshops import moments

DAY = datetime.date(2026, 12, 2)


@pytest.fixture(params=["da", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


def test_day_has_its_weekday_and_no_number_for_the_month(language):
    assert (
        moments.day(DAY)
        == {
            "da": "onsdag den 2. december 2026",
            "en": "Wednesday 2 December 2026",
        }[language]
    )


def test_short_day_leaves_out_the_year_it_is(language):
    today = datetime.date(2026, 11, 22)

    assert moments.day(DAY, short=True, today=today) == {"da": "ons. 2. dec.", "en": "Wed 2 Dec"}[language]  # fmt: skip
    assert (
        moments.day(datetime.date(2027, 1, 4), short=True, today=today)
        == {
            "da": "man. 4. jan. 2027",
            "en": "Mon 4 Jan 2027",
        }[language]
    )
    assert "2026" in moments.day(DAY, short=True)


def test_clock_has_no_am_and_no_pm(language):
    assert moments.clock(local(2026, 12, 2, 13, 5)) == {"da": "kl. 13.05", "en": "13:05"}[language]
    assert moments.clock(local(2026, 12, 2, 9, 0)) == {"da": "kl. 9.00", "en": "9:00"}[language]


def test_moment_is_a_day_with_its_time(language):
    at = local(2026, 12, 2, 9, 5)

    assert (
        moments.moment(at)
        == {
            "da": "onsdag den 2. december 2026 kl. 9.05",
            "en": "Wednesday 2 December 2026, 9:05",
        }[language]
    )


def test_span_says_the_day_once(language):
    written = moments.span(local(2026, 12, 2, 9), local(2026, 12, 2, 11, 30))

    assert (
        written
        == {
            "da": "onsdag den 2. december 2026 kl. 9.00–11.30",
            "en": "Wednesday 2 December 2026, 9:00–11:30",
        }[language]
    )


def test_span_over_midnight_says_both_days(language):
    written = moments.span(local(2026, 12, 2, 22), local(2026, 12, 3, 1), short=True, today=DAY)

    assert (
        written
        == {
            "da": "ons. 2. dec. kl. 22.00 – tor. 3. dec. kl. 1.00",
            "en": "Wed 2 Dec, 22:00 – Thu 3 Dec, 1:00",
        }[language]
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime.datetime(2026, 3, 29, 0, 30, tzinfo=datetime.UTC), "kl. 1.30"),
        (datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.UTC), "kl. 3.30"),
        (datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC), "kl. 2.30"),
        (datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC), "kl. 2.30"),
    ],
)
def test_time_is_that_of_the_town_on_the_nights_of_the_clock(moment, written):
    with translation.override("da"):
        assert moments.clock(moment) == written


def test_day_is_that_of_the_town_at_midnight():
    just_after = datetime.datetime(2026, 12, 1, 23, 30, tzinfo=datetime.UTC)

    with translation.override("da"):
        assert moments.span(just_after, just_after + datetime.timedelta(minutes=15)).startswith(
            "onsdag den 2. december"
        )


def test_language_of_one_reader_is_not_remembered_for_the_next():
    with translation.override("en"):
        moments.day(DAY)
    with translation.override("da"):
        assert moments.day(DAY) == "onsdag den 2. december 2026"
