"""Rows that are well-formed and hardly true, and rows that cannot be."""

import datetime

import pytest
from django.utils import translation

from attendance.readers import doubts, registrations
from tests.commands import COLUMNS, write_table
from tests.goals.office import a_class, a_crowd
from workshops.readers.problems import Problems
from workshops.readers.tables import read_table

NOW = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
CURE = "Correct it, or confirm that it is right."


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def told(tmp_path):
    """Read rows on 2 March 2026; the lines of their errors and of their warnings."""

    def told(*rows, columns=COLUMNS["registreringer"]):
        problems = Problems()
        file = write_table(tmp_path / "r.csv", rows, columns=columns)
        table = read_table(file, layouts=[registrations.LAYOUT], problems=problems)
        found = registrations.read_registrations(table, problems, now=NOW)
        doubts.tell(found.rows, table=table, problems=problems)
        return [[str(each) for each in side] for side in (problems.errors, problems.warnings)]

    return told


# --- what cannot be ----------------------------------------------------------------------------

AHEAD = "The session is in the future, so "
LATER = "Correct the date, or leave the row out until the session is over."


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            {"dato": "2204-05-06"},
            f"dato: «2204-05-06»: {AHEAD}its status cannot be afholdt. {LATER}",
        ),
        (
            {"dato": "2026-03-02", "start": "13:01", "slut": "14:00", "godkendt": ""},
            f"dato: «2026-03-02»: {AHEAD}its status cannot be afholdt. {LATER}",
        ),
        (
            {"dato": "2026-03-03", "status": "udeblivelse", "fremmødt": "", "godkendt": ""},
            f"dato: «2026-03-03»: {AHEAD}its status cannot be udeblivelse. {LATER}",
        ),
        (
            {"dato": "2026-03-03", "status": "aflyst", "fremmødt": "3", "godkendt": ""},
            f"dato: «2026-03-03»: {AHEAD}nobody can have come. {LATER}",
        ),
        (
            {"godkendt": "2024-05-05"},
            "godkendt: «2024-05-05»: The count is approved before its session, which is on"
            " 2024-05-06. Correct one of the two dates.",
        ),
        (
            {"godkendt": "2026-03-03"},
            "godkendt: «2026-03-03»: The count is approved on a day in the future. "
            "Correct the date, or leave it blank.",
        ),
        (
            {"status": "aflyst", "fremmødt": "", "godkendt": "2026-03-03"},
            "godkendt: «2026-03-03»: The count is approved on a day in the future. "
            "Correct the date, or leave it blank.",
        ),
    ],
)
def test_what_cannot_be_is_an_error(told, row, line):
    errors, warnings = told(a_class("1", **row))

    assert (errors, warnings) == ([f"r.csv, row 2, {line}"], [])


@pytest.mark.parametrize(
    "row",
    [
        {"dato": "2026-03-02", "start": "13:00", "slut": "14:00", "godkendt": "2026-03-02"},
        {"dato": "2027-03-02", "status": "aflyst", "fremmødt": "", "godkendt": ""},
        {"dato": "2027-03-02", "status": "flyttet", "fremmødt": "0", "godkendt": "2026-03-01"},
        {"godkendt": "2024-05-06"},
    ],
)
def test_what_can_be_is_taken_without_a_word(told, row):
    assert told(a_class("1", **row)) == [[], []]


# --- what is unlikely --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ({"tilmeldt": "27", "fremmødt": "99999"}, "fremmødt: «99999»: A class has hardly more than 40."),
        ({"tilmeldt": "27", "fremmødt": "99999"}, "fremmødt: «99999»: 99999 came where 27 were booked."),
        ({"tilmeldt": "5", "fremmødt": "20"}, "fremmødt: «20»: 20 came where 5 were booked."),
        ({"tilmeldt": "0", "fremmødt": "20"}, "fremmødt: «20»: 20 came where 0 were booked."),
        ({"tilmeldt": "41"}, "tilmeldt: «41»: A class has hardly more than 40."),
        ({"voksne": "21"}, "voksne: «21»: 21 adults came with 20 pupils."),
        ({"fremmødt": "0", "voksne": "99999"}, "voksne: «99999»: 99999 adults came along."),
        (
            {"start": "03:00", "slut": "04:30"},
            "start: «03:00»: The session lasts from 03:00 to 04:30.",
        ),
        (
            {"start": "10:00", "slut": "10:01"},
            "start: «10:00»: The session lasts from 10:00 to 10:01.",
        ),
        (
            {"dato": "1924-05-06", "godkendt": "1924-05-06"},
            "dato: «1924-05-06»: The date is more than twenty years ago.",
        ),
        (
            {"status": "aflyst"},
            "fremmødt: «20»: 20 came, but the status is aflyst: the row does not count.",
        ),
        (
            {"status": "udeblivelse"},
            "fremmødt: «20»: 20 came, but the status is udeblivelse: the row does not count.",
        ),
        ({"klassetrin": "8"}, "klassetrin: «8»: The grade is 8, but the class is 7.B."),
        (
            {"slut": "22:10"},
            "slut: «22:10»: The session lasts 12 hours, from 10:00.",
        ),
        (
            {"godkendt": "2025-06-01"},
            "godkendt: «2025-06-01»: The count was approved more than a year after the session, on"
            " 2024-05-06.",
        ),
    ],
)  # fmt: skip
def test_what_is_unlikely_is_a_warning_with_both_values(told, row, line):
    errors, warnings = told(a_class("1", **row))

    assert errors == []
    assert f"r.csv, row 2, {line} {CURE}" in warnings
    assert len(warnings) == (2 if row.get("fremmødt") == "99999" else 1)


@pytest.mark.parametrize(
    "row",
    [
        a_class("1", 40, tilmeldt="40"),
        a_class("1", 20, tilmeldt=""),  # blank says nothing
        a_class("1", 0, voksne="0"),
        a_class("1", "", voksne="2", godkendt=""),
        a_class("1", klasse="1.g", klassetrin="11"),
        a_class("1", klasse="7.B", klassetrin=""),
        a_class("1", klasse="B", klassetrin="7"),
        a_class("1", status="udeblivelse", fremmødt="0"),
        a_crowd("1", 500, tilmeldt="300"),
        a_crowd("1", 60, tilmeldt="50"),
    ],
)
def test_what_is_likely_is_taken_without_a_word(told, row):
    assert told(row) == [[], []]


def test_hall_is_told_by_row_and_together(told):
    _errors, alone = told(a_crowd("1", 501, tilmeldt="400"))
    rows = [a_crowd(nr, 300, tilmeldt="300", session="S-1") for nr in ("1", "2")]
    _errors, together = told(*rows)

    assert alone == [
        f"r.csv, row 2, fremmødt: «501»: A hall has hardly room for more than 500. {CURE}"
    ]
    assert together == [
        "r.csv, row 3, fremmødt: «300»: 600 came to the session S-1 in all; a hall has room for"
        f" 500. {CURE}"
    ]


def test_day_far_from_the_others_is_told_once_for_each_session(told):
    far = {"dato": "2014-05-08", "godkendt": "2014-06-01", "session": "S-9"}
    rows = [a_class("1"), a_class("2", **far), a_class("3", klasse="7.C", **far), a_class("4")]

    _errors, warnings = told(*rows, a_class("5", dato="2024-09-01"))

    assert warnings[0] == (
        "r.csv, row 3, dato: «2014-05-08»: The date is more than a year from every other in the"
        f" file; the nearest is 2024-05-06. {CURE}"
    )
    assert len([line for line in warnings if "more than a year" in line]) == 1


def test_class_in_two_places_at_once_is_told(told):
    rows = [a_class("1"), a_class("2", start="11:00", slut="12:00", klasse="7b"),
            a_class("3", start="11:30", slut="12:00", klasse="7.C")]  # fmt: skip

    _errors, warnings = told(*rows)

    assert warnings == [
        "r.csv, row 3, start: «11:00»: The class was in the session S-1 at the same time (row 2)."
        f" {CURE}"
    ]


def test_facilitator_of_two_sessions_at_once_is_told_once_for_each(told):
    here = {"facilitator": "fac-07", "session": "S-1"}
    there = {"facilitator": "fac-07", "session": "S-2", "start": "11:00", "slut": "12:00"}
    rows = [a_class("1", **here), a_class("2", klasse="7.C", **here),
            a_class("3", klasse="8.A", klassetrin="8", **there),
            a_class("4", klasse="8.B", klassetrin="8", **there),
            a_class("5", klasse="9.A", klassetrin="9", start="11:00", slut="12:00",
                    session="S-3", facilitator="fac-08"),
            a_class("6", klasse="9.B", klassetrin="9", start="12:00", slut="13:00",
                    session="S-4", facilitator="fac-07"),
            a_class("7", klasse="9.C", klassetrin="9", start="12:00", slut="13:00",
                    session="S-5", facilitator="fac-07", status="aflyst")]  # fmt: skip

    errors, warnings = told(*rows)

    assert errors == []
    assert [line for line in warnings if "facilitator" in line] == [
        "r.csv, row 4, facilitator: «fac-07»: The facilitator held the session S-1 at the same"
        f" time (row 2). {CURE}"
    ]


def test_what_is_unlikely_is_listed_before_other_warnings(told):
    columns = [*COLUMNS["registreringer"], "bemærkning"]

    _errors, warnings = told(
        a_class("1", fremmødt="", voksne=""), a_class("2", 41, klasse="7.C"), columns=columns
    )

    assert [line.split(",")[1] for line in warnings] == [" row 3", " row 1", " row 2"]


def test_row_that_is_superseded_is_not_doubted(told):
    assert told(a_class("1", 99_999), a_class("1", 20)) == [[], []]
