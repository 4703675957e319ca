"""Where the table of a file stands."""

import openpyxl
import pytest

from tests.readings import PEOPLE, PLACES, cells, read, refusal_of, written
from workshops.readers.layouts import Heading, Layout

pytestmark = pytest.mark.usefixtures("english")

TABLE = [["nr", "navn"], [1, "Åse"]]
TITLE = [["Deltagere 2024"], []]


def book_of(tmp_path, sheets, *, hidden=(), merged=()):
    """A workbook with these sheets; a name in *hidden* is hidden from whoever opens it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for cells_of in merged:
            sheet.merge_cells(cells_of)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


# --- workbooks ----------------------------------------------------------------------------------

GUIDE = [["Vejledning"], ["Udfyld en række for hver deltager."], ["nr"], ["navn"]]


def test_table_on_the_second_sheet_is_read_and_told(tmp_path):
    table, problems = read(book_of(tmp_path, {"Vejledning": GUIDE, "Data": TABLE}))

    assert cells(table) == [(2, 1, "Åse")]
    assert problems.notes == ["a.xlsx: The table is read from the sheet “Data”, row 1."]
    assert (problems.errors, problems.warnings) == ([], [])


def test_table_under_a_merged_title_keeps_the_rows_of_its_sheet(tmp_path):
    rows = [*TITLE, *TABLE, [], [None, None], [2, "=1+1"], [None], [None]]

    table, problems = read(book_of(tmp_path, {"Ark1": rows}, merged=["A1:D1"]))

    assert cells(table) == [(4, 1, "Åse"), (7, 2, None)]
    assert (table.blank, [problem.row for problem in problems.errors]) == (2, [7])
    assert problems.notes == ["a.xlsx: The table is read from the sheet “Ark1”, row 3."]


def test_table_in_the_first_row_of_the_only_sheet_needs_no_word(tmp_path):
    _table, problems = read(book_of(tmp_path, {"Ark1": TABLE}))

    assert problems.notes == []


def test_table_below_empty_columns_and_rows_is_read(tmp_path):
    rows = [[], [None, None, "nr", "navn"], [None, None, 1, "Åse"]]

    table, problems = read(book_of(tmp_path, {"Ark1": rows}))

    assert (cells(table), problems.errors, problems.warnings) == ([(3, 1, "Åse")], [], [])


@pytest.mark.parametrize("row", [20, 21])
def test_headings_are_looked_for_in_20_rows(tmp_path, row):
    path = book_of(tmp_path, {"Ark1": [["x"]] * (row - 1) + TABLE})

    if row == 20:
        assert cells(read(path)[0]) == [(21, 1, "Åse")]
    else:
        assert refusal_of(path) == (
            "a.xlsx: None of the first 20 rows holds the headings that are known here. "
            "Write the headings in one row: nr, navn."
        )


def test_two_tables_on_two_sheets_are_an_error_that_names_both(tmp_path):
    path = book_of(tmp_path, {"Data": TABLE, "Kopi": [*TITLE, *TABLE]})

    assert refusal_of(path) == (
        "a.xlsx: The headings stand in 2 places: the sheet “Data”, row 1; the sheet “Kopi”, row 3. "
        "Keep the table that is meant, and move the others to files of their own."
    )


def test_two_tables_on_one_sheet_are_an_error_that_names_both(tmp_path):
    path = book_of(tmp_path, {"Ark1": [*TABLE, [], *TABLE]})

    assert "2 places: the sheet “Ark1”, row 1; the sheet “Ark1”, row 4." in refusal_of(path)


def test_two_tables_of_different_kinds_are_an_error_too(tmp_path):
    path = book_of(tmp_path, {"Folk": TABLE, "Steder": [["nr", "sted", "by_navn"]]})

    assert "2 places: the sheet “Folk”, row 1; the sheet “Steder”, row 1." in refusal_of(path)


def test_other_kind_of_table_is_no_place_when_only_one_kind_is_wanted(tmp_path):
    path = book_of(tmp_path, {"Folk": TABLE, "Steder": [["nr", "sted", "by_navn"], [1, "a", "b"]]})

    table, _ = read(path, layouts=[PLACES])

    assert table.rows[0]["sted"] == "a"


def test_hidden_sheet_is_a_place_and_called_hidden(tmp_path):
    alone = read(book_of(tmp_path, {"Hjælp": GUIDE, "Gemt": TABLE}, hidden=["Gemt"]))[1]
    beside = refusal_of(book_of(tmp_path, {"Ny": TABLE, "Gemt": TABLE}, hidden=["Gemt"]))

    assert alone.notes == ["a.xlsx: The table is read from the hidden sheet “Gemt”, row 1."]
    assert "the sheet “Ny”, row 1; the hidden sheet “Gemt”, row 1." in beside


def test_missing_column_is_told_of_the_row_that_comes_nearest(tmp_path):
    rows = [["Steder", "nr"], ["nr", "sted"], [1, "Torvet"]]

    _table, problems = read(book_of(tmp_path, {"Om": [["nr"]], "Ark1": rows}), layouts=[PLACES])

    assert [str(problem) for problem in problems.errors] == [
        "a.xlsx, row 2, BY_NAVN: «»: This column is missing. "
        "Add a column with this heading in row 2."
    ]
    assert problems.notes == ["a.xlsx: The table is read from the sheet “Ark1”, row 2."]


def test_sheet_with_hundreds_of_columns_elsewhere_is_passed_over(tmp_path):
    wide = [[f"spalte {number}" for number in range(600)]]

    table, _ = read(book_of(tmp_path, {"Bred": wide, "Data": TABLE}))

    assert cells(table) == [(2, 1, "Åse")]


def test_name_of_a_sheet_never_says_a_cpr_number(tmp_path):
    _table, problems = read(book_of(tmp_path, {"010190-1234": [], "0101901234": TABLE}))

    assert problems.notes == ["a.xlsx: The table is read from the sheet “…”, row 1."]


# --- text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("first", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_first_line_that_names_the_separator_is_passed_over(tmp_path, mark, first):
    table, problems = read(written(tmp_path, f"{mark}{first}\r\nnr;navn\r\n1;Åse\r\n"))

    assert cells(table) == [(2, "1", "Åse")]  # as a spreadsheet shows it
    assert problems.notes == [
        "a.csv: The headings are in row 1; the line sep= above is not counted."
    ]


@pytest.mark.parametrize(
    ("first", "delimiter"), [("sep=,", ","), ("sep=|", "|"), ("sep=\t", "\t"), (r"sep=\t", "\t")]
)
def test_separator_that_the_first_line_names_is_taken(tmp_path, first, delimiter):
    text = "\n".join([first, delimiter.join(["nr", "navn"]), delimiter.join(["1", "Åse"])])

    assert cells(read(written(tmp_path, text))[0]) == [(2, "1", "Åse")]


def test_separator_that_the_first_line_names_wrongly_is_not(tmp_path):
    assert cells(read(written(tmp_path, "sep=,\nnr;navn\n1;Åse\n"))[0]) == [(2, "1", "Åse")]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_title_and_blank_lines_of_text_are_passed_over(tmp_path, encoding, end):
    lines = [
        "Deltagere, Ærø;;",
        "",
        '"trukket\n1. maj";;',
        "",
        ';"nr";"navn"',
        ";1;Åse",
        ";;",
        ";2;Bo",
    ]

    table, problems = read(written(tmp_path, end.join(lines), encoding=encoding))

    assert cells(table) == [(6, "1", "Åse"), (8, "2", "Bo")]
    assert (table.blank, problems.errors, problems.warnings) == (1, [], [])
    assert problems.notes == ["a.csv: The headings are in row 5."]


def test_title_with_odd_quotation_marks_is_passed_over(tmp_path):
    table, problems = read(written(tmp_path, '"Skolernes" liste;\nnr;navn\n1;"Åse"x\n'))

    assert (cells(table), [problem.row for problem in problems.errors]) == ([], [3])


def test_two_rows_of_headings_in_text_are_an_error_that_names_both(tmp_path):
    path = written(tmp_path, "nr;navn\n1;Åse\nnr;navn\n2;Bo\n")

    assert refusal_of(path).startswith("a.csv: The headings stand in 2 places: row 1; row 3. ")


# --- letters that are broken --------------------------------------------------------------------

DANISH = Layout("danish", (Heading("målgruppe"), Heading("fremmødt"), Heading("nævner")))
TEXT = "målgruppe;fremmødt;nævner\nforældre;1;2\n"
CURE = "Open the original where it was made, and save it as .xlsx or as “CSV UTF-8”."


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp850", "the file is in a DOS code page. It says “m†lgruppe” where “målgruppe” is meant."),
        ("cp865", "the file is in a DOS code page. It says “m†lgruppe” where “målgruppe” is meant."),
        ("mac_roman", "the file is in an old Mac code page. It says “mŒlgruppe” where “målgruppe” is meant."),
    ],
)  # fmt: skip
def test_old_code_page_is_named(tmp_path, encoding, said):
    path = written(tmp_path, TEXT, encoding=encoding)

    assert refusal_of(path, layouts=[DANISH]) == (
        f"a.csv: The letters æ, ø and å are broken: {said} {CURE}"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"nr;navn\n1;S\xc3\xb8ren\n2;N\xf8rre Skole\n", "Line 3 has a sign that is not UTF-8"),
        (b"nr;navn\r\n1;S\xc3\xb8ren\r\n2;N\xf8rre Skole", "Line 3 has a sign that is not UTF-8"),
        (b"\xef\xbb\xbfnr;navn\n1;Bo\n2;N\xf8rre Skole\n", "Line 3 has a sign that is not UTF-8"),
        (b"nr;navn\n1;N\xf8rre Skole\n2;\xc3\x85se\n3;\xc3\x86r\xc3\xb8\n", "Line 2 has a sign"),
        (b"nr;navn\n1;\xc3\x85se\n2;\xc3\x85se N\xf8rre Skole\xc3", "Line 3 has a sign"),
    ],
)  # fmt: skip
def test_stray_byte_in_utf8_is_pointed_at(tmp_path, text, said):
    refusal = refusal_of(written(tmp_path, text))

    assert refusal.startswith(f"a.csv: {said}")
    assert "N\ufffdrre Skole" in refusal
    assert "broken" not in refusal


@pytest.mark.parametrize("encoding", ["cp1252", "cp865", "mac_roman"])
def test_other_encodings_are_not_taken_for_utf8_with_stray_bytes(tmp_path, encoding):
    path = written(tmp_path, f"nr;navn\n1;Åse\n2;{'Ærø ' * 9}\n", encoding=encoding)

    if encoding == "cp1252":
        assert len(cells(read(path)[0])) == 2
    else:
        assert "The letters æ, ø and å are broken" in refusal_of(path)


def test_code_page_437_that_has_only_two_of_the_letters_is_named_too(tmp_path):
    path = written(tmp_path, TEXT.replace("ø", "φ"), encoding="cp437")

    assert "the file is in a DOS code page" in refusal_of(path, layouts=[DANISH])


@pytest.mark.parametrize("encoding", ["cp850", "cp865", "mac_roman"])
@pytest.mark.parametrize("name", ["Åse", "Ærø", "ØRE", "Rødovre", "på"])
def test_old_code_page_is_seen_in_the_rows_alone(tmp_path, encoding, name):
    path = written(tmp_path, f"nr;navn\n1;Bo\n2;{name} Skole\n", encoding=encoding)

    assert "The letters æ, ø and å are broken: the file is in a" in refusal_of(path)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (TEXT.encode().decode("cp1252").encode(), "mÃ¥lgruppe"),  # encoded twice
        (TEXT.encode("ascii", "replace"), "m?lgruppe"),
        (TEXT.encode("latin-1").decode(errors="replace").encode(), "m�lgruppe"),
        (TEXT.replace("å", "}").replace("ø", "|").replace("æ", "{").encode(), "m}lgruppe"),
    ],
)
def test_letters_that_are_lost_or_encoded_twice_are_told(tmp_path, text, seen):
    said = refusal_of(written(tmp_path, text), layouts=[DANISH])

    assert said.startswith(f"a.csv: The letters æ, ø and å are broken. It says “{seen}”")
    assert said.endswith(CURE)


def test_broken_headings_of_a_workbook_are_told(tmp_path):
    path = book_of(tmp_path, {"Ark1": [["m†lgruppe", "fremm›dt", "n‘vner"]]})

    assert refusal_of(path, layouts=[DANISH]) == (
        "a.xlsx: The letters æ, ø and å are broken. "
        f"It says “m†lgruppe” where “målgruppe” is meant. {CURE}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "nr;navn\n1;Åse’s École\n2;l’hôtel ‘på’ Ærø – 1½ år†\n",
        "nr;navn\n1;don’t\n2;Škoda® 100€\n3;L’Œuvre\n4;O’Neill “Žena”\n",
        "nr;navn\n1;Øre\n2;Ægir\n3;søværn Lego® 2½ ¿qué?\n",
        "nr;navn\n1;Mu\xf1oz Sch\xfctte\n",
    ],
)
def test_honest_text_of_windows_is_read_as_ever(tmp_path, text):
    table, problems = read(written(tmp_path, text, encoding="cp1252"), layouts=[PEOPLE])

    assert [f"{row['nr']};{row['navn']}" for row in table] == text.splitlines()[1:]
    assert (problems.errors, problems.notes) == ([], [])
