"""Figures, targets and verdicts in words, with numbers as the reader's language writes them."""

from __future__ import annotations

import pytest
from django.utils import translation

from goals.measures.kinds import Spec
from goals.reports import wording


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def words(kind, printed, **spec):
    return wording.figure(Spec("c", kind, **spec), printed)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, None, ""),
        (4000, None, "at least 4,000"),
        (0, None, "at least 0"),
        (None, 1200, "at most 1,200"),
        (200, 300, "200-300"),
    ],
)
def test_target_is_said(low, high, said):
    assert wording.target(low, high) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("met", "Met"),
        ("partly", "Partly met"),
        ("not_met", "Not met"),
        (None, "To be decided by a manager"),
    ],
)
def test_verdict_is_said(value, said):
    assert wording.verdict(value) == said


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ({"met": None}, ""),
        ({}, ""),
        ({"met": False, "over": True}, "Not met"),
        ({"met": True, "over": False}, "Met"),
        ({"met": True, "over": True}, "Met, above the range"),
        ({"done": True}, "Done"),
        ({"done": False}, "Not done"),
    ],
)
def test_status_is_said(printed, said):
    assert wording.status(printed) == said


def test_people_and_sessions_are_said():
    one, many = {"value": 1, "sessions": 1}, {"value": 5182, "sessions": 1228}

    assert words("participations", one) == "1 participants in 1 session"
    assert words("participations", many, audience="elever", category="folk") == (
        "5,182 pupils (folk) in 1,228 sessions"
    )
    assert words("sessions_held", one, audience="fagpersoner") == "1 session held for professionals"
    assert words("sessions_held", {"value": 12}) == "12 sessions held for participants"


def test_share_of_answers_is_said():
    few = {"numerator": None, "denominator": None, "percent": None, "asked": 9}
    share = {"numerator": 117, "denominator": 133, "percent": 88, "asked": 338}

    assert words("survey_share", few) == "Fewer than five answers, so no share is shown"
    said = "88 % answered “ja” (117 of 133 answers)"
    assert words("survey_share", share, answer="ja") == f"{said}; response rate 39 % of 338"
    assert words("survey_share", {**share, "asked": 0}, answer="ja") == said
    assert "response rate 50 % of 266" in words("survey_share", {**share, "asked": 266})


def test_stated_figures_are_said():
    nothing = {"progressed": None, "started": None, "pending": None}

    assert words("stated_count", {"value": None}) == "Not stated yet"
    assert words("stated_count", {"value": 1500}) == "1,500"
    assert words("stated_share", nothing) == "Not stated yet"
    assert words("stated_share", {"progressed": 2, "started": 3, "pending": 1}) == (
        "Progress in 2 of 3, too early to say in 1"
    )
    assert words("milestone", {"done": False, "date": None}) == "Not done yet"
    assert (
        words("milestone", {"done": True, "date": "2024-11-28"})
        == "Done on Thursday 28 November 2024"
    )
    assert words("narrative", {"text": "Som planlagt"}) == "Som planlagt"


def test_danish_numbers_have_points():
    with translation.override("da"):
        assert wording.number(5182) == "5.182"
