"""What each kind of measure prints, and what goals propose: answers, totals, milestones, verdicts."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.commands import report_bytes, run
from tests.goals.office import (
    OUTSIDE,
    PLAN,
    a_class,
    a_crowd,
    a_total,
    open_office,
    people,
    sessions,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SHARE = {"code": "share", "kind": "survey_share", "question": "nyttig", "answer": "ja"}
FIVE = "ja ja ja ja nej"
RANGE = {"target_min": 8, "target_max": 10}


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    yield office
    office.close()


# --- nothing known -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["participations", "sessions_held"])
def test_nothing_known_of_what_is_counted(office, kind):
    office.plan(
        {"code": "aim", "kind": kind, "audience": "elever", "target_min": 1},
        {"code": "none", "kind": kind, "audience": "elever"},
    )

    zero = {"value": 0, "over": False, "sessions": 0, "target_max": None}
    assert office.figure("aim") == {**zero, "target_min": 1, "met": False}
    assert office.figure("none") == {**zero, "target_min": None, "met": None}


def test_nothing_known_of_a_survey(office):
    office.plan(SHARE, {**SHARE, "code": "aim", "target_min": 80})

    unknown = {"numerator": None, "denominator": None, "percent": None, "asked": 0}
    assert office.figure("share") == unknown
    assert office.figure("aim") == {**unknown, "met": False}


def test_nothing_known_of_stated_figures(office):
    office.plan(
        {"code": "count", "kind": "stated_count"},
        {"code": "aim", "kind": "stated_count", "target_min": 2},
        {"code": "share", "kind": "stated_share"},
        {"code": "done", "kind": "milestone"},
        {"code": "text", "kind": "narrative"},
    )

    figures = office.report()["figures"]
    assert figures["count"] == {"value": None, "met": None, "over": False}
    assert figures["aim"] == {"value": None, "met": False, "over": False, "target_min": 2}
    assert figures["share"] == {"progressed": None, "started": None, "pending": None}
    assert figures["done"] == {"done": False, "date": None}
    assert figures["text"] == {"text": ""}


# --- targets -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("came", "met"), [(0, True), (10, True), (11, False)])
def test_ceiling_is_met_when_not_exceeded(office, came, met):
    office.plan(people(target_max=10))

    office.rows(a_class("1", came))

    assert office.figure("folk")["met"] is met


@pytest.mark.parametrize(
    ("held", "met", "over"), [(0, False, False), (1, True, False), (3, True, True)]
)
def test_sessions_held_above_a_range_are_met_and_over(office, held, met, over):
    office.plan(sessions(target_min=1, target_max=2))

    office.rows(a_class("x", 0), *(a_class(str(number), 20) for number in range(held)))

    figure = {"value": held, "sessions": held, "target_min": 1, "target_max": 2}
    assert office.figure("held") == {**figure, "met": met, "over": over}


@pytest.mark.parametrize(
    ("value", "met", "over"),
    [(7, False, False), (8, True, False), (10, True, False), (11, True, True)],
)
def test_stated_count_is_judged_like_any_figure(office, value, met, over):
    office.plan({"code": "count", "kind": "stated_count", **RANGE})

    office.totals(a_total("count", "2024-05-01", value))

    assert office.figure("count") == {"value": value, "met": met, "over": over, **RANGE}


def test_measure_without_audience_counts_everyone(office):
    office.plan(people("all", audience="", school_category=""), sessions("held"))

    office.rows(
        a_class("1", 1),
        a_class("2", 2, institutionsnummer=OUTSIDE),
        a_crowd("3", 4, institutionsnummer=OUTSIDE),
        a_crowd("4", 8, audience="fagpersoner"),
    )

    assert (office.value("all"), office.value("held")) == ((13, 3), (3, 3))


# --- answers -----------------------------------------------------------------------------------


def test_answers_count_when_their_session_was_held_without_approval(office):
    office.plan(SHARE)
    office.rows(
        a_class("1", 20, godkendt=""),
        a_class("2", 20, status="aflyst"),
        a_class("3", 20, dato="2023-12-31"),
        a_class("4", 20, plan="kontrol"),
    )

    office.answers("S-1", FIVE)
    warned = [office.answers(f"S-{number}", "ja ja") for number in (2,)]
    office.answers("S-3", "ja ja")
    office.answers("S-4", "ja ja")

    figure = office.figure("share")
    assert (figure["numerator"], figure["denominator"], figure["asked"]) == (4, 5, 0)
    assert all("S-2" in outcome.out + outcome.err for outcome in warned)


def test_answers_are_those_of_the_audience_and_the_question(office):
    office.plan({**SHARE, "audience": "forældre"})
    office.rows(a_class("1", 20), a_crowd("2", 30), a_crowd("3", 12))

    office.answers("S-1", "ja ja")
    office.answers("S-2", "ja JA  ved nej Ja")
    office.answers("S-3", "ja ja", question="andet")

    assert office.figure("share") == {"numerator": 3, "denominator": 5, "percent": 60, "asked": 42}


def test_dont_know_is_an_answer_and_a_blank_is_none(office):
    office.plan({**SHARE, "answer": "ved ikke"}, {**SHARE, "code": "yes"})
    office.rows(a_class("1", 20))

    office._send(
        spoergeskema=[
            {"session": "S-1", "spørgsmål": "nyttig", "svar": answer}
            for answer in ("Ved ikke", " VED IKKE ", "ja", "nej", "ja", "", "  ")
        ]
    )

    assert office.figure("share") == {"numerator": 2, "denominator": 5, "percent": 40, "asked": 20}
    assert office.figure("yes")["numerator"] == 2


def test_file_replaces_the_answers_of_each_session_and_question_it_holds(office):
    office.plan(SHARE, {**SHARE, "code": "other", "question": "andet"})
    office.rows(a_class("1", 20), a_class("2", 20))
    office.answers("S-1", FIVE)
    office.answers("S-2", FIVE)
    office.answers("S-1", FIVE, question="andet")

    office.answers("S-1", "nej nej")

    figures = office.report()["figures"]
    assert (figures["share"]["numerator"], figures["share"]["denominator"]) == (4, 7)
    assert (figures["other"]["numerator"], figures["other"]["denominator"]) == (4, 5)


def test_few_answers_are_counted_per_measure_and_not_per_session(office):
    office.plan(SHARE)
    office.rows(*(a_class(str(number), 20) for number in range(5)))

    for number in range(5):
        office.answers(f"S-{number}", "ja")

    assert office.figure("share") == {
        "numerator": 5,
        "denominator": 5,
        "percent": 100,
        "asked": 100,
    }


@pytest.mark.parametrize(
    ("target", "met"),
    [({"target_min": 88}, True), ({"target_min": 89}, False), ({"target_max": 87}, False)],
)
def test_survey_with_a_target_compares_the_rounded_percent(office, target, met):
    office.plan({**SHARE, **target})
    office.rows(a_class("1", 20))

    office.answers("S-1", "ja ja ja ja ja ja ja nej")  # 87.5

    figure = {"numerator": 7, "denominator": 8, "percent": 88, "asked": 20}
    assert office.figure("share") == {**figure, "met": met}


@pytest.mark.parametrize("level", ["expected", "attended", "approved"])
def test_asked_are_approved_participations_of_the_audience(office, level):
    office.plan({**SHARE, "audience": "elever"})
    office.rows(
        a_class("1", 20, forløb="F1"),
        a_class("2", 22, forløb="F1", dato="2024-05-08"),
        a_class("3", 9, godkendt=""),
        a_class("4", 5, institutionsnummer=OUTSIDE),
        a_class("5", 4, dato="2025-02-01"),
        a_crowd("6", 8),
    )

    office.answers("S-1", FIVE)

    assert office.figure("share", level)["asked"] == 22


# --- totals ------------------------------------------------------------------------------------


def test_latest_approved_total_of_the_year_counts(office):
    office.plan(
        {"code": "count", "kind": "stated_count"}, {"code": "share", "kind": "stated_share"}
    )

    office.totals(
        a_total("count", "2024-12-16", 3),
        a_total("count", "2024-06-30", 2),
        a_total("count", "2023-12-31", 8),
        a_total("count", "2025-01-10", 12),
        a_total("share", "2024-12-16", 2, nævner="3", afventer="1"),
    )

    assert office.figure("count")["value"] == 3
    assert office.figure("share") == {"progressed": 2, "started": 3, "pending": 1}


def test_total_of_the_same_code_and_date_is_replaced(office):
    office.plan({"code": "count", "kind": "stated_count"})
    office.totals(a_total("count", "2024-06-30", 2), a_total("count", "2024-12-16", 3))

    office.totals(a_total("count", "2024-12-16", 5, godkendt_af=""))

    assert office.figure("count")["value"] == 2


def test_total_approved_by_its_own_author_is_kept_as_not_approved_with_a_warning(office):
    office.plan({"code": "count", "kind": "stated_count"})

    outcome = office.totals(a_total("count", "2024-06-30", 2, oplyst_af="Åse", godkendt_af="ÅSE"))

    assert office.figure("count")["value"] is None
    assert "godkendt_af" in outcome.out + outcome.err


def test_code_of_two_plans_needs_the_column_plan(office):
    office.plan({"code": "count", "kind": "stated_count"})
    office.plan({"code": "count", "kind": "stated_count"}, code="kontrol")

    refused = office._send(opgoerelser=[a_total("count", "2024-06-30", 2)])
    office.totals(a_total("count", "2024-06-30", 2, plan="kontrol"))

    assert (refused.code, "kode" in refused.err) == (1, True)
    assert office.figure("count")["value"] is None
    assert office.figure("count", plan="kontrol")["value"] == 2


def test_milestone_is_done_on_its_date(office):
    office.plan({"code": "done", "kind": "milestone"})
    office.totals(a_total("done", "2024-03-01", 0))
    before = office.figure("done")

    office.totals(a_total("done", "2024-06-20", 1))

    assert before == {"done": False, "date": None}
    assert office.figure("done") == {"done": True, "date": "2024-06-20"}


# --- goals and the object ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "done", "proposed"),
    [(8, 1, "met"), (8, 0, "partly"), (7, 1, "partly"), (7, 0, "not_met")],
)
def test_goal_is_met_when_every_target_and_milestone_is(office, came, done, proposed):
    office.plan(
        people(target_min=8),
        people("no target", school_category=""),
        {"code": "done", "kind": "milestone"},
    )

    office.rows(a_class("1", came))
    office.totals(a_total("done", "2024-06-20", done))

    assert office.proposed() == proposed


def test_goal_that_a_person_judges_has_no_proposal(office):
    office.plan(people(target_min=1), rule="judged")

    office.rows(a_class("1", 20))

    assert office.proposed() is None


def test_goal_without_targets_has_no_proposal(office):
    office.plan(
        people(), {"code": "share", "kind": "stated_share"}, {"code": "text", "kind": "narrative"}
    )

    office.rows(a_class("1", 20))

    assert office.proposed() is None


def test_report_is_sorted_indented_and_signed(office):
    office.plan(people("1c.forældre", audience="forældre", school_category=""))

    office.rows(a_crowd("1", 20))

    printed = report_bytes(PLAN, 2024).decode()
    report = json.loads(printed)
    assert printed == json.dumps(report, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    digest = report.pop("digest")
    compact = json.dumps(report, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest == "sha256:" + hashlib.sha256(compact.encode()).hexdigest()
    assert set(report) == {"plan", "year", "level", "figures", "goals", "not_counted"}


def test_year_without_a_version_is_an_error_and_an_unknown_plan_wrong_use(office):
    office.plan(people(), year=2024)

    def code(plan: str, year: str) -> int:
        return run("annual_report", plan, year, "--format", "json").code

    assert (code(PLAN, "2024"), code(PLAN, "2023"), code("ukendt", "2024")) == (0, 1, 2)


def test_plan_imported_again_updates_its_version_by_code(office):
    office.plan(people(target_min=30))
    office.rows(a_class("1", 20))
    before = office.figure("folk")["met"]

    office.plan(
        people(target_min=20, school_category="fri_privat"),
        categories=(("1012", "fri_privat", "1900-01-01"),),
    )

    assert (before, office.figure("folk")["met"], office.value("folk")) == (False, True, (20, 1))


def test_reconcile_says_pending_until_the_marks_are_taken(office):
    office.plan(people())
    office.close()

    office.rows(a_class("1", 20))

    outcome = run("reconcile")
    assert "pending" in outcome.out + outcome.err
