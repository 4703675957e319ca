"""The counting rules on their edges, sentence by sentence: schools, categories, what is left over."""

from __future__ import annotations

import pytest

from tests.commands import school
from tests.goals.office import (
    CATEGORIES,
    FOLK,
    FOREIGN_FREE,
    FREE,
    OUTSIDE,
    UNMAPPED,
    a_class,
    a_crowd,
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


# --- schools and categories --------------------------------------------------------------------


def test_school_unknown_at_the_date_has_the_attributes_of_its_first(office):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.register("2024-06-01", school("280099", kind="1013"))
    office.register("2024-09-01", school("280099", kind="1012"))

    office.rows(a_class("1", 20, institutionsnummer="280099", dato="2024-02-01"))

    assert (office.value("folk"), office.value("free")) == ((0, 0), (20, 1))


def test_registers_may_arrive_in_any_order(office):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.rows(a_class("1", 20, dato="2024-05-06"))
    office.register("2024-08-01", school(FOLK, kind="1015"))
    office.register("2024-02-01", school(FOLK, kind="1013"))
    split = (office.value("folk"), office.value("free"))

    office.register("2024-02-01", school(FOLK, kind="1012"))

    assert split == ((0, 0), (20, 1))
    assert (office.value("folk"), office.value("free")) == ((20, 1), (0, 0))


def test_register_equal_to_what_is_known_is_remembered_for_its_date(office):
    office.plan(people(), people("free", school_category="fri_privat"))
    office.rows(a_class("1", 20, dato="2024-05-06"))
    office.register("2024-04-01", school(FOLK, kind="1012"))

    office.register("2024-03-01", school(FOLK, kind="1013"))

    assert (office.value("folk"), office.value("free")) == ((20, 1), (0, 0))


def test_closed_school_keeps_its_last_attributes_for_counting(office):
    office.plan(people())
    office.register("2024-03-01", school(FREE, kind="1013"), complete=True)

    office.rows(a_class("1", 20, dato="2024-05-06"))

    assert office.value("folk") == (20, 1)


def test_school_outside_and_without_category_is_outside_only(office):
    office.plan(people())

    office.rows(a_class("1", 20, institutionsnummer=FOREIGN_FREE))

    assert office.report()["not_counted"] == {"ikke fordelt": 0, "uden for kommunen": 20}


@pytest.mark.parametrize(
    ("day", "value", "unmapped"), [("2024-07-31", 20, 0), ("2024-08-01", 0, 20)]
)
def test_type_mapped_to_nothing_from_a_date_is_not_distributed(office, day, value, unmapped):
    office.plan(people(), categories=(*CATEGORIES, ("1012", None, "2024-08-01")))

    office.rows(a_class("1", 20, dato=day))

    report = office.report()
    assert report["figures"]["folk"]["value"] == value
    assert report["not_counted"] == {"ikke fordelt": unmapped, "uden for kommunen": 0}


def test_of_two_mappings_the_latest_not_after_the_date_wins(office):
    mappings = [("1015", "fri_privat", "2024-01-01"), ("1015", "folkeskole", "2024-04-01")]
    later = ("1015", "fri_privat", "2024-05-07")
    office.plan(
        people(), people("free", school_category="fri_privat"), categories=(later, *mappings)
    )

    office.rows(
        a_class("1", 1, institutionsnummer=UNMAPPED, dato="2023-12-31"),
        a_class("2", 2, institutionsnummer=UNMAPPED, dato="2024-01-01"),
        a_class("3", 4, institutionsnummer=UNMAPPED, dato="2024-05-06"),
        a_class("4", 8, institutionsnummer=UNMAPPED, dato="2024-05-07"),
    )

    assert (office.value("folk"), office.value("free")) == ((4, 1), (10, 2))


# --- what is not counted -----------------------------------------------------------------------


def test_category_that_no_measure_names_stands_under_its_own_name(office):
    office.plan(people())

    office.rows(a_class("1", 20), a_class("2", 9, institutionsnummer=FREE), a_crowd("3", 5))

    rest = {"ikke fordelt": 0, "uden for kommunen": 0}
    assert office.report()["not_counted"] == {**rest, "fri_privat": 9}


def test_nothing_is_in_a_figure_and_in_not_counted(office):
    office.plan(people("all", school_category=""), people())

    office.rows(
        a_class("1", 20),
        a_class("2", 9, institutionsnummer=FREE),
        a_class("3", 4, institutionsnummer=UNMAPPED),
        a_class("4", 2, institutionsnummer=OUTSIDE),
    )

    assert office.value("all") == (33, 3)
    assert office.report()["not_counted"] == {"ikke fordelt": 0, "uden for kommunen": 2}


def test_pupils_at_a_workshop_that_no_measure_names_are_not_counted(office):
    office.plan(people(workshop="Åben dør"))

    office.rows(a_class("1", 20, workshop="Åben dør"), a_class("2", 9, workshop="Lukket dør"))

    rest = {"ikke fordelt": 0, "uden for kommunen": 0}
    assert office.report()["not_counted"] == {**rest, "folkeskole": 9}


def test_course_that_falls_out_is_not_counted_once_with_its_highest_headcount(office):
    office.plan(people())

    office.rows(
        a_class("1", 20, forløb="F1", institutionsnummer=UNMAPPED),
        a_class("2", 23, forløb="F1", institutionsnummer=UNMAPPED, dato="2024-05-08"),
    )

    assert office.report()["not_counted"] == {"ikke fordelt": 23, "uden for kommunen": 0}


# --- sessions held -----------------------------------------------------------------------------


def test_sessions_held_of_pupils_need_rule_5_and_rule_4_only_with_a_category(office):
    office.plan(
        sessions("any", audience="elever"),
        sessions("folk", audience="elever", school_category="folkeskole"),
        sessions("all"),
    )

    office.rows(
        a_class("1", 20),
        a_class("2", 20, institutionsnummer=UNMAPPED),
        a_class("3", 20, institutionsnummer=OUTSIDE),
        a_crowd("4", 20, institutionsnummer=OUTSIDE),
    )

    assert [office.value(code) for code in ("any", "folk", "all")] == [(2, 2), (1, 1), (3, 3)]


def test_sessions_held_need_somebody_from_the_municipality(office):
    office.plan(sessions(audience="elever"))

    office.rows(
        a_class("1", 0, session="A"),
        a_class("2", 20, session="A", institutionsnummer=OUTSIDE),
    )

    assert office.value("held") == (0, 0)


@pytest.mark.parametrize("title", ["åben dør", "ÅBEN DØR", "A\u030aben dør", " Åben  dør "])
def test_workshop_of_a_measure_is_matched_on_its_folded_title(office, title):
    office.plan(sessions(workshop=title), people(workshop=title))

    office.rows(a_class("1", 20, workshop="Åben Dør"), a_class("2", 7, workshop="Lukket dør"))

    assert (office.value("held"), office.value("folk")) == ((1, 1), (20, 1))
