"""What import_registrations refuses in a cell: told with row, column, value, fault and cure."""

from __future__ import annotations

import pytest

from booking.models import Party
from tests.commands import COLUMNS, school, tables
from tests.goals.imports import ANSWERS, CPR, ROWS, TOTALS, answer, apply, csv_of, refused
from tests.goals.office import a_class, a_total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

CELLS = [
    (ROWS, "nr", "", "The cell is blank."),
    (ROWS, "session", "", "The cell is blank."),
    (ROWS, "plan", "", "The cell is blank."),
    (ROWS, "workshop", "x" * 201, "The text is longer than 200 characters."),
    (ROWS, "workshop", "ß" * 150, "The text is longer than 200 characters when it is compared."),
    (ROWS, "målgruppe", "lærere", "This word is not known here."),
    (ROWS, "dato", "2024-02-31", "There is no such day in the calendar."),
    (ROWS, "dato", "31-02-2024", "There is no such day in the calendar."),
    (ROWS, "dato", "i maj", "This is not a date."),
    (ROWS, "start", "25:00", "This is not a time of the day."),
    (ROWS, "slut", "10:00", "The session ends before it starts."),
    (ROWS, "slut", "09:59", "The session ends before it starts."),
    (ROWS, "status", "måske", "This word is not known here."),
    (ROWS, "institutionsnummer", "", "The cell is blank."),
    (ROWS, "institutionsnummer", "28001", "An institution number has six digits."),
    (ROWS, "institutionsnummer", "999999", "This number is not in the school register."),
    (ROWS, "klassetrin", "14", "The number is larger than 13."),
    (ROWS, "klasse", "", "The cell is blank."),
    (ROWS, "klasse", ". .", "The class has no letter or digit."),
    (ROWS, "tilmeldt", "-1", "The number is negative."),
    (ROWS, "fremmødt", "-3", "The number is negative."),
    (ROWS, "fremmødt", "1,5", "This is not a whole number."),
    (ROWS, "fremmødt", "9" * 30, "The number is larger than 999999."),
    (ROWS, "voksne", "=1+1", "This is not a whole number."),
    (ROWS, "godkendt", "31/2/2024", "There is no such day in the calendar."),
    (ANSWERS, "session", "S-ukendt", "There is no session with this id."),
    (ANSWERS, "spørgsmål", "", "The cell is blank."),
    (ANSWERS, "svar", "x" * 121, "The text is longer than 120 characters."),
    (TOTALS, "kode", "ukendt", "No plan has a measure with this code."),
    (TOTALS, "kode", "folk", "This measure is counted, not stated."),
    (TOTALS, "dato", "2024-06-31", "There is no such day in the calendar."),
    (TOTALS, "værdi", "-1", "The number is negative."),
    (TOTALS, "værdi", "", "The cell is blank."),
    (TOTALS, "nævner", "1", "More have progressed than have started."),
    (TOTALS, "oplyst_af", "", "The cell is blank."),
]  # fmt: skip


def two_rows(name):
    if name == ROWS:
        return [a_class("1"), a_class("2")]
    if name == ANSWERS:
        return [answer(), answer()]
    return [a_total("antal", "2024-05-01", 3), a_total("antal", "2024-05-02", 3)]


@pytest.mark.parametrize("cell", CELLS)
def test_bad_cell_is_told_with_row_column_value_fault_and_cure(office, folder, cell):
    name, column, value, fault = cell
    office.rows(a_class("0"))
    good, bad = two_rows(name)
    csv_of(folder, name, good, {**bad, column: value})

    (line,) = refused(folder, file=f"{name}.csv")

    shown = value if len(value) <= 60 else value[:59] + "…"
    start = f"{name}.csv, row 3, {column}: «{shown}»: {fault} "
    assert line.startswith(start)
    assert len(line) > len(start) + 4  # the cure


TEXTS = {
    ROWS: ("nr", "session", "plan", "forløb", "workshop", "klasse", "facilitator"),
    ANSWERS: ("session", "spørgsmål", "svar"),
    TOTALS: ("kode", "oplyst_af", "godkendt_af", "plan"),
}


@pytest.mark.parametrize("written", [CPR, "0102031234", "010203 1234", "hos 010203\u20131234 i B"])
@pytest.mark.parametrize(
    ("name", "column"), [(name, column) for name in TEXTS for column in TEXTS[name]]
)
def test_cpr_number_is_refused_in_every_stored_text_and_never_echoed(
    office, folder, name, column, written
):
    office.rows(a_class("0"))
    good, bad = two_rows(name)
    columns = [*COLUMNS[name], *(["plan"] if name == TOTALS else [])]
    csv_of(folder, name, good, {**bad, column: written}, columns=columns)

    (line,) = refused(folder, file=f"{name}.csv")

    assert line == (
        f"{name}.csv, row 3, {column}: «…»: The cell holds what looks like a CPR number. "
        "Remove it: no CPR number may be stored here."
    )


def test_cpr_number_is_not_echoed_where_another_column_is_at_fault(office, folder):
    csv_of(folder, ROWS, a_class("1", institutionsnummer=CPR, dato=CPR, tilmeldt="0102031234"))

    lines = refused(folder, errors=3)

    assert [line.split(": ")[1] for line in lines] == ["«…»"] * 3
    assert "1234" not in "".join(lines)


def test_institution_numbers_are_not_taken_for_cpr_numbers(office, folder):
    number = "010190"  # six digits that can be a date
    office.register("2020-02-01", school(number))

    office.rows(a_class("1", institutionsnummer=number))

    assert Party.objects.get().school.number == number


def test_every_fault_of_every_file_is_told_at_once(office, folder):
    csv_of(folder, ROWS, a_class("1", dato="x", status="y"), *many("fremmødt", "-1", 600))
    csv_of(folder, ANSWERS, answer(session="S-ukendt"), answer(session="S-1"))
    csv_of(folder, TOTALS, a_total("ukendt", "2024-01-01", 1))
    before = tables()

    outcome = apply(folder)

    assert (outcome.code, tables()) == (1, before)
    assert outcome.out.splitlines() == [
        "registreringer.csv: new 0, changed 0, same 0, ignored 0, errors 602",
        "spoergeskema.csv: new 2, changed 0, same 0, ignored 0, errors 1",
        "opgoerelser.csv: new 0, changed 0, same 0, ignored 0, errors 1",
    ]
    assert len(outcome.err.splitlines()) == 602 + 1 + 1 + 1


def many(column, value, times):
    return [a_class(f"m{number}", **{column: value}) for number in range(times)]


def test_good_files_beside_a_bad_one_are_not_written(office, folder):
    csv_of(folder, ROWS, a_class("1"))
    csv_of(folder, TOTALS, a_total("ukendt", "2024-01-01", 1))

    (line,) = refused(folder, file=f"{TOTALS}.csv")

    assert line.startswith("opgoerelser.csv, row 2, kode: «ukendt»: ")
