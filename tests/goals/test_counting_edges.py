"""The counting rules on their edges, sentence by sentence: levels, courses, rows."""

from __future__ import annotations

import pytest

from tests.commands import school
from tests.goals.office import (
    FOLK,
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


# --- levels ------------------------------------------------------------------------------------


def test_level_attended_takes_unapproved_counts_too(office):
    office.plan(people(), sessions())

    office.rows(
        a_class("1", 20),
        a_class("2", 7, godkendt=""),
        a_class("3", "", godkendt=""),
        a_class("4", 9, status="aflyst", godkendt=""),
    )

    assert (office.value("folk", "attended"), office.value("held", "attended")) == ((27, 2), (2, 2))


def test_level_expected_takes_what_was_booked_of_all_that_is_not_cancelled_or_moved(office):
    office.plan(people(), sessions())

    office.rows(
        a_class("1", 20, tilmeldt="1"),
        a_class("2", "", tilmeldt="2", godkendt=""),
        a_class("3", 0, tilmeldt="4", status="udeblivelse"),
        a_class("4", "", tilmeldt="8", status="aflyst", godkendt=""),
        a_class("5", "", tilmeldt="16", status="flyttet", godkendt=""),
        a_class("6", 20, tilmeldt=""),
        a_class("7", 20, tilmeldt="0"),
    )

    assert (office.value("folk", "expected"), office.value("held", "expected")) == ((7, 3), (3, 3))


@pytest.mark.parametrize(("level", "count"), [("expected", 25), ("attended", 23), ("approved", 20)])
def test_every_level_keeps_the_other_rules(office, level, count):
    office.plan(people(), year=2024)

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-02-01", tilmeldt="24"),
        a_class("2", 23, forløb="F1", dato="2024-03-01", tilmeldt="25", godkendt=""),
        a_class("3", 30, forløb="F1", dato="2025-01-08", tilmeldt="30"),
        a_class("4", 9, institutionsnummer=OUTSIDE, tilmeldt="9"),
        a_class("5", 8, institutionsnummer=UNMAPPED, tilmeldt="8"),
    )

    report = office.report(level)
    assert report["level"] == level
    assert (report["figures"]["folk"]["value"], report["figures"]["folk"]["sessions"]) == (count, 1)
    assert report["not_counted"] == {"ikke fordelt": 8, "uden for kommunen": 9}


# --- courses -----------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["7b", "7 B", " 7.b ", "7. B", "7B"])
def test_course_class_is_the_same_however_its_label_is_spelt(office, other):
    office.plan(people())

    office.rows(
        a_class("1", 20, forløb="F1", klasse="7.B", klassetrin="7"),
        a_class("2", 21, forløb="F1", klasse=other, klassetrin="", dato="2024-05-08"),
    )

    assert office.value("folk") == (21, 1)


def test_course_classes_of_other_schools_labels_and_courses_count_each(office):
    office.plan(people(), people("free", school_category="fri_privat"))

    office.rows(
        a_class("1", 1, forløb="F1"),
        a_class("2", 2, forløb="F1", institutionsnummer=FREE),
        a_class("3", 4, forløb="F1", klasse="7.C"),
        a_class("4", 8, forløb="F2"),
        a_class("5", 16),
        a_class("6", 32),
    )

    assert (office.value("folk"), office.value("free")) == ((61, 5), (2, 1))


def test_course_with_several_classes_of_one_school_counts_each(office):
    office.plan(people())

    office.rows(
        a_class("1", 20, forløb="F1", session="A", klasse="7.A"),
        a_class("2", 18, forløb="F1", session="A", klasse="7.B"),
        a_class("3", 21, forløb="F1", session="B", klasse="7.A", dato="2024-05-08"),
        a_class("4", 17, forløb="F1", session="B", klasse="7.B", dato="2024-05-08"),
    )

    assert office.value("folk") == (39, 1)


def test_course_uses_plan_workshop_category_and_session_of_its_first_visit(office):
    first = people("first", workshop="Åben dør")
    office.plan(
        first, people("second", workshop="Lukket dør"), people("free", school_category="fri_privat")
    )
    office.plan(people(), code="kontrol")
    office.register("2024-08-01", school(FOLK, kind="1013"))

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-06-01", workshop="Åben dør"),
        a_class("2", 23, forløb="F1", dato="2024-06-02", workshop="Lukket dør"),
        a_class("3", 24, forløb="F1", dato="2024-09-01", plan="kontrol"),
    )

    assert [office.value(code) for code in ("first", "second", "free")] == [(24, 1), (0, 0), (0, 0)]
    assert office.value("folk", plan="kontrol") == (0, 0)


def test_course_uses_the_municipality_of_its_first_visit(office):
    office.plan(people())
    office.register("2024-05-07", school(FOLK, municipality="147"))

    office.rows(a_class("1", 20, forløb="F1"), a_class("2", 23, forløb="F1", dato="2024-05-08"))

    assert office.value("folk") == (23, 1)
    assert office.report()["not_counted"] == {"ikke fordelt": 0, "uden for kommunen": 0}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"dato": "2024-05-05"}, {"dato": "2024-05-06"}),
        ({"start": "08:00"}, {"start": "09:00"}),
        ({"session": "S10"}, {"session": "S9"}),
    ],
)
def test_first_visit_is_by_date_then_start_then_session(office, one, other):
    office.plan(people("one", workshop="Et"), people("other", workshop="To"))

    office.rows(
        a_class("1", 20, forløb="F1", workshop="To", **other),
        a_class("2", 20, forløb="F1", workshop="Et", **one),
    )

    assert (office.value("one"), office.value("other")) == ((20, 1), (0, 0))


def test_first_visit_with_nobody_present_is_a_visit(office):
    office.plan(people("one", workshop="Et"), people("other", workshop="To"))

    office.rows(
        a_class("1", 0, forløb="F1", workshop="Et", dato="2024-05-05"),
        a_class("2", 20, forløb="F1", workshop="To"),
    )

    assert (office.value("one"), office.value("other")) == ((20, 1), (0, 0))


def test_course_is_for_participations_only_and_each_session_held_counts(office):
    office.plan(people(), sessions(audience="elever"), year=2024)
    office.plan(people(), sessions(audience="elever"), year=2025)

    office.rows(
        a_class("1", 20, forløb="F1", dato="2024-12-01"),
        a_class("2", 20, forløb="F1", dato="2024-12-08"),
        a_class("3", 20, forløb="F1", dato="2025-01-08"),
    )

    assert (office.value("held"), office.value("held", year=2025)) == ((2, 2), (1, 1))
    assert (office.value("folk"), office.value("folk", year=2025)) == ((20, 1), (0, 0))


def test_course_of_parents_means_nothing(office):
    office.plan(people("parents", audience="forældre", school_category=""))

    office.rows(a_crowd("1", 5, forløb="F1"), a_crowd("2", 6, forløb="F1"))

    assert office.value("parents") == (11, 2)


def test_rows_of_one_session_may_differ_in_their_course(office):
    office.plan(people())

    office.rows(
        a_class("1", 20, session="A", klasse="7.A", forløb="F1"),
        a_class("2", 18, session="A", klasse="7.B"),
        a_class("3", 22, session="B", klasse="7.A", forløb="F1", dato="2024-05-08"),
        a_class("4", 19, session="B", klasse="7.B", dato="2024-05-08"),
    )

    assert office.value("folk") == (22 + 18 + 19, 2)


# --- rows and sessions -------------------------------------------------------------------------


def test_two_rows_of_one_session_add_up_and_the_session_counts_once(office):
    office.plan(people(), people("staff", audience="fagpersoner", school_category=""))

    office.rows(
        a_class("1", 20, session="A"),
        a_class("2", 18, session="A", klasse="7.C"),
        a_crowd("3", 5, session="B", audience="fagpersoner"),
        a_crowd("4", 6, session="B", audience="fagpersoner"),
    )

    assert (office.value("folk"), office.value("staff")) == ((38, 1), (11, 1))


def test_sessions_behind_a_figure_are_those_that_add_a_person(office):
    office.plan(people())

    office.rows(a_class("1", 20), a_class("2", 0), a_class("3", 0, status="udeblivelse"))

    assert office.value("folk") == (20, 1)


def test_session_is_held_when_any_of_its_rows_is(office):
    office.plan(people(), sessions())

    office.rows(
        a_class("1", 20, session="A"),
        a_class("2", 18, session="A", klasse="7.C", status="aflyst"),
        a_class("3", 18, session="B", status="flyttet"),
    )

    assert (office.value("folk"), office.value("held")) == ((20, 1), (1, 1))


def test_session_left_without_rows_is_withdrawn_and_counts_nowhere(office):
    office.plan(people(), sessions())
    office.rows(a_class("1", 20, session="A"))

    office.rows(a_class("1", 21, session="B", dato="2023-05-06"))

    assert (office.value("folk"), office.value("held")) == ((0, 0), (0, 0))


def test_withdrawn_session_that_gets_a_row_again_counts_again(office):
    office.plan(people(), sessions())
    office.rows(a_class("1", 20, session="A"))
    office.rows(a_class("1", 20, session="B"))

    office.rows(a_class("2", 7, session="A", dato="2024-09-02"))

    assert (office.value("folk"), office.value("held")) == ((27, 2), (2, 2))


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ({"fremmødt": "3"}, 3),
        ({"fremmødt": "0"}, 0),
        ({"fremmødt": "", "godkendt": ""}, 0),
        ({"godkendt": ""}, 0),
        ({"status": "aflyst"}, 0),
        ({"dato": "2023-12-31"}, 0),
        ({"plan": "ukendt"}, 0),
        ({"institutionsnummer": OUTSIDE}, 0),
        ({"målgruppe": "forældre", "klasse": "", "klassetrin": "", "institutionsnummer": ""}, 0),
        ({"klasse": "9.Z", "tilmeldt": "", "voksne": ""}, 20),
    ],
)
def test_corrected_row_wins_whole_over_an_earlier_import(office, change, count):
    office.plan(people())
    office.rows(a_class("1", 20))

    office.rows(a_class("1", 20) | change)

    assert office.value("folk") == (count, int(count > 0))


def test_two_classes_may_change_numbers(office):
    office.plan(people())
    office.rows(a_class("1", 20, session="A", klasse="7.A"), a_class("2", 5, session="A"))

    office.rows(a_class("1", 20, session="A"), a_class("2", 5, session="A", klasse="7.A"))

    assert office.value("folk") == (25, 1)


# --- refused -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        {"dato": "2024-05-07"},
        {"start": "10:05"},
        {"slut": "12:00"},
        {"workshop": "En anden"},
        {"plan": "kontrol"},
        {"facilitator": "fac-02"},
        {"målgruppe": "forældre", "klasse": "", "klassetrin": ""},
    ],
)
def test_rows_of_one_session_that_disagree_are_refused(office, other):
    office.plan(people())

    outcome = office.try_rows(
        a_class("0", 5),
        a_class("1", 20, session="A"),
        a_class("2", 9, session="A", klasse="8.A") | other,
    )

    assert (outcome.code, office.value("folk")) == (1, (0, 0))
    assert next(iter(other)) in outcome.err


@pytest.mark.parametrize("spelt", ["7.B", "7b", "7 B"])
def test_same_class_twice_in_one_session_is_refused(office, spelt):
    office.plan(people())

    outcome = office.try_rows(
        a_class("1", 20, session="A"), a_class("2", 9, session="A", klasse=spelt, klassetrin="")
    )

    assert (outcome.code, office.value("folk")) == (1, (0, 0))
    assert "klasse" in outcome.err


def test_row_that_disagrees_with_an_earlier_import_is_refused(office):
    office.plan(people())
    office.rows(a_class("1", 20, session="A"))

    outcome = office.try_rows(a_class("2", 9, session="A", klasse="8.A", dato="2024-05-07"))

    assert (outcome.code, office.value("folk")) == (1, (20, 1))
