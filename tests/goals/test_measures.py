"""How figures are judged, shares rounded and verdicts proposed: pure code, no database."""

from __future__ import annotations

import datetime
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.measures.judge import Judged, judge, percent, propose
from goals.measures.kinds import KINDS, AnswerCount, Material, Spec, Stated
from goals.measures.uncounted import not_counted
from goals.measures.visits import OUTSIDE, UNALLOCATED, Scope, Visit, counted_once

DAY = datetime.date
MAY = DAY(2024, 5, 6)


# --- judging -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high", "met", "over"),
    [
        (5, None, None, None, False),  # no target
        (None, None, None, None, False),
        (None, 10, None, False, False),  # unknown
        (None, None, 10, False, False),
        (9, 10, None, False, False),  # a lower bound
        (10, 10, None, True, False),
        (11, 10, None, True, False),
        (0, 0, None, True, False),
        (199, 200, 300, False, False),  # a range
        (200, 200, 300, True, False),
        (300, 200, 300, True, False),
        (301, 200, 300, True, True),
        (8, 8, 8, True, False),
        (9, 8, 8, True, True),
        (3, None, 3, True, False),  # a ceiling
        (4, None, 3, False, True),
        (0, None, 0, True, False),
        (1, None, 0, False, True),
    ],
)
def test_figure_is_judged(value, low, high, met, over):
    assert judge(value, low, high) == Judged(met=met, over=over)


@given(st.integers(0, 10**6), st.none() | st.integers(0, 10**6), st.none() | st.integers(0, 10**6))
def test_more_never_unmeets_a_lower_bound(value, low, high):
    less, more = judge(value, low, high), judge(value + 1, low, high)

    assert not (low is not None and less.met and not more.met)
    assert not (less.over and not more.over)
    assert not (high is None and less.over)


@pytest.mark.parametrize(
    ("rule", "marks", "proposed"),
    [
        ("all", [], None),
        ("judged", [], None),
        ("judged", [True, True], None),
        ("all", [True], "met"),
        ("all", [True, True], "met"),
        ("all", [True, False], "partly"),
        ("all", [False, True, True], "partly"),
        ("all", [False], "not_met"),
        ("all", [False, False], "not_met"),
    ],
)
def test_verdict_is_proposed(rule, marks, proposed):
    assert propose(rule, iter(marks)) == proposed


@given(st.data())
def test_percent_is_half_up(data):
    whole = data.draw(st.integers(1, 10**7))
    part = data.draw(st.integers(0, whole))

    assert percent(part, whole) == math.floor(Fraction(100 * part, whole) + Fraction(1, 2))


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 200, 1), (1, 201, 0), (117, 133, 88), (5, 8, 63), (0, 7, 0), (7, 7, 100)],
)
def test_percent_of_known_shares(part, whole, share):
    assert percent(part, whole) == share


# --- counting ----------------------------------------------------------------------------------

SCOPE = Scope(
    plan=1,
    year=2024,
    municipality="101",
    mapping={
        "1012": [(DAY(1900, 1, 1), "folk"), (DAY(2024, 8, 1), None)],
        "1013": [(DAY(2024, 2, 1), "fri")],
    },
)


def visit(session=1, people=20, *, day=MAY, **other):
    starts = datetime.datetime.combine(day, datetime.time(10), datetime.UTC)
    facts = {
        "reference": f"S{session}", "plan": 1, "workshop": "w", "audience": "elever", "school": "280001",
        "label": "7b", "municipality": "101", "type_code": "1012", "course": None, **other,
    }  # fmt: skip
    return Visit(session=session, starts=starts, date=day, people=people, **facts)


def material(*visits, answers=(), stated=None):
    once = list(counted_once(visits, SCOPE))
    return Material(SCOPE, once, list(visits), once, list(answers), stated or {})


def value(spec, *visits, **more):
    figure = KINDS[spec.kind](spec, material(*visits, **more))
    return figure.printed


@pytest.mark.parametrize(
    ("type_code", "day", "category"),
    [
        ("1012", DAY(2024, 7, 31), "folk"),
        ("1012", DAY(2024, 8, 1), None),
        ("1013", DAY(2024, 1, 31), None),
        ("1013", DAY(2024, 2, 1), "fri"),
        ("9999", DAY(2024, 2, 1), None),
    ],
)
def test_category_is_that_of_the_latest_mapping_not_after_the_day(type_code, day, category):
    assert SCOPE.category(type_code, day) == category


def test_place_looks_at_the_municipality_first():
    places = [
        SCOPE.place(visit(municipality=m, type_code=t))
        for m in ("101", "147")
        for t in ("1012", "9999")
    ]

    assert places == ["folk", UNALLOCATED, OUTSIDE, OUTSIDE]


def test_course_class_counts_once_with_its_highest_count_of_the_year():
    visits = [
        visit(2, 30, day=DAY(2024, 6, 1), course=5),
        visit(1, 20, course=5),
        visit(3, 99, day=DAY(2025, 1, 9), course=5),
        visit(4, 7, day=DAY(2023, 5, 1), course=6),
        visit(5, 8, course=6),
        visit(6, 3),
    ]

    counted = {(v.session, v.people) for v in counted_once(visits, SCOPE)}

    assert counted == {(1, 30), (6, 3)}


def test_first_visit_of_the_same_moment_is_that_of_the_first_reference():
    visits = [visit(2, 30, course=5), visit(1, 20, course=5)]

    assert [v.session for v in counted_once(visits, SCOPE)] == [1]


def test_course_of_parents_means_nothing():
    visits = [visit(n, 10, audience="forældre", course=5) for n in (1, 2)]

    assert len(list(counted_once(visits, SCOPE))) == 2


def test_nothing_known_prints_what_imports_md_says():
    bounds = {"target_min": None, "target_max": None, "met": None, "over": False}
    printed = {kind: value(Spec("c", kind)) for kind in KINDS}

    assert printed == {
        "participations": {"value": 0, **bounds, "sessions": 0},
        "sessions_held": {"value": 0, **bounds, "sessions": 0},
        "survey_share": {"numerator": None, "denominator": None, "percent": None, "asked": 0},
        "stated_count": {"value": None, "met": None, "over": False},
        "stated_share": {"progressed": None, "started": None, "pending": None},
        "milestone": {"done": False, "date": None},
        "narrative": {"text": ""},
    }


@pytest.mark.parametrize(
    "kind", ["participations", "sessions_held", "survey_share", "stated_count"]
)
def test_nothing_known_does_not_meet_a_target(kind):
    assert value(Spec("c", kind, target_min=1))["met"] is False


def test_people_and_sessions_are_those_that_add_somebody():
    spec = Spec("c", "participations", audience="elever")

    printed = value(
        spec, visit(1, 20), visit(1, 5, label="8a"), visit(2, 0), visit(3, 7, audience="forældre")
    )

    assert (printed["value"], printed["sessions"]) == (25, 1)


def test_sessions_held_counts_every_visit_of_a_course():
    visits = [visit(1, 20, course=5), visit(2, 20, course=5), visit(3, 0, course=5)]

    assert value(Spec("c", "sessions_held"), *visits)["value"] == 2


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, 20 + 3 + 4),
        ({"audience": "elever"}, 20),
        ({"audience": "elever", "category": "folk"}, 20),
        ({"category": "folk"}, 20),
        ({"category": "fri"}, 0),
        ({"audience": "forældre"}, 3),
        ({"workshop": "v"}, 4),
    ],
)
def test_measure_counts_what_it_names(spec, expected):
    visits = [
        visit(1, 20),
        visit(2, 3, audience="forældre"),
        visit(3, 4, audience="fagpersoner", workshop="v"),
        visit(4, 9, municipality="147"),
    ]

    assert value(Spec("c", "participations", **spec), *visits)["value"] == expected


def reply(answer, times, **other):
    facts = {"session": 1, "workshop": "w", "audience": "elever", "question": "q", **other}
    return AnswerCount(answer=answer, times=times, **facts)


@pytest.mark.parametrize(("yes", "no", "shown"), [(4, 0, None), (4, 1, 80), (1, 7, 13)])
def test_share_of_few_answers_is_not_shown(yes, no, shown):
    answers = [reply("ja", yes), *([reply("nej", no)] if no else [])]
    spec = Spec("c", "survey_share", question="q", answer="ja", target_min=50)

    printed = value(spec, visit(1, 20), answers=answers)

    numbers = (yes, yes + no) if shown is not None else (None, None)
    assert printed == {
        "numerator": numbers[0],
        "denominator": numbers[1],
        "percent": shown,
        "asked": 20,
        "met": shown is not None and shown >= 50,
    }


def test_answers_of_another_question_audience_or_workshop_are_left_out():
    spec = Spec("c", "survey_share", question="q", answer="ja", audience="elever", workshop="w")
    answers = [
        reply("ja", 5),
        reply("ja", 9, question="p"),
        reply("ja", 9, audience="forældre"),
        reply("ja", 9, workshop="v"),
    ]

    assert value(spec, answers=answers)["denominator"] == 5


def test_stated_figures_print_the_total_in_force():
    stated = {
        "n": Stated(4, None, None, DAY(2024, 5, 1)),
        "s": Stated(2, 3, 1, DAY(2024, 5, 1)),
        "m": Stated(1, None, None, DAY(2024, 5, 1)),
        "u": Stated(0, None, None, DAY(2024, 5, 1)),
    }

    assert value(Spec("n", "stated_count", target_max=3), stated=stated) == {
        "value": 4,
        "met": False,
        "over": True,
        "target_max": 3,
    }
    assert value(Spec("s", "stated_share"), stated=stated) == {
        "progressed": 2,
        "started": 3,
        "pending": 1,
    }
    assert value(Spec("m", "milestone"), stated=stated) == {"done": True, "date": "2024-05-01"}
    assert value(Spec("u", "milestone"), stated=stated) == {"done": False, "date": None}


def test_pupils_that_no_measure_counts_stand_under_their_reason():
    specs = [Spec("c", "participations", category="fri"), Spec("s", "sessions_held")]
    visits = [
        visit(1, 20),
        visit(2, 3, municipality="147"),
        visit(3, 4, type_code="9999"),
        visit(4, 5, type_code="1013"),
        visit(5, 6, audience="forældre"),
        visit(6, 0, municipality="147"),
    ]

    assert not_counted(specs, material(*visits)) == {
        OUTSIDE: {2: 3},
        UNALLOCATED: {3: 4},
        "folk": {1: 20},
    }
    assert not_counted([], material()) == {OUTSIDE: {}, UNALLOCATED: {}}
