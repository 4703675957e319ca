import datetime
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import commands
from tests.registers import applied, closings, name_on, register_of, schools
from workshops.models import Batch, Mark, RegisterCoverage, School, SchoolVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DATA = Path(__file__).resolve().parent.parent / "data"
JANUARY = DATA / "2024" / "register_2024-01-01.csv"
AUGUST = DATA / "2024" / "register_2024-08-01.csv"
WHOLE_COUNTRY = DATA / "registers" / "institutionsregister_2016.csv"
EXTRACT = DATA / "registers" / "register_2026_uddrag.csv"


# --- what the command prints and keeps ----------------------------------------------------------


def test_dry_run_prints_and_writes_nothing(tmp_path):
    before = commands.tables()

    out = commands.done("import_register", JANUARY, "--valid-from", "2024-01-01")

    assert out.splitlines()[0] == "new 101000 Københavns Kommune"
    assert out.splitlines()[-1].endswith("this was a dry run. Add --apply to write.")
    assert out.splitlines()[-2] == "new 377, changed 0, same 0, ignored 0, errors 0"
    assert commands.tables() == before
    assert Batch.objects.count() == 0


def test_register_under_a_title_is_read_and_told(tmp_path):
    file = tmp_path / "r.csv"
    text = JANUARY.read_text(encoding="utf-8-sig")
    file.write_text(f"Udtræk af institutionsregisteret\n\n{text}", encoding="utf-8-sig")

    out = commands.done("import_register", file, "--valid-from", "2024-01-01")

    assert out.splitlines()[0] == "r.csv: The headings are in row 3."
    assert out.splitlines()[-2] == "new 377, changed 0, same 0, ignored 0, errors 0"


def test_register_of_a_dos_machine_is_told_what_it_is(tmp_path):
    file = tmp_path / "r.csv"
    text = JANUARY.read_text(encoding="utf-8-sig")
    file.write_bytes(text.encode("cp850", "replace"))

    outcome = commands.run("import_register", file, "--valid-from", "2024-01-01")

    assert outcome.code == 1
    assert (
        "r.csv: The letters æ, ø and å are broken: the file is in a DOS code page." in outcome.err
    )


def test_year_2024_is_told_change_by_change():
    applied(JANUARY, "2024-01-01")

    lines = applied(AUGUST, "2024-08-01", "--complete")

    assert lines == [
        "renamed 101043 Ny Øster Farimagsgades Skole: "
        "Øster Farimagsgades Skole -> Ny Øster Farimagsgades Skole",
        "retyped 101169 Jinnah International School: "
        "1013, Friskoler og private grundskoler -> 1012, Folkeskoler",
        "closed 101584 Iqra Privatskole: - -> 2024-08-01",
        "missing 101584 Iqra Privatskole",
        "new 0, changed 2, same 374, ignored 0, errors 0",
    ]
    assert closings() == [("101584", "2024-08-01", None)]
    assert name_on("101584", "2025-01-01") == "Iqra Privatskole"
    assert SchoolVersion.objects.count() == 377 + 376
    assert list(RegisterCoverage.objects.values_list("municipality_code", flat=True)) == [
        "101",
        "147",
    ]


def test_missing_school_is_listed_and_left_open_without_complete():
    applied(JANUARY, "2024-01-01")

    lines = applied(AUGUST, "2024-08-01")

    assert [line for line in lines if "101584" in line] == ["missing 101584 Iqra Privatskole"]
    assert closings() == []


def test_batch_keeps_who_when_what_and_the_counts(time_machine):
    time_machine.move_to(datetime.datetime(2024, 2, 1, 12, tzinfo=datetime.UTC))

    applied(EXTRACT, "2026-09-23")

    batch = Batch.objects.get()
    assert (batch.kind, batch.by, batch.file_name) == ("register", None, "register_2026_uddrag.csv")
    assert batch.at == datetime.datetime(2024, 2, 1, 12, tzinfo=datetime.UTC)
    assert batch.digest.startswith("sha256:")
    assert len(batch.digest) == 71
    assert batch.counts == {"new": 8, "changed": 0, "same": 0, "ignored": 0, "errors": 0}
    assert set(SchoolVersion.objects.values_list("batch", flat=True)) == {batch.pk}


def test_import_leaves_one_mark_for_everything():
    applied(EXTRACT, "2026-09-23")

    assert list(Mark.objects.values_list("session", "reason")) == [(None, "register")]


@pytest.mark.parametrize("options", [(), ("--complete",)])
def test_same_file_twice_changes_nothing_but_the_batches(options):
    applied(JANUARY, "2024-01-01", *options)
    applied(AUGUST, "2024-08-01", *options)
    before = commands.tables()

    again = [applied(JANUARY, "2024-01-01", *options), applied(AUGUST, "2024-08-01", *options)]

    assert commands.tables() == before
    assert Batch.objects.count() == 4
    assert [lines[-1] for lines in again] == [
        "new 0, changed 0, same 377, ignored 0, errors 0",
        "new 0, changed 0, same 376, ignored 0, errors 0",
    ]


def test_blank_rows_are_counted_as_ignored(tmp_path):
    file = register_of(tmp_path, *schools("101001"), {}, *schools("101002"), {})

    assert applied(file, "2024-01-01")[-1] == "new 2, changed 0, same 0, ignored 2, errors 0"


def test_headings_alone_change_nothing(tmp_path):
    applied(EXTRACT, "2024-01-01")
    before = commands.tables()

    lines = applied(register_of(tmp_path), "2024-08-01", "--complete")

    assert lines == ["new 0, changed 0, same 0, ignored 0, errors 0"]
    assert commands.tables() == before


def test_every_kind_of_change_is_told_with_both_values(tmp_path):
    row = commands.school("101001", name="Skolen")
    applied(register_of(tmp_path, row | {"E_MAIL": "a@skolen.dk"}), "2024-01-01")
    after = row | {"INST_NAVN": "Ny Skole", "INST_TYPE_NR": "1013", "INST_ADR": "Gaden 2",
                   "BEL_KOMMUNE": "147", "HOVEDSKOLE_INST": "101000"}  # fmt: skip

    lines = applied(register_of(tmp_path, after), "2024-02-01")

    assert lines == [
        "renamed 101001 Ny Skole: Skolen -> Ny Skole",
        "retyped 101001 Ny Skole: 1012, Type 1012 -> 1013, Type 1012",
        "moved 101001 Ny Skole: 101, Skolevej 1, 2100, København Ø -> "
        "147, Gaden 2, 2100, København Ø",
        "altered 101001 Ny Skole: Institution uden enheder, a@skolen.dk -> "
        "101000, Institution uden enheder",
        "new 0, changed 1, same 0, ignored 0, errors 0",
    ]


# --- wrong use and rubbish ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "day", "said"),
    [
        ("nothing.csv", "2024-01-01", "There is no file nothing.csv. Check the path."),
        (str(DATA), "2024-01-01", f"There is no file {DATA}. Check the path."),
        (
            str(JANUARY),
            "2024",
            "--valid-from 2024 is not a date. Write it as 2024-08-01.",
        ),
        (
            str(JANUARY),
            "2023-02-29",
            "--valid-from 2023-02-29 is not a date. Write it as 2024-08-01.",
        ),
    ],
)
def test_wrong_use_exits_2(file, day, said):
    outcome = commands.run("import_register", file, "--valid-from", day, "--apply")

    assert (outcome.code, outcome.out, outcome.err) == (2, "", said)
    assert Batch.objects.count() == 0


def bomb(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(200):
                sheet.write(b"<row/>   " * (1_000_000 // 9))


def formula(path):
    row = commands.school("101001") | {"INST_NAVN": '="Skolen"'}
    book = openpyxl.Workbook()
    book.active.append(list(commands.SCHOOLS))
    book.active.append([row.get(column) for column in commands.SCHOOLS])
    book.save(path)


def table(*rows, delimiter=";"):
    return lambda path: commands.write_table(
        path, rows, columns=commands.SCHOOLS, delimiter=delimiter
    )


RUBBISH = {
    "picture": (
        lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        "f.csv: The file is a picture and not a table. ",
    ),
    "empty": (lambda path: path.write_bytes(b""), "f.csv: The file is empty. "),
    "delimiter": (
        table(*schools("101001"), delimiter="|"),
        "f.csv: The columns are not separated by semicolon, comma or tab. ",
    ),
    "duplicate": (
        table(*schools("101001", "101001")),
        "f.csv, row 3, INST_NR: «101001»: The institution number is also in row 2. ",
    ),
    "five digits": (
        table(*schools("101001", "10100")),
        "f.csv, row 3, INST_NR: «10100»: An institution number has six digits. ",
    ),
    "31 February": (
        lambda path: commands.write_table(
            path,
            [commands.school("101001") | {"Nedlæggelsesdato": "31-2-2024"}],
            columns=[*commands.SCHOOLS, "Nedlæggelsesdato"],
        ),
        "f.csv, row 2, Nedlæggelsesdato: «31-2-2024»: There is no such day in the calendar. ",
    ),
    "CPR": (
        table(*schools("101001", name="Hos 010190\u20111234")),
        "f.csv, row 2, INST_NAVN: «…»: The cell holds what looks like a CPR number. ",
    ),
    "formula": (
        formula,
        'f.csv, row 2, INST_NAVN: «="Skolen"»: The cell holds a formula. ',
    ),
    "bomb": (bomb, "f.csv: The file unpacks to far more than a table has, and is not opened. "),
    "municipality": (
        table(*schools("101001", municipality="999")),
        "f.csv, row 2, BEL_KOMMUNE: «999»: This municipality is not known. ",
    ),
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_is_told_and_nothing_changes(tmp_path, kind):
    make, said = RUBBISH[kind]
    make(tmp_path / "f.csv")
    applied(EXTRACT, "2024-01-01")
    before = commands.tables()

    outcome = commands.run(
        "import_register", tmp_path / "f.csv", "--valid-from", "2024-02-01", "--apply"
    )

    first, *rest = outcome.err.splitlines()
    assert first.startswith(said)
    assert len(first) > len(said) + 10  # the cure
    assert rest == ["There are errors in the data; nothing was changed."]
    assert outcome.code == 1
    assert outcome.out.splitlines()[-1].endswith("errors 1")
    assert "1234" not in outcome.out + outcome.err
    assert (commands.tables(), Batch.objects.count()) == (before, 1)


def test_every_fault_is_told(tmp_path):
    file = register_of(tmp_path, *schools(*(str(number) for number in range(250))))

    outcome = commands.run("import_register", file, "--valid-from", "2024-01-01")

    lines = outcome.err.splitlines()
    assert len(lines) == 251
    assert [line.split(",")[1] for line in lines[:250]] == [f" row {row}" for row in range(2, 252)]
    assert outcome.out == "new 0, changed 0, same 0, ignored 0, errors 250\n"


def test_warnings_do_not_change_the_exit(tmp_path):
    columns = (*commands.SCHOOLS, "FARVE")
    file = register_of(tmp_path, *schools("101001"), columns=columns)

    outcome = commands.run("import_register", file, "--valid-from", "2024-01-01")

    assert (outcome.code, outcome.err) == (
        0,
        "Warning: r.csv, row 1, FARVE: «FARVE»: This column is not known and is ignored. "
        "Remove it, or correct its heading if it is meant to be read.\n",
    )


# --- the whole country --------------------------------------------------------------------------


def test_whole_country_is_imported_within_seconds(figure, tmp_path):
    began, worked = time.monotonic(), time.process_time()

    lines = applied(WHOLE_COUNTRY, "2016-09-29", "--complete")

    figure(f"whole-country register on {connection.vendor}, s", round(time.monotonic() - began, 1))
    worked = time.process_time() - worked
    assert lines[-1] == "new 4352, changed 0, same 0, ignored 0, errors 0"
    assert (School.objects.count(), SchoolVersion.objects.count()) == (4352, 4352)
    assert School.objects.filter(is_school=True).count() == 4065
    assert RegisterCoverage.objects.count() == 100
    assert worked < 20  # a busy machine does not make it red


@pytest.mark.postgres
def test_import_asks_the_same_number_of_questions_for_one_school_and_for_many(tmp_path):
    counts = []
    for first, many in [(100_000, 1), (200_000, 400)]:
        rows = schools(*(str(first + number) for number in range(many)))
        file = register_of(tmp_path, *rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            applied(file, "2024-01-01")
        counts.append(len(queries))

    assert counts[0] == counts[1]
