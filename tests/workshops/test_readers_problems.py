import datetime

import pytest

from workshops.cpr import hide_cpr, looks_like_cpr
from workshops.readers.problems import CannotRead, Problems, shown

pytestmark = pytest.mark.usefixtures("english")


def moment(*parts):
    """A date and time as a cell has it."""
    return datetime.datetime(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "010190-1234",
        "0101901234",
        "010190 1234",
        "010190\u20131234",  # en dash
        "010190\u20111234",  # hyphen that does not break
        "010190\u22121234",  # minus
        "010190\u00a01234",  # space that does not break
        "barn 311299-0001, 7.b",
        "x010190-1234x",
        "290200-1234",  # 29 February of 2000
        "٠١٠١٩٠-١٢٣٤",
    ],
)
def test_cpr_is_seen_in_every_writing(text):
    assert looks_like_cpr(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "101001",
        "3366 3366",
        "320190-1234",  # no 32nd day
        "011390-1234",  # no 13th month
        "310290-1234",  # no 31 February
        "290201-1234",  # no leap year in any century
        "1010190-1234",  # a longer run of digits
        "010190-12345",
        "010190--1234",
        "1016564776",  # a P-number
        "2024-05-03 08:15",
    ],
)
def test_cpr_is_not_seen_in_other_numbers(text):
    assert not looks_like_cpr(text)


def test_cpr_is_hidden_in_the_middle_of_a_text():
    assert hide_cpr("ring om 010190-1234 i dag, 320190-1234") == "ring om … i dag, 320190-1234"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("7.b", "7.b"),
        (24.0, "24"),
        (24.5, "24.5"),
        (datetime.date(2024, 5, 3), "2024-05-03"),
        (moment(2024, 5, 3, 8, 15), "2024-05-03 08:15"),
        (datetime.time(8, 15), "08:15:00"),
        ("tab\tog\x00nul", "tab\\tog\\x00nul"),
        ("højre\u202evenstre", "højre\\u202evenstre"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
        ("hos 010190-1234", "…"),
        (101901234, "…"),  # 0101901234, its zero lost in a spreadsheet
        (101901234.0, "…"),
    ],
)
def test_value_is_shown_short_and_harmless(value, text):
    assert shown(value) == text


def test_problem_names_file_row_column_value_fault_and_cure():
    problems = Problems()

    problems.add(
        file="a.csv", row=7, column="dato", value="31-2-2024", fault="No such day.", cure="Correct."
    )

    assert str(problems.errors[0]) == "a.csv, row 7, dato: «31-2-2024»: No such day. Correct."


def test_problem_of_a_row_or_a_file_leaves_out_what_it_has_not():
    problems = Problems()

    problems.add(file="a.csv", row=7, fault="Too many cells.", cure="Look.")
    problems.add(file="b.csv", fault="It is empty.", cure="Save it again.")

    assert list(map(str, problems.errors)) == [
        "a.csv, row 7: Too many cells. Look.",
        "b.csv: It is empty. Save it again.",
    ]


def test_problem_never_keeps_a_cpr_number():
    problems = Problems()

    problems.add(
        file="a.csv",
        row=2,
        column="010190-1234",
        value="010190-1234",
        fault="Differs from 010190-1234.",
        cure="Correct.",
    )

    assert str(problems.errors[0]) == "a.csv, row 2, …: «…»: Differs from …. Correct."


def test_problems_come_in_the_order_of_the_files():
    problems = Problems()
    for file, row in [("b.csv", 9), ("a.csv", 3), ("b.csv", 2), ("b.csv", None)]:
        problems.add(file=file, row=row, column="x", fault="Wrong.")

    assert [(found.file, found.row) for found in problems.errors] == [
        ("b.csv", None),
        ("b.csv", 2),
        ("b.csv", 9),
        ("a.csv", 3),
    ]


def test_warnings_are_no_errors():
    problems = Problems()

    problems.warn(file="a.csv", row=1, column="x", fault="Odd.", cure="Look.")

    assert (bool(problems), problems.errors, len(problems.warnings)) == (False, [], 1)
    problems.take(CannotRead.because("a.csv", fault="Empty.", cure="Save.").problem)
    assert (bool(problems), len(problems.errors)) == (True, 1)
