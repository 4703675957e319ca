"""What import_registrations takes for a table: names, headings, spreadsheets, dialects of text."""

from __future__ import annotations

import datetime
import re
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from tests.commands import COLUMNS, write_table, write_workbook
from tests.goals.imports import ANSWERS, CPR, ROWS, TOTALS, apply, csv_of, refused
from tests.goals.office import a_class, a_crowd, a_total
from workshops.models import Batch, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# --- whole files -------------------------------------------------------------------------------


def picture(file):
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))


def empty(file):
    file.write_bytes(b"")


def wrong_delimiter(file):
    write_table(file, [a_class("1")], columns=COLUMNS[ROWS], delimiter="|")


def other_headings(file):
    file.write_text("navn;alder\nA;1\n", encoding="utf-8")


def bomb(file):
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(200):
                sheet.write(bytes(1_000_000))


def plain_archive(file):
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("brev.txt", b"hej")


FILES = {
    "a picture": (picture, "The file is a picture and not a table."),
    "an empty file": (empty, "The file is empty."),
    "a wrong delimiter": (
        wrong_delimiter,
        "The columns are not separated by semicolon, comma or tab.",
    ),
    "other headings": (
        other_headings,
        "None of the first 20 rows holds the headings that are known here.",
    ),
    "an archive bomb": (bomb, "The file unpacks to far more than a table has, and is not opened."),
    "an archive": (
        plain_archive,
        "The file is an archive or a document, but not an Excel workbook.",
    ),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", [ROWS, ANSWERS, TOTALS])
def test_file_that_is_no_table_is_told(office, folder, kind, name):
    make, fault = FILES[kind]
    make(folder / f"{name}.csv")

    (line,) = refused(folder, file=f"{name}.csv")

    assert line.startswith(f"{name}.csv: {fault} ")
    assert len(line) > len(f"{name}.csv: {fault} ") + 5  # the cure


def test_unreadable_file_blames_no_answer_of_another_file(office, folder):
    picture(folder / f"{ROWS}.csv")
    csv_of(folder, ANSWERS, {"session": "S-1", "spørgsmål": "nyttig", "svar": "ja"})

    (line,) = refused(folder)

    assert line.startswith("registreringer.csv: The file is a picture")


@pytest.mark.parametrize("name", [ROWS, ANSWERS, TOTALS])
def test_each_missing_column_is_told(office, folder, name):
    for column in COLUMNS[name]:
        csv_of(folder, name, columns=[c for c in COLUMNS[name] if c != column])

        (line,) = refused(folder, file=f"{name}.csv")

        cure = "Add a column with this heading in row 1."
        assert line == f"{name}.csv, row 1, {column}: «»: This column is missing. {cure}"


def test_column_that_is_there_twice_is_told(office, folder):
    csv_of(folder, ROWS, a_class("1"), columns=[*COLUMNS[ROWS], "Klasse"])

    (line,) = refused(folder)

    assert line.startswith(
        "registreringer.csv, row 1, klasse: «klasse»: This column is there twice"
    )


def test_unknown_column_is_a_warning_and_not_read(office, folder):
    columns = [*COLUMNS[ROWS], "bemærkning"]
    csv_of(folder, ROWS, {**a_class("1"), "bemærkning": CPR}, columns=columns)

    outcome = apply(folder)

    assert outcome.code == 0
    assert outcome.err == (
        "Warning: registreringer.csv, row 1, bemærkning: «bemærkning»: This column is not known "
        "and is ignored. Remove it, or correct its heading if it is meant to be read.\n"
    )


def test_files_of_a_folder_are_read_by_their_names(office, folder):
    csv_of(folder, ANSWERS, {"session": "S", "spørgsmål": "q", "svar": "ja"})
    (folder / f"{ANSWERS}.csv").rename(folder / f"{TOTALS}.csv")
    (folder / "noter.txt").write_bytes(b"\x00")
    (folder / "andet.csv").write_text("x")

    outcome = apply(folder)

    assert (outcome.code, outcome.err.split(":")[0]) == (1, f"{TOTALS}.csv")
    assert "noter" not in outcome.out + outcome.err
    assert "andet" not in outcome.out + outcome.err


def test_single_file_is_known_by_its_headings(office, folder):
    csv_of(folder, ROWS, a_class("1"))
    file = (folder / f"{ROWS}.csv").rename(folder / "liste fra maj.csv")

    outcome = apply(file)

    assert outcome.out == "liste fra maj.csv: new 1, changed 0, same 0, ignored 0, errors 0\n"
    batch = Batch.objects.latest("pk")
    assert (batch.kind, batch.by, batch.file_name) == ("registrations", None, "liste fra maj.csv")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", batch.digest)
    assert batch.counts == {
        "liste fra maj.csv": {"new": 1, "changed": 0, "same": 0, "ignored": 0, "errors": 0}
    }


def test_wrong_use_is_exit_2(office, folder):
    missing = apply(folder / "findes ikke")
    nothing = apply(folder)
    csv_of(folder, ROWS, a_class("1"))
    write_workbook(folder / f"{ROWS.upper()}.XLSX", [a_class("1")], columns=COLUMNS[ROWS])
    both = apply(folder)

    assert [missing.code, nothing.code, both.code] == [2, 2, 2]
    assert missing.err.startswith("There is no file or folder ")
    assert "registreringer, spoergeskema, opgoerelser (.csv or .xlsx)" in nothing.err
    assert both.err == (
        "The same table is there more than once: REGISTRERINGER.XLSX, registreringer.csv. "
        "Keep one of them."
    )


def test_number_in_the_name_of_a_file_is_not_kept(office, folder):
    csv_of(folder, ROWS, a_class("1"))
    file = (folder / f"{ROWS}.csv").rename(folder / f"fra {CPR}.csv")

    assert apply(file).code == 0

    assert Batch.objects.latest("pk").file_name == "fra ….csv"


# --- spreadsheets ------------------------------------------------------------------------------


def test_workbook_with_real_dates_times_and_numbers_reads_like_text(office, folder):
    rows = [{**a_class("1"), "nr": "7", "session": "12"}, a_crowd("2", 3)]
    write_workbook(folder / f"{ROWS}.xlsx", rows, columns=COLUMNS[ROWS])
    book = load_workbook(folder / f"{ROWS}.xlsx")
    sheet = book.active
    sheet["A2"], sheet["B2"] = 7, 12
    sheet["Q2"] = datetime.datetime(2024, 6, 1, 13, 30)
    book.save(folder / f"{ROWS}.xlsx")
    assert apply(folder).out.startswith("registreringer.xlsx: new 2,")
    (folder / f"{ROWS}.xlsx").unlink()

    csv_of(folder, ROWS, *rows)

    assert (
        apply(folder).out == "registreringer.csv: new 0, changed 0, same 2, ignored 0, errors 0\n"
    )
    assert sorted(Session.objects.values_list("reference", flat=True)) == ["12", "S-2"]


@pytest.mark.parametrize("column", ["fremmødt", "klasse", "dato", "nr"])
def test_formula_cell_is_refused(office, folder, column):
    write_workbook(folder / f"{ROWS}.xlsx", [a_class("1")], columns=COLUMNS[ROWS])
    book = load_workbook(folder / f"{ROWS}.xlsx")
    book.active.cell(2, COLUMNS[ROWS].index(column) + 1).value = "=1+1"
    book.save(folder / f"{ROWS}.xlsx")

    (line,) = refused(folder, file=f"{ROWS}.xlsx")

    assert line.startswith(
        f"registreringer.xlsx, row 2, {column}: «=1+1»: The cell holds a formula"
    )


def test_number_cell_that_lost_its_zero_is_still_seen_as_a_cpr_number(office, folder):
    book = Workbook()
    book.active.append(list(COLUMNS[ANSWERS]))
    book.active.append(["S-0", "nyttig", 102031234])
    book.save(folder / f"{ANSWERS}.xlsx")
    office.rows(a_class("0"))

    (line,) = refused(folder, file=f"{ANSWERS}.xlsx")

    assert "«…»" in line
    assert "2031234" not in line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_every_dialect_of_text_reads_alike(office, folder, encoding, delimiter):
    row = a_class("1", målgruppe=" ELEVER ", status="Afholdt", dato="6/5/2024", start="10.00")
    office.rows(a_class("1"))
    columns = [column.upper() + " " for column in COLUMNS[ROWS]]
    upper = {key.upper(): value for key, value in row.items()}

    csv_of(folder, ROWS, upper, columns=columns, encoding=encoding, delimiter=delimiter)

    assert apply(folder).out.endswith("new 0, changed 0, same 1, ignored 0, errors 0\n")


# --- where the table stands ----------------------------------------------------------------------


@pytest.mark.parametrize("name", [ROWS, ANSWERS, TOTALS])
def test_table_on_another_sheet_is_read_and_told(office, folder, name):
    rows = {ROWS: a_class("1"), ANSWERS: {"session": "S-0", "spørgsmål": "nyttig", "svar": "ja"}}
    office.rows(a_class("0"))
    office.plan({"code": "2.situationer", "kind": "stated_count", "text": "t"})
    write_workbook(
        folder / f"{name}.xlsx",
        [rows.get(name, a_total("2.situationer", "2024-05-01", 3))],
        columns=COLUMNS[name],
    )
    book = load_workbook(folder / f"{name}.xlsx")
    book.active.title = "Data"
    book.active.insert_rows(1, 2)
    book.active["A1"] = "Indberetning 2024"
    book.create_sheet("Vejledning", 0).append(["Sådan gør du"])
    book.save(folder / f"{name}.xlsx")

    outcome = apply(folder)

    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == (
        f"{name}.xlsx: The table is read from the sheet “Data”, row 3.\n"
        f"{name}.xlsx: new 1, changed 0, same 0, ignored 0, errors 0\n"
    )


def test_fault_of_a_table_on_another_sheet_has_the_row_of_that_sheet(office, folder):
    book = Workbook()
    book.active.append(["Sådan gør du"])
    book.create_sheet("Data").append(["Indberetning 2024"])
    book["Data"].append(list(COLUMNS[ANSWERS]))
    book["Data"].append(["S-9", "nyttig", "ja"])
    book.save(folder / f"{ANSWERS}.xlsx")

    (line,) = refused(folder, file=f"{ANSWERS}.xlsx")

    assert line.startswith("spoergeskema.xlsx, row 3, session: «S-9»: There is no session")


def test_file_in_a_dos_code_page_is_told_what_it_is(office, folder):
    csv_of(folder, ROWS, a_class("1"), encoding="cp865")

    (line,) = refused(folder)

    assert line.startswith(
        "registreringer.csv: The letters æ, ø and å are broken: the file is in a"
    )
