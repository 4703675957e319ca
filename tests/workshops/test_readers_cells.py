import datetime

import pytest

from tests.readings import reader_of
from workshops.readers.cells import parse_date

pytestmark = pytest.mark.usefixtures("english")
DAY = datetime.date(2024, 5, 3)


def said_of(reader):
    return [str(problem).removeprefix("a.csv, row 7, Felt: ") for problem in reader.problems.errors]


def moment(*parts):
    """A date and time as a cell has it."""
    return datetime.datetime(*parts)


@pytest.mark.parametrize(
    ("value", "number"),
    [("24", 24), (24, 24), (24.0, 24), ("0", 0), ("007", 7), (None, None), ("999999", 999_999)],
)
def test_integer_is_read(value, number):
    reader = reader_of(value)

    assert reader.integer("felt") == number
    assert not reader.failed


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("-3", "«-3»: The number is negative. Write 0 or a larger whole number."),
        (-3, "«-3»: The number is negative. Write 0 or a larger whole number."),
        ("24,5", "«24,5»: This is not a whole number. Write digits only, such as 24."),
        (24.5, "«24.5»: This is not a whole number. Write digits only, such as 24."),
        ("1e3", "«1e3»: This is not a whole number. Write digits only, such as 24."),
        ("٢٤", "«٢٤»: This is not a whole number. Write digits only, such as 24."),
        ("1.000", "«1.000»: This is not a whole number. Write digits only, such as 24."),
        (DAY, "«2024-05-03»: This is not a whole number. Write digits only, such as 24."),
        ("1000000", "«1000000»: The number is larger than 999999. Correct it."),
        ("9" * 30, f"«{'9' * 30}»: The number is larger than 999999. Correct it."),
        (1e300, f"«{str(int(1e300))[:59]}…»: The number is larger than 999999. Correct it."),
    ],
)
def test_integer_is_refused(value, said):
    reader = reader_of(value)

    assert reader.integer("felt") is None
    assert (reader.failed, said_of(reader)) == (True, [said])


@pytest.mark.parametrize(
    "value",
    [
        "2024-05-03",
        "2024-5-3",
        "3-5-2024",
        "03/05/2024",
        "3/5/2024",
        DAY,
        moment(2024, 5, 3),
        moment(2024, 5, 3, 8, 15),
    ],
)
def test_date_is_read(value):
    assert reader_of(value).date("felt") == DAY


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("31-2-2024", "There is no such day in the calendar."),
        ("2023-02-29", "There is no such day in the calendar."),
        ("2024-13-01", "There is no such day in the calendar."),
        ("3-5/2024", "This is not a date."),
        ("3.5.2024", "This is not a date."),
        ("3-5-24", "This is not a date."),
        ("i morgen", "This is not a date."),
        ("٣-٥-٢٠٢٤", "This is not a date."),
        (45415, "This is not a date."),
        ("1899-12-31", "The year is not between 1900 and 2999."),
        ("3000-01-01", "The year is not between 1900 and 2999."),
        (datetime.date(1899, 12, 31), "The year is not between 1900 and 2999."),
        ("0000-01-01", "There is no such day in the calendar."),
    ],
)
def test_date_is_refused(value, fault):
    reader = reader_of(value)

    assert reader.date("felt") is None
    assert [problem.fault for problem in reader.problems.errors] == [fault]


def test_date_of_a_command_line_is_read_alike():
    texts = ["2024-05-03", " 3/5/2024 ", "2024", "31-2-2024", "1800-01-01"]

    assert [parse_date(text) for text in texts] == [DAY, DAY, None, None, None]


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("8:15", (8, 15)),
        ("08.15", (8, 15)),
        ("0:00", (0, 0)),
        ("23:59", (23, 59)),
        (datetime.time(8, 15), (8, 15)),
        (datetime.time(8, 14, 59, 999_999), (8, 15)),
        (moment(2024, 5, 3, 8, 15), (8, 15)),
        (0.34375, (8, 15)),
        (0.3437499999, (8, 15)),
        (0, (0, 0)),
    ],
)
def test_time_is_read(value, time):
    assert reader_of(value).time("felt") == datetime.time(*time)


@pytest.mark.parametrize(
    "value", ["24:00", "8:60", "8", "8:5", "kl. 8", "8,15", 1, 1.5, -0.5, DAY, "٨:١٥"]
)
def test_time_is_refused(value):
    reader = reader_of(value)

    assert reader.time("felt") is None
    assert [problem.fault for problem in reader.problems.errors] == [
        "This is not a time of the day."
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("7. B", "7. B"),
        ("1.g", "1.g"),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        (None, ""),
        ("Skolen\nved Søen", "Skolen ved Søen"),
        ("Skolen \r\n ved Søen", "Skolen ved Søen"),
        ("to  mellemrum", "to  mellemrum"),
        ("=1+1", "=1+1"),
        ("x" * 20, "x" * 20),
    ],
)
def test_text_is_read(value, text):
    reader = reader_of(value)

    assert reader.text("felt", max_length=20) == text
    assert not reader.failed


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "010190-1234",
            "«…»: The cell holds what looks like a CPR number. "
            "Remove it: no CPR number may be stored here.",
        ),
        (
            101901234,
            "«…»: The cell holds what looks like a CPR number. "
            "Remove it: no CPR number may be stored here.",
        ),
        (
            DAY,
            "«2024-05-03»: The cell holds a date or a time where a text is meant. "
            "Format the cell as text and write it anew.",
        ),
        (
            "a\x00b",
            "«a\\x00b»: The text holds a control character. Delete the text and write it anew.",
        ),
        ("x" * 21, f"«{'x' * 21}»: The text is longer than 20 characters. Shorten it."),
    ],
)
def test_text_is_refused(value, said):
    reader = reader_of(value)

    assert reader.text("felt", max_length=20) == ""
    assert (reader.failed, said_of(reader)) == (True, [said])


def test_text_of_digits_is_let_through_where_it_is_no_text():
    reader = reader_of("0101901234")

    assert reader.text("felt", max_length=20, guarded=False) == "0101901234"
    assert not reader.failed


@pytest.mark.parametrize("value", ["Elever", " ELEVER ".strip(), "elever"])
def test_choice_ignores_case(value):
    assert reader_of(value).choice("felt", ["elever", "forældre"]) == "elever"


def test_choice_matches_decomposed_letters():
    assert reader_of("FORAELDRE").choice("felt", ["elever", "forældre"]) == ""
    assert reader_of("Ja\u030a").choice("felt", ["jå"]) == "jå"


def test_choice_is_refused_with_the_words_that_are_known():
    reader = reader_of("børn")

    assert reader.choice("felt", ["elever", "forældre"]) == ""
    assert said_of(reader) == [
        "«børn»: This word is not known here. Write one of: elever, forældre."
    ]


@pytest.mark.parametrize("value", ["101001", 101001, 101001.0])
def test_institution_number_is_read(value):
    assert reader_of(value).institution_number("felt") == "101001"


@pytest.mark.parametrize("value", ["10100", 10100, "1010011", "10100a", "101001.0", "١٠١٠٠١", DAY])
def test_institution_number_is_refused(value):
    reader = reader_of(value)

    assert reader.institution_number("felt") == ""
    assert [problem.fault for problem in reader.problems.errors] == [
        "An institution number has six digits."
    ]


@pytest.mark.parametrize("method", ["integer", "date", "time", "institution_number"])
def test_blank_cell_is_refused_only_where_it_is_required(method):
    reader = reader_of(None)

    assert not getattr(reader, method)("felt")
    assert not reader.failed
    assert not getattr(reader, method)("felt", required=True)
    assert said_of(reader) == ["«»: The cell is blank. Fill it in."]


def test_cell_that_the_reader_refused_is_not_reported_again():
    reader = reader_of(None, refused=frozenset({"felt"}))

    assert reader.failed
    assert reader.text("felt", max_length=5, required=True) == ""
    assert reader.problems.errors == []


def test_column_that_the_file_has_not_is_blank():
    reader = reader_of("x")

    assert reader.is_blank("andet")
    assert reader.date("andet") is None
    assert not reader.failed


def test_own_refusal_and_warning_name_the_row():
    reader = reader_of("x")

    reader.warn("felt", fault="Odd.", cure="Look.")
    assert not reader.failed
    reader.refuse("felt", fault="Wrong.", cure="Correct.", value="y")

    assert reader.failed
    assert [str(problem) for problem in reader.problems.warnings + reader.problems.errors] == [
        "a.csv, row 7, Felt: «x»: Odd. Look.",
        "a.csv, row 7, Felt: «y»: Wrong. Correct.",
    ]
