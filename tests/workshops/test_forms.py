"""What staff type into numbers, days and times, however they write it."""

from __future__ import annotations

import datetime

import pytest
from django import forms

from workshops.forms.numbers import ClockField, DayField, NumberField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("9", (9, 0)),
        ("9.30", (9, 30)),
        ("09:30", (9, 30)),
        ("9,30", (9, 30)),
        (" kl. 9.30 ", (9, 30)),
        ("Kl 14.05", (14, 5)),
        ("00.00", (0, 0)),
        ("23.59", (23, 59)),
    ],
)
def test_times_are_read_as_people_write_them(typed, read):
    assert ClockField().clean(typed) == datetime.time(*read)


@pytest.mark.parametrize(
    "typed", ["", "24.00", "9.60", "ni", "9 pm", "-1", "9.3.0.1", "\x00", "9" * 99]
)
def test_times_that_are_none_are_refused(typed):
    with pytest.raises(forms.ValidationError):
        ClockField().clean(typed)


@pytest.mark.parametrize(
    "typed", ["2026-12-31", "31-12-2026", "31.12.2026", "31/12/2026", " 31.12.2026 "]
)
def test_days_are_read_as_people_write_them(typed):
    assert DayField().clean(typed) == datetime.date(2026, 12, 31)


@pytest.mark.parametrize(
    "typed", ["", "2026-02-30", "12/31/2026", "i morgen", "0000-00-00", "\x00"]
)
def test_days_that_are_none_are_refused(typed):
    with pytest.raises(forms.ValidationError):
        DayField().clean(typed)


@pytest.mark.parametrize(("typed", "read"), [("28", 28), (" 1 200 ", 1200), ("1\u00a0200", 1200)])
def test_numbers_are_read_with_spaces(typed, read):
    assert NumberField().clean(typed) == read


@pytest.mark.parametrize("typed", ["", "x", "1.5", "1e3", "²", "9" * 5000])
def test_numbers_that_are_none_are_refused(typed):
    with pytest.raises(forms.ValidationError):
        NumberField().clean(typed)


@pytest.mark.parametrize("field", [NumberField(), DayField(), ClockField()])
def test_no_field_is_a_native_number(field):
    assert field.widget.input_type in {"text", "date"}
