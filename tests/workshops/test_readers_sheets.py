import datetime
import io
import time
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.readings import cells, moment, read, refusal_of, workbook, written

pytestmark = pytest.mark.usefixtures("english")


def test_sheet_is_read_with_real_dates_and_numbers(tmp_path):
    day, at = moment(2024, 5, 3), datetime.time(8, 15)
    rows = [[" NR ", "navn", "dag"], [1, " A\u030ase", day], [], [2.5, None, at], ["  ", "", None]]

    table, problems = read(workbook(tmp_path, rows))

    assert [(row.number, row["nr"], row["navn"], row["dag"]) for row in table] == [
        (2, 1, "Åse", day),
        (4, 2.5, None, at),
    ]
    assert (table.blank, problems.errors, problems.warnings) == (1, [], [])


def test_sheet_is_known_by_its_content(tmp_path):
    path = workbook(tmp_path, [["nr", "navn"], [1, "Åse"]])
    as_csv = path.rename(tmp_path / "a.csv")

    table, _ = read(as_csv)

    assert cells(table) == [(2, 1, "Åse")]


def test_sheet_with_formula_error_or_truth_names_the_cell(tmp_path):
    rows = [["nr", "navn", "note"], ["=1+1", "#N/A", "=2+2"], [3, True, None]]

    table, problems = read(workbook(tmp_path, rows))

    assert [str(problem) for problem in problems.errors] == [
        "a.xlsx, row 2, nr: «=1+1»: The cell holds a formula. Copy the column and paste it as values.",
        "a.xlsx, row 2, navn: «#N/A»: The cell holds an error. Correct it and save again.",
        "a.xlsx, row 3, navn: «TRUE»: The cell holds true or false. Write a text or a number.",
    ]
    assert [row.refused for row in table] == [frozenset({"nr", "navn"}), frozenset({"navn"})]


def test_sheet_with_text_that_begins_like_a_formula_is_text(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "navn"])
    book.active.append([1, "x"])
    book.active["B2"].value = "=navn"
    book.active["B2"].data_type = "s"
    book.save(tmp_path / "a.xlsx")

    table, problems = read(tmp_path / "a.xlsx")

    assert (cells(table), problems.errors) == ([(2, 1, "=navn")], [])


def test_sheet_with_something_beside_the_table_is_told_once(tmp_path):
    rows = [["nr", "navn"], [1, "a", None, "husk!"], [2, "b", "  "], [3, "c", "og dette"]]

    table, problems = read(workbook(tmp_path, rows))

    assert [str(problem) for problem in problems.warnings] == [
        "a.xlsx, row 2: There is something to the right of the last heading. "
        "It is ignored. Move it under a heading if it is meant to be read."
    ]
    assert problems.errors == []
    assert [row.number for row in table] == [2, 3, 4]


def test_sheet_with_a_heading_of_spaces_has_no_such_column(tmp_path):
    table, problems = read(workbook(tmp_path, [["nr", "navn", "  "], [1, "a", None]]))

    assert (table.headings, problems.warnings) == (("nr", "navn"), [])


def test_sheet_with_a_duration_is_a_part_of_a_day(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "navn"])
    book.active.append([datetime.timedelta(hours=6), datetime.timedelta(hours=30)])
    book.save(tmp_path / "a.xlsx")

    table, _ = read(tmp_path / "a.xlsx")

    assert cells(table) == [(2, 0.25, 1.25)]


def test_sheet_with_the_dates_of_1904_is_read_by_that_calendar(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["nr", "navn", "dag"])
    book.active.append([1, "a", moment(2024, 5, 3)])
    book.save(tmp_path / "a.xlsx")

    table, _ = read(tmp_path / "a.xlsx")

    assert table.rows[0]["dag"] == moment(2024, 5, 3)


def test_sheet_with_a_date_beyond_the_calendar_is_an_error(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "navn", "dag"])
    book.active.append([1, "a", 99_999_999])
    book.active["C2"].number_format = "yyyy-mm-dd"
    book.save(tmp_path / "a.xlsx")

    _table, problems = read(tmp_path / "a.xlsx")

    assert [(problem.row, problem.column, problem.fault) for problem in problems.errors] == [
        (2, "dag", "The cell holds an error.")
    ]


def test_sheet_that_is_empty_to_its_last_row_is_quick(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "navn"])
    book.active.append([1, "a"])
    book.active.cell(1_048_576, 2).font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")

    began = time.process_time()
    table, problems = read(tmp_path / "a.xlsx")

    assert (cells(table), table.blank, problems.errors) == ([(2, 1, "a")], 0, [])
    assert time.process_time() - began < 30


def test_sheet_with_hundreds_of_columns_is_refused(tmp_path):
    path = workbook(tmp_path, [[f"spalte {number}" for number in range(600)]])

    assert refusal_of(path) == (
        "a.xlsx: There are more than 500 columns: the sheet “Sheet”, row 1. "
        "Keep the columns that are to be read."
    )


# --- archives that are no workbooks -------------------------------------------------------------


def archive(tmp_path, entries, *, name="a.xlsx"):
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as found:
        for entry, content in entries.items():
            found.writestr(entry, content)
    return tmp_path / name


@pytest.mark.parametrize(
    "entries",
    [
        {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"},
        {"billede.png": "x"},
        {},
    ],
)
def test_other_archives_are_refused(tmp_path, entries):
    assert refusal_of(archive(tmp_path, entries)) == (
        "a.xlsx: The file is an archive or a document, but not an Excel workbook. "
        "Save the table as .xlsx or CSV and use that file."
    )


def changed(path, entry, change):
    """The workbook with one of its parts rewritten."""
    with zipfile.ZipFile(path) as found:
        entries = {name: found.read(name) for name in found.namelist()}
    entries[entry] = change(entries[entry])
    return archive(path.parent, entries, name=path.name)


@pytest.mark.parametrize(
    ("entry", "change"),
    [
        ("xl/workbook.xml", lambda _xml: b"<workbook"),
        ("xl/worksheets/sheet1.xml", lambda xml: xml[:-40]),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="2"', b'r="9999999"')),
        ("xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>1</v>", b"<v>x</v>")),
        (
            "xl/worksheets/sheet1.xml",
            lambda xml: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + xml.split(b"?>")[-1],
        ),
    ],
)
def test_damaged_workbook_is_refused(tmp_path, entry, change):
    path = changed(workbook(tmp_path, [["nr", "navn"], [1, "a"]]), entry, change)

    assert refusal_of(path) == (
        "a.xlsx: The file is damaged, or it is not an Excel workbook. "
        "Open it in a spreadsheet program and save it as .xlsx or CSV."
    )


def test_workbook_cut_short_is_refused(tmp_path):
    path = workbook(tmp_path, [["nr", "navn"], [1, "a"]])
    path.write_bytes(path.read_bytes()[:-100])

    assert refusal_of(path).startswith("a.xlsx: The file is damaged")


def test_workbook_with_a_password_on_its_parts_is_refused(tmp_path):
    path = workbook(tmp_path, [["nr", "navn"]])
    content = bytearray(path.read_bytes())
    start = 0
    while (start := content.find(b"PK\x01\x02", start)) >= 0:
        content[start + 8] |= 1
        start += 4
    path.write_bytes(content)

    assert refusal_of(path) == (
        "a.xlsx: The file is protected by a password. Save it without a password."
    )


REFUSED_AS_BOMB = (
    "a.xlsx: The file unpacks to far more than a table has, and is not opened. "
    "Copy the table to a new workbook, or save it as CSV."
)


def test_archive_bomb_of_200_megabytes_is_refused_unopened(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as found:
        found.writestr("[Content_Types].xml", "<Types/>")
        with found.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(b"<row/>   " * (1_000_000 // 9))
    assert path.stat().st_size < 1_000_000

    began = time.process_time()

    assert refusal_of(path) == REFUSED_AS_BOMB
    assert time.process_time() - began < 1


def test_archive_of_thousands_of_parts_is_refused(tmp_path):
    path = archive(tmp_path, {f"xl/{number}.xml": "" for number in range(2_001)})

    assert refusal_of(path) == REFUSED_AS_BOMB


def test_archive_that_lies_about_its_size_is_refused(tmp_path):
    path = workbook(tmp_path, [["nr", "navn"], *([number, "a" * 50] for number in range(500))])
    content = bytearray(path.read_bytes())
    start = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[start + 24 : start + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)

    assert refusal_of(path).startswith("a.xlsx: The file is damaged")


def test_honest_dull_sheet_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("workshops.readers.sheets.RATIO_MATTERS_FROM", 1_000_000)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["nr", "navn", *(f"spalte {number}" for number in range(16))])
    for _ in range(1_600):
        sheet.append([1, "a", *[111_111_111_111_111] * 16])
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) > 1_000_000

    table, problems = read(written(tmp_path, packed.getvalue(), name="a.xlsx"))

    assert (len(table.rows), problems.errors, len(problems.warnings)) == (1_600, [], 16)
