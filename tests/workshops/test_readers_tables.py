import pytest

from tests.readings import cells, read, refusal_of, written
from workshops.readers.layouts import Heading, Layout
from workshops.readers.tables import digest_of

pytestmark = pytest.mark.usefixtures("english")


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


def test_row_with_blank_cells_at_its_end_is_read(tmp_path):
    table, problems = read(written(tmp_path, "nr;navn\n1;Eva;; \n"))

    assert (cells(table), problems.errors) == ([(2, "1", "Eva")], [])


def test_file_that_begins_with_two_byte_order_marks_is_read(tmp_path):
    table, problems = read(written(tmp_path, "\ufeff\ufeffnr;navn\n1;Eva\n"))

    assert (cells(table), problems.errors) == ([(2, "1", "Eva")], [])


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
            "a.csv: None of the first 20 rows holds the headings that are known here. "
            "Write the headings in one row: nr, navn.",
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
