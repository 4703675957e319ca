"""Rows of registrations and answers as frozen values: pure, from a file to Python."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from attendance.readers import registrations, survey
from attendance.readers.facts import RegistrationRow, SessionFacts
from tests.commands import COLUMNS, write_table
from tests.goals.office import FOLK, a_class, a_crowd
from workshops.readers.problems import Problems
from workshops.readers.tables import read_table


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def read(tmp_path):
    """Read rows; what stands in the file, and the lines of its faults."""

    def read(*rows):
        problems = Problems()
        file = write_table(tmp_path / "r.csv", rows, columns=COLUMNS["registreringer"])
        table = read_table(file, layouts=[registrations.LAYOUT], problems=problems)
        found = registrations.read_registrations(table, problems, now=timezone.now())
        return found, [str(problem) for problem in problems.errors]

    return read


def utc(day, hour, minute=0):
    return datetime.datetime(2024, *day, hour, minute, tzinfo=datetime.UTC)


def test_row_is_read_whole(read):
    found, faults = read(a_class("1", 20, forløb="F1", facilitator="fac-1"))

    (row,) = found.rows
    assert (faults, found.superseded, found.sessions) == ([], 0, {"S-1"})
    facts = ("trivsel", "Kritisk på nettet", "elever", utc((5, 6), 8), utc((5, 6), 9, 30), "fac-1")
    assert row == RegistrationRow(
        number=2,
        nr="1",
        session="S-1",
        facts=SessionFacts(*facts),
        status="afholdt",
        course="F1",
        school=FOLK,
        grade=7,
        label="7.B",
        booked=25,
        present=20,
        adults=2,
        approved=datetime.date(2024, 6, 1),
    )
    assert (row.is_class, row.folded_label) == (True, "7b")


def test_blank_cells_have_their_meanings(read):
    found, _faults = read(
        a_class("1", "", tilmeldt="", voksne="", godkendt="", klassetrin="", klasse="1.g"),
        a_class("2", 0),
    )

    first, second = found.rows
    assert (first.booked, first.present, first.adults, first.approved) == (0, None, None, None)
    assert (first.grade, first.label, second.present) == (None, "1.g", 0)


def test_what_means_nothing_for_a_crowd_is_not_read(read):
    row = {
        **a_crowd("1"),
        "forløb": "F",
        "klassetrin": "x",
        "klasse": "7.B",
        "institutionsnummer": FOLK,
    }

    found, faults = read(row)

    (crowd,) = found.rows
    assert faults == []
    assert (crowd.course, crowd.grade, crowd.label, crowd.school) == ("", None, "", FOLK)
    assert crowd.is_class is False


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        (
            "2024-01-01",
            "0:30",
            "1.15",
            (datetime.datetime(2023, 12, 31, 23, 30), utc((1, 1), 0, 15)),
        ),
        ("2024-03-31", "01:30", "03:30", (utc((3, 31), 0, 30), utc((3, 31), 1, 30))),
        ("2024-10-27", "01:30", "03:30", (utc((10, 26), 23, 30), utc((10, 27), 2, 30))),
        ("2024-10-27", "02:30", "02:50", (utc((10, 27), 0, 30), utc((10, 27), 0, 50))),
    ],
)
def test_times_are_local(read, day, start, end, expected):
    found, faults = read(a_class("1", dato=day, start=start, slut=end))

    facts = found.rows[0].facts
    assert faults == []
    assert (facts.starts.replace(tzinfo=None), facts.ends) == (
        expected[0].replace(tzinfo=None),
        expected[1],
    )


def test_last_row_of_an_id_stands_and_the_earlier_ones_are_not_looked_at(read):
    found, faults = read(
        a_class("1", "x", session="S-væk"), a_class("2"), a_class("1", 5), a_class("1", 6)
    )

    assert faults == []
    assert [(row.number, row.nr, row.present) for row in found.rows] == [(3, "2", 20), (5, "1", 6)]
    assert (found.superseded, found.sessions) == (2, {"S-1", "S-2"})


def test_digest_says_whether_two_rows_say_the_same(read):
    rows = [
        a_class("1"),
        a_class(
            "1", dato="6-5-2024", start="10.00", status=" AFHOLDT", workshop="kritisk  på Nettet"
        ),
        a_class("1", klasse="7b"),
        a_class("1", 21),
        a_class("1", godkendt=""),
        a_class("1", voksne="0"),
        a_class("1", forløb="F"),
        a_class("1", plan="anden"),
    ]

    digests = [read(row)[0].rows[0].digest for row in rows]

    assert digests[0] == digests[1]
    assert len(set(digests)) == len(rows) - 1
    assert read(a_class("9"), rows[0])[0].rows[1].digest == digests[0]


def test_rows_without_an_id_are_each_told(read):
    _found, faults = read(a_class(""), a_class(""))

    assert [fault.split(": ")[0] for fault in faults] == ["r.csv, row 2, nr", "r.csv, row 3, nr"]


def test_rows_that_contradict_their_file_are_named(read):
    found, faults = read(
        a_class("1"),
        a_class("2", session="S-1", klasse="8.A", start="09:00"),
        a_class("3", session="S-1", klasse="7 b"),
        a_class("4", session="S-1", klasse="9.C", slut="12:00", start="09:00"),
    )

    assert found.contradicting == {3, 4, 5}
    assert [fault.split(": ")[0] for fault in faults] == [
        "r.csv, row 3, start",
        "r.csv, row 4, klasse",
        "r.csv, row 5, start",
    ]


def test_answers_are_read_with_their_blank_ones(tmp_path):
    problems = Problems()
    rows = [
        {"session": "S-1", "spørgsmål": "Nyttig", "svar": "Ja"},
        {"session": "S-1", "spørgsmål": "Nyttig", "svar": " "},
        {"session": "", "spørgsmål": "Nyttig", "svar": "ja"},
    ]
    file = write_table(tmp_path / "s.csv", rows, columns=COLUMNS["spoergeskema"])

    found = survey.read_answers(
        read_table(file, layouts=[survey.LAYOUT], problems=problems), problems
    )

    assert found == [
        survey.AnswerRow(2, "S-1", "Nyttig", "Ja"),
        survey.AnswerRow(3, "S-1", "Nyttig", ""),
    ]
    assert [problem.row for problem in problems.errors] == [4]
