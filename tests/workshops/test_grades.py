"""Which grades a label names, and whether they are among those a workshop is for."""

from __future__ import annotations

import pytest

from workshops import grades


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("6.b", {6}),
        ("6b", {6}),
        ("06.b", {6}),
        ("00. klasse", {0}),
        ("010", {10}),
        ("6 B", {6}),
        (" 6. B ", {6}),
        ("6. klasse", {6}),
        ("6.kl.", {6}),
        ("klasse 6", {6}),
        ("Klassen 6.B", {6}),
        ("kl. 6B", {6}),
        ("6", {6}),
        ("0.A", {0}),
        ("0. klasse", {0}),
        ("bh.kl.", {0}),
        ("Børnehaveklassen", {0}),
        ("Bo\u0308rnehaveklasse", set()),  # German letters are no Danish ones
        ("10.X", {10}),
        ("10X", {10}),
        ("7/8.A", {7, 8}),
        ("7.-9. klasse", {7, 8, 9}),
        ("7–9", {7, 8, 9}),
        ("7. og 9.", {7, 9}),
        ("7.A og 7.B", {7}),
        ("7.A og 8.B", {7, 8}),
        ("7a/8b", {7, 8}),
        ("7A+7B", {7}),
        ("8-7", {7, 8}),
        ("3.G", set()),
        ("2.g", set()),
        ("1.-3. g", set()),
        ("1. hf", set()),
        ("8.g", {8}),
        ("3.gul", {3}),
        ("M1", set()),
        ("Specialklassen", set()),
        ("Specialklasse 2", set()),
        ("Team Blå", set()),
        ("Hold 3", set()),
        ("25 elever", set()),
        ("5 elever", set()),
        ("2024", set()),
        ("100.A", set()),
        ("11.A", set()),
        ("", set()),
    ],
)
def test_grades_are_read_as_schools_write_them(label, found):
    assert grades.named(label) == found


@pytest.mark.parametrize(
    ("label", "limits", "outside"),
    [
        ("6.b", (8, 10), True),
        ("8.b", (8, 10), False),
        ("10.b", (8, 10), False),
        ("9.b", (4, 6), True),
        ("7/8.A", (8, 10), True),
        ("0.A", (0, 3), False),
        ("0.A", (1, 3), True),
        ("6.b", (7, None), True),
        ("6.b", (None, 5), True),
        ("6.b", (6, None), False),
        ("6.b", (None, None), False),
        ("M1", (8, 10), False),
        ("2.g", (8, 10), False),
    ],
)
def test_class_is_outside_by_what_its_label_says(label, limits, outside):
    first, last = limits

    assert grades.is_outside(label, first=first, last=last) is outside


@pytest.mark.parametrize(("grade", "outside"), [(9, False), (6, True), (0, True)])
def test_grade_that_was_told_wins_over_the_label(grade, outside):
    assert grades.is_outside("6.b", first=8, last=10, grade=grade) is outside
