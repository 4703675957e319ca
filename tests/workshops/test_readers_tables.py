import datetime
import io
import time
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font

from workshops.readers.layouts import Heading, Layout
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.tables import digest_of, read_table

pytestmark = pytest.mark.usefixtures("english")
PEOPLE = Layout(
    "people",
    (Heading("nr"), Heading("navn", aliases=("titel",)), Heading("dag", required=False)),
    unused=("note",),
)
PLACES = Layout("places", (Heading("nr"), Heading("sted"), Heading("by", label="BY_NAVN")))


def moment(*parts):
    """A date and time as a cell has it."""
    return datetime.datetime(*parts)


def read(path, *, layouts=(PEOPLE, PLACES), **options):
    problems = Problems()
    return read_table(path, layouts=layouts, problems=problems, **options), problems


def written(tmp_path, text, *, encoding="utf-8", name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def workbook(tmp_path, rows, *, name="a.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def cells(table):
    return [(row.number, row["nr"], row["navn"]) for row in table]


def refusal_of(path, **options):
    with pytest.raises(CannotRead) as refused:
        read(path, **options)
    return str(refused.value)


# --- encodings and delimiters -------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be-sig"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_is_read_in_every_dialect(tmp_path, encoding, delimiter, end):
    text = end.join([delimiter.join(row) for row in (["nr", "Navn"], ["1", "Åse Ærø"], ["2", "é"])])
    mark = "\ufeff" if encoding == "utf-16-be-sig" else ""

    table, problems = read(written(tmp_path, mark + text, encoding=encoding.removesuffix("-sig")
                                   if mark else encoding))  # fmt: skip

    assert cells(table) == [(2, "1", "Åse Ærø"), (3, "2", "é")]
    assert (problems.errors, problems.warnings, table.blank) == ([], [], 0)


def test_text_is_normalised_and_stripped(tmp_path):
    table, _ = read(written(tmp_path, "nr;navn\n 1\u00a0;  A\u030ase \n"))

    assert cells(table) == [(2, "1", "Åse")]


def test_headings_are_matched_folded_and_by_alias(tmp_path):
    table, problems = read(written(tmp_path, " NR ;Titel;NOTE\n1;Åse;x\n"))

    assert cells(table) == [(2, "1", "Åse")]
    assert (table.headings, table.written) == (
        ("NR", "Titel", "NOTE"),
        {"nr": "NR", "navn": "Titel"},
    )
    assert (problems.errors, problems.warnings) == ([], [])
    assert (table.has("navn"), table.has("dag"), table.rows[0]["dag"]) == (True, False, None)


def test_layout_is_the_one_that_fits_best(tmp_path):
    places, _ = read(written(tmp_path, "nr;sted;by_navn\n1;Torvet;Valby\n"))
    people, _ = read(written(tmp_path, "navn;nr\nÅse;1\n"))

    assert (places.layout.name, places.rows[0]["by"]) == ("places", "Valby")
    assert (people.layout.name, cells(people)) == ("people", [(2, "1", "Åse")])


@pytest.mark.parametrize("delimiter", ["|", ":", "^"])
def test_other_delimiters_are_named_as_the_fault(tmp_path, delimiter):
    path = written(tmp_path, f"nr{delimiter}navn\n1{delimiter}Åse\n")

    assert refusal_of(path) == (
        "a.csv: The columns are not separated by semicolon, comma or tab. "
        "Save the file again with one of these between the columns."
    )


def test_delimiter_inside_a_quoted_heading_is_none(tmp_path):
    layout = Layout("types", (Heading("type, nr"), Heading("type, navn"), Heading("by")))

    table, _ = read(written(tmp_path, "type, nr;type, navn;by\n1;a;b\n"), layouts=[layout])
    commas, _ = read(written(tmp_path, '"type, nr","type, navn",by\n1,a,b\n'), layouts=[layout])

    assert [table.rows[0]["type, navn"], commas.rows[0]["type, navn"]] == ["a", "a"]


# --- rows ---------------------------------------------------------------------------------------


def test_rows_are_numbered_as_in_a_spreadsheet(tmp_path):
    text = 'nr;navn\n\n1;"to\nlinjer"\n;;\n2;"en ""to"" tre; fire"\n'

    table, problems = read(written(tmp_path, text.replace(";;\n", ";\n")))

    assert cells(table) == [(3, "1", "to\nlinjer"), (5, "2", 'en "to" tre; fire')]
    assert (table.blank, problems.errors) == (2, [])


def test_headings_alone_are_a_table_without_rows(tmp_path):
    table, problems = read(written(tmp_path, "nr;navn"))

    assert (table.rows, table.blank, problems.errors) == ([], 0, [])


def test_row_with_fewer_cells_has_blank_ones(tmp_path):
    table, problems = read(written(tmp_path, "nr;navn\n1\n"))

    assert cells(table) == [(2, "1", None)]
    assert problems.errors == []


def test_row_with_more_cells_hints_at_a_stray_delimiter(tmp_path):
    table, problems = read(written(tmp_path, "nr;navn\n1;Åse; og Bo\n2;Eva\n"))

    assert [str(problem) for problem in problems.errors] == [
        "a.csv, row 2: The row has 3 cells, but there are 2 headings. "
        "Look for a separator inside a text, and put that text in quotation marks."
    ]
    assert [row.refused for row in table] == [frozenset({"nr", "navn"}), frozenset()]


@pytest.mark.parametrize(("text", "row"), [('1;a\n2;"b\n3;c\n', 3), ('1;"a"b\n2;c\n', 2)])
def test_quotation_that_is_not_closed_is_an_error_of_its_row(tmp_path, text, row):
    _table, problems = read(written(tmp_path, f"nr;navn\n{text}"))

    assert [str(problem) for problem in problems.errors] == [
        f"a.csv, row {row}: A quotation mark is not closed, or text follows a closing one. "
        'Close it, and write a quotation mark inside a text twice: "".'
    ]


def test_column_that_is_missing_is_named(tmp_path):
    table, problems = read(written(tmp_path, "nr;sted\n1;Torvet\n"))

    assert [str(problem) for problem in problems.errors] == [
        "a.csv, row 1, BY_NAVN: «»: This column is missing. "
        "Add a column with this heading in row 1."
    ]
    assert table.rows == []


def test_column_that_is_there_twice_is_an_error_also_by_alias(tmp_path):
    table, problems = read(written(tmp_path, "nr;Navn;titel\n1;a;b\n"))

    assert [str(problem) for problem in problems.errors] == [
        "a.csv, row 1, Navn: «Navn»: This column is there twice. Keep one of them."
    ]
    assert table.rows == []


def test_column_that_is_not_known_is_a_warning(tmp_path):
    table, problems = read(written(tmp_path, "nr;navn;alder;\n1;a;7;\n"))

    assert cells(table) == [(2, "1", "a")]
    assert [str(problem) for problem in problems.warnings] == [
        "a.csv, row 1, alder: «alder»: This column is not known and is ignored. "
        "Remove it, or correct its heading if it is meant to be read."
    ]


# --- what is no table ---------------------------------------------------------------------------

NO_TEXT = "a.csv: The file is not a table of text: it holds signs that no text has. "


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "a.csv: The file is empty. Save the table again, with its headings."),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
            "a.csv: The file is a picture and not a table. "
            "Save the table as .xlsx or CSV and use that file.",
        ),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            "a.csv: The file is a picture and not a table. "
            "Save the table as .xlsx or CSV and use that file.",
        ),
        (
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
            "a.csv: The file is a PDF and not a table. "
            "Save the table as .xlsx or CSV and use that file.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "a.csv: The file is an old Excel file (.xls), or one with a password. "
            "Save it as .xlsx or CSV, without a password.",
        ),
        (b"nr;navn\n1;a\x00b\n", NO_TEXT),
        (b"nr;navn\n1;a\x01b\n", NO_TEXT),
        (b"nr;navn\n1;\x81\xe6\n", NO_TEXT),  # neither UTF-8 nor Windows-1252
        ("nr;navn\n1;\ud800".encode("utf-16-le", "surrogatepass"), NO_TEXT),
        (
            b"en;to\n1;2\n",
            "a.csv: Row 1 holds none of the headings that are known here. "
            "Write the headings in row 1: nr, navn.",
        ),
        (
            b"\nnr;navn\n1;2\n",
            "a.csv: Row 1 holds none of the headings that are known here. "
            "Write the headings in row 1: nr, navn.",
        ),
        (
            b"PK\x03\x04" + bytes(40),
            "a.csv: The file is damaged, or it is not an Excel workbook. "
            "Open it in a spreadsheet program and save it as .xlsx or CSV.",
        ),
    ],
)
def test_rubbish_is_refused_with_fault_and_cure(tmp_path, content, said):
    assert refusal_of(written(tmp_path, content)).startswith(said)


def test_large_file_is_refused_before_it_is_read(tmp_path):
    path = written(tmp_path, "nr;navn\n")

    assert refusal_of(path, max_bytes=7) == (
        "a.csv: The file has 8 bytes, and no more than 7 are read. Split it into smaller files."
    )


def test_file_that_is_not_there_is_refused(tmp_path):
    assert refusal_of(tmp_path / "b.csv", file="mappe/b.csv") == (
        "mappe/b.csv: The file cannot be opened. Check its name and whether you may read it."
    )


def test_digest_is_of_the_bytes(tmp_path):
    digest = digest_of(written(tmp_path, b"abc"))

    assert digest == ("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


# --- spreadsheets -------------------------------------------------------------------------------


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


def test_sheet_with_something_beside_the_table_is_an_error(tmp_path):
    rows = [["nr", "navn"], [1, "a", None, "husk!"], [2, "b", "  "]]

    _table, problems = read(workbook(tmp_path, rows))

    assert [str(problem) for problem in problems.errors] == [
        "a.xlsx, row 2: There is something to the right of the last heading. "
        "Move it under a heading, or clear those cells."
    ]


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

    began = time.monotonic()
    table, problems = read(tmp_path / "a.xlsx")

    assert (cells(table), table.blank, problems.errors) == ([(2, 1, "a")], 0, [])
    assert time.monotonic() - began < 30


def test_sheet_without_headings_in_row_1_is_refused(tmp_path):
    path = workbook(tmp_path, [["Skoler 2024"], ["nr", "navn"], [1, "a"]])

    assert refusal_of(path) == (
        "a.xlsx: Row 1 of the first sheet holds none of the headings that are known here. "
        "Write the headings in row 1: nr, navn."
    )


def test_sheet_with_hundreds_of_columns_is_refused(tmp_path):
    path = workbook(tmp_path, [[f"spalte {number}" for number in range(600)]])

    assert refusal_of(path) == (
        "a.xlsx: The first sheet has more than 500 columns. Keep the columns that are to be read."
    )


def test_first_sheet_is_the_one_that_is_read(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["nr", "navn"])
    book.active.append([1, "a"])
    book.create_sheet("Ark2").append(["nr", "navn"])
    book.active = 1
    book.save(tmp_path / "a.xlsx")

    table, _ = read(tmp_path / "a.xlsx")

    assert cells(table) == [(2, 1, "a")]


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

    began = time.monotonic()

    assert refusal_of(path) == REFUSED_AS_BOMB
    assert time.monotonic() - began < 1


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


def test_honest_dull_sheet_of_ten_megabytes_is_read(tmp_path):
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["nr", "navn", *(f"spalte {number}" for number in range(16))])
    for _ in range(14_000):
        sheet.append([1, "a", *[111_111_111_111_111] * 16])
    packed = io.BytesIO()
    book.save(packed)

    table, problems = read(written(tmp_path, packed.getvalue(), name="a.xlsx"))

    assert (len(table.rows), problems.errors, len(problems.warnings)) == (14_000, [], 16)
