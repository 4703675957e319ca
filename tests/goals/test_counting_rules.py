"""The counting rules 1-12 of the report, each through the commands, from tiny files."""

from __future__ import annotations

import pytest

from tests.commands import report_bytes, school, tables
from tests.goals.office import (
    FOLK,
    FREE,
    OUTSIDE,
    PLAN,
    UNMAPPED,
    a_class,
    a_crowd,
    a_total,
    open_office,
    people,
    sessions,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    yield office
    office.close()


# --- 1-3: which sessions, which people ---------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "start", "end", "year"),
    [
        ("2023-12-31", "23:30", "23:59", 2023),
        ("2024-01-01", "00:00", "01:00", 2024),
        ("2024-01-01", "00:59", "02:00", 2024),
        ("2024-12-31", "23:58", "23:59", 2024),
        ("2025-01-01", "00:00", "00:30", 2025),
    ],
)
def test_rule_01_local_start_date_decides_the_year(office, day, start, end, year):
    for each in (2023, 2024, 2025):
        office.plan(people(), year=each)

    office.rows(a_class("1", 20, dato=day, start=start, slut=end))

    found = [each for each in (2023, 2024, 2025) if office.value("folk", year=each) == (20, 1)]
    assert found == [year]


@pytest.mark.parametrize(
    ("start", "end"),
    [("00:00", "00:30"), ("00:30", "01:59"), ("01:30", "03:30"), ("23:30", "23:59")],
)
@pytest.mark.parametrize("night", ["2024-03-31", "2024-10-27"])
def test_rule_01_date_is_local_on_the_nights_when_the_clock_changes(office, night, start, end):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.register(night, school(FOLK, kind="1013"))
    following = "2024-04-01" if night == "2024-03-31" else "2024-10-28"
    office.register(following, school(FOLK, kind="1015"))

    office.rows(a_class("1", 20, dato=night, start=start, slut=end))

    assert (office.value("folk"), office.value("free")) == ((0, 0), (20, 1))


def test_rule_01_hour_that_comes_twice_lies_in_its_date(office):
    office.plan(people())

    office.rows(a_class("1", 20, dato="2024-10-27", start="02:30", slut="02:50"))

    assert office.value("folk") == (20, 1)


def test_rule_02_only_held_registered_and_approved_counts(office):
    office.plan(people(), sessions())

    office.rows(
        a_class("approved", 1),
        a_class("unapproved", 2, godkendt=""),
        a_class("unregistered", "", godkendt=""),
        a_class("cancelled", 4, status="aflyst"),
        a_class("moved", 8, status="flyttet"),
        a_class("no-show", 16, status="udeblivelse"),
        a_class("nobody", 0),
    )

    assert office.value("folk") == (1, 1)
    assert office.value("held") == (1, 1)


def test_rule_02_approval_may_come_after_new_year(office):
    office.plan(people())
    office.rows(a_class("1", 20, dato="2024-12-19", godkendt=""))
    before = office.value("folk")

    office.rows(a_class("1", 20, dato="2024-12-19", godkendt="2025-01-14"))

    assert (before, office.value("folk")) == ((0, 0), (20, 1))


def test_rule_03_pupils_count_without_their_adults(office):
    office.plan(people())

    office.rows(a_class("1", 20, voksne="3"))

    assert office.value("folk") == (20, 1)


def test_rule_03_everyone_present_counts_for_parents_and_professionals(office):
    parents = people("parents", audience="forældre", school_category="")
    office.plan(parents, people("staff", audience="fagpersoner", school_category=""))

    office.rows(
        a_crowd("1", 41, tilmeldt="30"),
        a_crowd("2", 12, audience="fagpersoner", tilmeldt="", institutionsnummer=OUTSIDE),
    )

    assert (office.value("parents"), office.value("staff")) == ((41, 1), (12, 1))


# --- 4 and 5: schools --------------------------------------------------------------------------


def test_rule_04_category_is_that_of_the_session_date(office):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.register("2024-08-01", school(FOLK, kind="1013"))

    office.rows(
        a_class("1", 20, dato="2024-07-31", start="23:00", slut="23:45"),
        a_class("2", 7, dato="2024-08-01", start="00:00", slut="01:00"),
    )

    assert (office.value("folk"), office.value("free")) == ((20, 1), (7, 1))


def test_rule_04_type_without_a_category_is_shown_and_not_dropped(office):
    office.plan(people())

    office.rows(a_class("1", 20), a_class("2", 9, institutionsnummer=UNMAPPED))

    report = office.report()
    assert report["figures"]["folk"]["value"] == 20
    assert report["not_counted"] == {"ikke fordelt": 9, "uden for kommunen": 0}


def test_rule_04_schools_are_matched_by_number_and_never_by_name(office):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.register(
        "2024-01-01", school(FOLK, name="Skolen"), school(FREE, kind="1013", name="Skolen")
    )
    office.register("2024-03-01", school(FOLK, name="En anden skole"))

    office.rows(a_class("1", 20), a_class("2", 7, institutionsnummer=FREE))

    assert (office.value("folk"), office.value("free")) == ((20, 1), (7, 1))


def test_rule_05_only_schools_located_in_the_municipality_count(office):
    office.plan(people(), sessions(audience="elever"))

    office.rows(a_class("1", 20), a_class("2", 9, institutionsnummer=OUTSIDE))

    report = office.report()
    assert (report["figures"]["folk"]["value"], report["figures"]["held"]["value"]) == (20, 1)
    assert report["not_counted"] == {"ikke fordelt": 0, "uden for kommunen": 9}


def test_rule_05_location_is_that_of_the_session_date(office):
    office.plan(people())
    office.register("2024-05-06", school(FOLK, municipality="147"))

    office.rows(a_class("1", 20, dato="2024-05-05"), a_class("2", 9, dato="2024-05-06"))

    assert office.report()["not_counted"] == {"ikke fordelt": 0, "uden for kommunen": 9}
    assert office.value("folk") == (20, 1)


# --- 6 and 7: courses and plans ----------------------------------------------------------------


def test_rule_06_course_counts_each_class_once_with_its_highest_headcount(office):
    office.plan(people())

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-02-01"),
        a_class("2", 23, forløb="F1", dato="2024-02-08"),
        a_class("3", 21, forløb="F1", dato="2024-02-15"),
    )

    assert office.value("folk") == (23, 1)


def test_rule_06_course_over_new_year_counts_in_the_year_of_its_first_visit(office):
    office.plan(people(), year=2024)
    office.plan(people(), year=2025)

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-12-12"),
        a_class("2", 22, forløb="F1", dato="2024-12-19"),
        a_class("3", 26, forløb="F1", dato="2025-01-09"),
    )

    assert office.value("folk", year=2024) == (22, 1)
    assert office.value("folk", year=2025) == (0, 0)


def test_rule_06_unapproved_visit_is_not_the_first(office):
    office.plan(people(), year=2024)
    office.plan(people(), year=2025)

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-12-12", godkendt=""),
        a_class("2", 26, forløb="F1", dato="2025-01-09"),
    )

    assert office.value("folk", year=2024) == (0, 0)
    assert office.value("folk", year=2025) == (26, 1)


def test_rule_07_only_the_primary_plan_counts_a_session(office):
    office.plan(people())
    office.plan(people(), code="kontrol")

    office.rows(a_class("1", 20), a_class("2", 7, plan="kontrol"), a_class("3", 5, plan="ukendt"))

    assert office.value("folk", plan=PLAN) == (20, 1)
    assert office.value("folk", plan="kontrol") == (7, 1)


# --- 8 and 9: talks, replacements --------------------------------------------------------------


def test_rule_08_talk_counts_as_one_session_however_many_parties(office):
    office.plan(sessions(audience="fagpersoner"))
    talk = {"audience": "fagpersoner", "session": "T1"}

    office.rows(
        a_crowd("1", 1, **talk),
        a_crowd("2", 30, **talk),
        a_crowd("3", 0, **talk),
        a_crowd("4", 0, audience="fagpersoner", session="T2"),
        a_crowd("5", 6, audience="forældre", session="P1"),
    )

    assert office.value("held") == (1, 1)


def test_rule_09_later_row_with_the_same_number_replaces_the_earlier_one(office):
    office.plan(people())

    office.rows(a_class("1", 20), a_class("2", 5), a_class("1", 22))
    office.rows(a_class("2", 6))

    assert office.value("folk") == (28, 2)


def test_rule_09_same_thing_twice_changes_nothing(office):
    office.plan(people(), sessions())
    rows = [a_class("1", 20), a_crowd("2", 8), a_class("1", 22)]
    office.rows(*rows)
    office.close()
    before, printed = tables(), report_bytes(PLAN, 2024)

    office.rows(*rows)

    assert tables() == before
    assert report_bytes(PLAN, 2024) == printed


# --- 10-12: verdicts, shares, totals -----------------------------------------------------------


@pytest.mark.parametrize(
    ("came", "met", "over"),
    [(7, False, False), (8, True, False), (10, True, False), (11, True, True)],
)
def test_rule_10_range_is_met_from_its_lower_bound(office, came, met, over):
    office.plan(people(target_min=8, target_max=10))

    office.rows(a_class("1", came))

    figure = office.figure("folk")
    assert (figure["met"], figure["over"]) == (met, over)
    assert (figure["target_min"], figure["target_max"]) == (8, 10)


def test_rule_10_verdict_is_proposed_and_not_decided(office):
    office.plan(people(target_min=8))

    office.rows(a_class("1", 8))

    assert office.report()["goals"] == {"1": {"proposed": "met", "decided": None}}


@pytest.mark.parametrize(
    ("yes", "no", "percent"), [(1, 7, 13), (1, 5, 17), (3, 5, 38), (5, 0, 100), (0, 5, 0)]
)
def test_rule_11_share_is_of_those_who_answered_and_rounds_half_up(office, yes, no, percent):
    office.plan({"code": "share", "kind": "survey_share", "question": "nyttig", "answer": "ja"})
    office.rows(a_class("1", 20))

    office.answers("S-1", " ".join(["ja"] * yes + ["nej"] * no + ["-", "-"]))

    assert office.figure("share") == {
        "numerator": yes,
        "denominator": yes + no,
        "percent": percent,
        "asked": 20,
    }


def test_rule_11_fewer_than_five_answers_are_not_shown(office):
    office.plan({"code": "share", "kind": "survey_share", "question": "nyttig", "answer": "ja"})
    office.rows(a_class("1", 20))

    office.answers("S-1", "ja ja ja nej")

    unknown = {"numerator": None, "denominator": None, "percent": None}
    assert office.figure("share") == {**unknown, "asked": 20}


def test_rule_12_total_counts_when_somebody_else_has_approved_it(office):
    office.plan({"code": "cases", "kind": "stated_count"})
    office.totals(
        a_total("cases", "2024-06-30", 2),
        a_total("cases", "2024-12-01", 5, godkendt_af=""),
        a_total("cases", "2024-12-02", 6, godkendt_af="Koordinator"),
    )
    before = office.figure("cases")["value"]

    office.totals(a_total("cases", "2024-12-01", 5))

    assert (before, office.figure("cases")["value"]) == (2, 5)
