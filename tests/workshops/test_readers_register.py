import datetime
from pathlib import Path

import openpyxl
import pytest

from tests import commands
from workshops import municipalities
from workshops.readers.problems import Problems
from workshops.readers.school_register import LAYOUTS, RegisterRow, read_register

pytestmark = pytest.mark.usefixtures("english")
REGISTERS = Path(__file__).resolve().parent.parent / "data" / "registers"
WHOLE_COUNTRY = REGISTERS / "institutionsregister_2016.csv"
EXTRACT = REGISTERS / "register_2026_uddrag.csv"
LINES = 400


def read(path):
    problems = Problems()
    return read_register(path, problems=problems), problems


def said(problems):
    return [str(problem) for problem in problems.errors]


def written(tmp_path, *rows, columns=commands.SCHOOLS, **options):
    return commands.write_table(tmp_path / "r.csv", rows, columns=columns, **options)


def recoded(tmp_path, source, encoding, *, mark=""):
    """A copy in another encoding."""
    path = tmp_path / f"{encoding}.csv"
    path.write_bytes((mark + source.read_text(encoding="utf-8-sig")).encode(encoding))
    return path


def as_workbook(tmp_path, source):
    """A copy as XLSX, with numbers where a spreadsheet program would put them."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in commands.csv.reader(
        source.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"
    ):
        sheet.append([int(cell) if cell.isdigit() and len(cell) < 8 else cell for cell in row])
    path = tmp_path / "r.xlsx"
    book.save(path)
    return path


# --- both dialects ------------------------------------------------------------------------------


def test_whole_country_of_2016_is_read():
    found, problems = read(WHOLE_COUNTRY)

    assert (len(found.rows), found.ignored) == (4352, 0)
    assert (problems.errors, problems.warnings) == ([], [])
    assert found.rows[1] == RegisterRow(
        number="101001",
        name="Den Classenske Legatskole",
        type_code="1012",
        type_name="Folkeskoler",
        unit_kind="Institution uden enheder",
        address="Vester Voldgade 98",
        postcode="1552",
        town="København V",
        municipality_code="101",
        main_school_number="",
        phone="+4533113109",
        email="",
        website="www.dcl.kk.dk",
        closes_on=None,
    )


def test_extract_of_2026_is_read_in_its_own_dialect():
    found, problems = read(EXTRACT)

    assert (len(found.rows), problems.errors, problems.warnings) == (8, [], [])
    assert found.rows[3] == RegisterRow(
        number="101008",
        name="Blågård Skole",
        type_code="1012",
        type_name="Folkeskoler",
        unit_kind="Institution uden enheder",
        address="Hans Tavsens Gade 4, byg 3",
        postcode="2200",
        town="København N",
        municipality_code="101",
        main_school_number="",
        phone="+4533667700",
        email="",
        website="blg.aula.dk",
        closes_on=None,
    )


@pytest.fixture(params=[WHOLE_COUNTRY, EXTRACT], ids=["2016", "2026"])
def source(request, tmp_path):
    """The first hundreds of lines of each dialect."""
    path = tmp_path / "source.csv"
    lines = request.param.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(lines[:LINES]), encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-16-le", "\ufeff"), ("utf-16-le", ""), ("cp1252", "")]
)
def test_other_encodings_say_the_same(tmp_path, source, encoding, mark):
    found, problems = read(recoded(tmp_path, source, encoding, mark=mark))

    assert (found, problems.errors) == (read(source)[0], [])


def test_workbook_says_the_same(tmp_path, source):
    found, problems = read(as_workbook(tmp_path, source))

    assert (found, problems.errors) == (read(source)[0], [])


def test_closing_date_and_mailbox_are_read(tmp_path):
    columns = [heading.written for heading in LAYOUTS[1].headings]
    row = ["101001", "Skolen", "1012", "Folkeskoler", "", "Gaden 1", "0800", "Byen", "Assens Kommune",
           "101000", "", "post@skolen.dk", "", "31/07/2024"]  # fmt: skip
    path = written(tmp_path, dict(zip(columns, row, strict=True)), columns=columns)

    found, problems = read(path)

    assert problems.errors == []
    only = found.rows[0]
    assert (only.closes_on, only.email) == (datetime.date(2024, 7, 31), "post@skolen.dk")
    assert (only.municipality_code, only.main_school_number, only.postcode) == (
        "420",
        "101000",
        "0800",
    )


def test_dialects_may_be_mixed_and_faults_name_the_headings_of_the_file(tmp_path):
    old, new = (dict(zip(commands.SCHOOLS, commands.SCHOOLS, strict=True)) for _ in range(2))
    for column, other in zip(LAYOUTS[0].headings, LAYOUTS[1].headings, strict=True):
        new[column.written] = other.written
    used = [heading.written for heading in LAYOUTS[0].headings if heading.written in old]
    row = commands.school("101001") | {"Nedlæggelsesdato": "2024-07-31"}
    renamed = {new[column]: row.get(column, "") for column in used if column != "INST_NAVN"}

    mixed, problems = read(written(tmp_path, row, columns=[*used, "Nedlæggelsesdato"]))
    _found, missing = read(written(tmp_path, renamed, columns=list(renamed)))

    assert (mixed.rows[0].closes_on, problems.errors) == (datetime.date(2024, 7, 31), [])
    assert [problem.column for problem in missing.errors] == ["Institutionsnavn"]


def test_leaders_are_never_read(tmp_path):
    row = commands.school("101001") | {"INST_LEDER": "Asta Andersen"}

    found, problems = read(written(tmp_path, row))

    assert "Asta" not in repr(found)
    assert (problems.errors, problems.warnings) == ([], [])


def test_mailbox_that_is_none_is_left_out_with_a_warning(tmp_path):
    found, problems = read(written(tmp_path, commands.school("101001") | {"E_MAIL": "kontoret"}))

    assert (found.rows[0].email, problems.errors) == ("", [])
    assert [str(problem) for problem in problems.warnings] == [
        "r.csv, row 2, E_MAIL: «kontoret»: This is not an e-mail address and is left out. "
        "Correct the address."
    ]


# --- faults -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (
            "INST_NR",
            "10100",
            "«10100»: An institution number has six digits. "
            "Correct the number; the register of institutions has it.",
        ),
        ("INST_NR", "", "«»: The cell is blank. Fill it in."),
        ("INST_NAVN", "", "«»: The cell is blank. Fill it in."),
        ("INST_TYPE_NR", "", "«»: The cell is blank. Fill it in."),
        ("BEL_KOMMUNE", "", "«»: The cell is blank. Fill it in."),
        (
            "BEL_KOMMUNE",
            "Andeby Kommune",
            "«Andeby Kommune»: This municipality is not known. "
            "Write its code, such as 101, or its name.",
        ),
        (
            "HOVEDSKOLE_INST",
            "1010",
            "«1010»: An institution number has six digits. "
            "Correct the number; the register of institutions has it.",
        ),
        (
            "INST_NAVN",
            "Skolen 010190-1234",
            "«…»: The cell holds what looks like a CPR number. "
            "Remove it: no CPR number may be stored here.",
        ),
        (
            "INST_ADR",
            "x" * 161,
            f"«{'x' * 59}…»: The text is longer than 160 characters. Shorten it.",
        ),
    ],
)
def test_fault_of_a_row_is_told_with_its_column_and_cure(tmp_path, column, value, message):
    rows = [commands.school("101001"), commands.school("101002") | {column: value}]

    found, problems = read(written(tmp_path, *rows))

    assert said(problems) == [f"r.csv, row 3, {column}: {message}"]
    assert [row.number for row in found.rows] == ["101001"]


def test_blank_main_school_is_fine_but_its_column_must_be_there(tmp_path):
    columns = [column for column in commands.SCHOOLS if column != "HOVEDSKOLE_INST"]

    _found, problems = read(written(tmp_path, commands.school("101001"), columns=columns))

    assert said(problems) == [
        "r.csv, row 1, HOVEDSKOLE_INST: «»: This column is missing. "
        "Add a column with this heading in row 1."
    ]


def test_number_that_is_there_twice_names_the_other_row(tmp_path):
    rows = [commands.school(number) for number in ("101001", "101002", "101001", "101001")]

    found, problems = read(written(tmp_path, *rows))

    assert said(problems) == [
        f"r.csv, row {row}, INST_NR: «101001»: The institution number is also in row 2. "
        "Keep one of the rows."
        for row in (4, 5)
    ]
    assert [row.number for row in found.rows] == ["101001", "101002"]


def test_closing_date_that_is_no_day_is_an_error(tmp_path):
    columns = [*commands.SCHOOLS, "Nedlæggelsesdato"]
    row = commands.school("101001") | {"Nedlæggelsesdato": "31/02/2024"}

    _found, problems = read(written(tmp_path, row, columns=columns))

    assert said(problems) == [
        "r.csv, row 2, Nedlæggelsesdato: «31/02/2024»: There is no such day in the calendar. "
        "Correct the date."
    ]


# --- municipalities -----------------------------------------------------------------------------


def test_every_municipality_of_the_register_is_known():
    rows = list(commands.read_table(WHOLE_COUNTRY))

    wrong = [
        row["BEL_KOMMUNE_NAVN"]
        for row in rows
        if municipalities.code_of(row["BEL_KOMMUNE_NAVN"]) != row["BEL_KOMMUNE"]
    ]

    assert wrong == []
    assert {row["BEL_KOMMUNE"] for row in rows} == set(municipalities.NAMES)
    assert len(municipalities.NAMES) == 100


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("101", "101"),
        ("0101", "101"),
        ("Københavns Kommune", "101"),
        ("KØBENHAVN", "101"),
        ("København Kommune", "101"),
        ("Assens", "420"),
        ("Assens Kommune", "420"),
        ("Christiansø", "411"),
        ("Bornholm", "400"),
        ("Bornholms Regionskommune", "400"),
        ("Århus Kommune", "751"),
        ("Høje Taastrup", "169"),
        ("Uden for kommunal inddeling", "970"),
        ("1", None),
        ("00101", None),
        ("999", None),
        ("Kommune", None),
        ("", None),
    ],
)
def test_municipality_is_known_by_code_and_by_name(text, code):
    assert municipalities.code_of(text) == code
