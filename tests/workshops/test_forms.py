"""What staff type into numbers, days and times, however they write it."""

from __future__ import annotations

import datetime

import pytest
from django import forms

from workshops.forms.fields import ClockField, DayField, NumberField

pytestmark = pytest.mark.usefixtures("english")


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


def number(**options):
    return NumberField(label="Places", wrong="No number.", missing="Missing.", **options)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("28", 28),
        (" 1 200 ", 1200),
        ("1\u00a0200", 1200),
        ("1.200", 1200),
        ("1.200.000", 1_200_000),
        ("24 elever", 24),
        ("24.", 24),
        ("24.0", 24),
        ("24,00", 24),
        ("7. klasse", 7),
        ("90 min.", 90),
        ("-3", -3),
    ],
)
@pytest.mark.parametrize("stepper", [True, False])
def test_numbers_are_read_as_people_write_them_by_everybodys_forms(typed, read, stepper):
    assert number(stepper=stepper).clean(typed) == read


@pytest.mark.parametrize(
    "typed", ["", "x", "1.5", "1e3", "1_0", "1.20.000", "²", "24-30", "7 8", "1,5", "9" * 5000]
)
def test_numbers_that_are_none_are_refused(typed):
    with pytest.raises(forms.ValidationError):
        number().clean(typed)


@pytest.mark.parametrize(("typed", "is_taken"), [("0", 0), ("1", 1), ("30", 1), ("31", 0)])
def test_number_outside_its_bounds_is_told_both(typed, is_taken):
    field = number(least=1, most=30)
    if is_taken:
        assert field.clean(typed) == int(typed)
    else:
        with pytest.raises(forms.ValidationError, match="Places: write a number from 1 to 30"):
            field.clean(typed)


def test_number_written_otherwise_is_no_change():
    assert not number().has_changed(1200, "1.200")
    assert number().has_changed(1200, "1.201")


@pytest.mark.parametrize("field", [number(), DayField(), ClockField()])
def test_no_field_is_a_native_number(field):
    assert field.widget.input_type in {"text", "date"}
