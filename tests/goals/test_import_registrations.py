"""What import_registrations refuses, says and leaves behind; the counting has tests of its own."""

from __future__ import annotations

import datetime
import re
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from booking.models import Answer, Booking, Headcount, Party, Register, Transition
from goals.models import StatedTotal
from tests.commands import COLUMNS, run, school, tables, write_table, write_workbook
from tests.goals.office import FOLK, FREE, PLAN, a_class, a_crowd, a_total, open_office, people
from workshops.models import Batch, Mark, School, Session, Workshop

pytestmark = pytest.mark.django_db

ROWS, ANSWERS, TOTALS = "registreringer", "spoergeskema", "opgoerelser"
CPR = "010203-1234"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    stated = [
        {"code": "antal", "kind": "stated_count"},
        {"code": "andel", "kind": "stated_share"},
        {"code": "plan", "kind": "milestone"},
    ]
    office.plan(people(), *stated)
    return office


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "indberetning"
    folder.mkdir()
    return folder


def csv_of(folder, name=ROWS, *rows, **options):
    columns = options.pop("columns", COLUMNS[name])
    return write_table(folder / f"{name}.csv", rows, columns=columns, **options)


def apply(path):
    return run("import_registrations", path, "--apply")


def refused(folder, *, errors=1, file=f"{ROWS}.csv"):
    """The lines of the errors, after making sure that nothing at all was written."""
    before, batches = tables(), Batch.objects.count()

    outcome = apply(folder)

    assert (outcome.code, tables(), Batch.objects.count()) == (1, before, batches), outcome
    assert f"{file}: new" in outcome.out
    assert f"errors {errors}" in outcome.out
    lines = [line for line in outcome.err.splitlines() if not line.startswith("Warning")]
    assert lines[-1] == "There are errors in the data; nothing was changed."
    assert len(lines) == errors + 1, outcome.err
    dry = run("import_registrations", folder)
    assert (dry.code, dry.err, dry.out) == (1, outcome.err, outcome.out)
    return lines[:-1]


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
    "other headings": (other_headings, "Row 1 holds none of the headings that are known here."),
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


# --- cells -------------------------------------------------------------------------------------


def answer(**other):
    return {"session": "S-0", "spørgsmål": "nyttig", "svar": "ja", **other}


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


# --- rows against each other -------------------------------------------------------------------

DISAGREE = {
    "plan": "anden",
    "workshop": "Noget andet",
    "målgruppe": "forældre",
    "dato": "2024-05-07",
    "start": "09:00",
    "slut": "12:00",
    "facilitator": "fac-9",
}


@pytest.mark.parametrize("column", DISAGREE)
def test_rows_of_a_session_that_disagree_are_refused_within_the_file(office, folder, column):
    second = {**a_class("2", session="S-1", klasse="8.A"), column: DISAGREE[column]}
    csv_of(folder, ROWS, a_class("1"), second)

    (line,) = refused(folder)

    assert line == (
        f"registreringer.csv, row 3, {column}: «{DISAGREE[column]}»: The session S-1 has another "
        "value in row 2. Write the same in all rows of the session, or another session id."
    )


@pytest.mark.parametrize("column", DISAGREE)
def test_rows_of_a_session_that_disagree_are_refused_across_imports(office, folder, column):
    office.rows(a_class("1"))
    csv_of(folder, ROWS, {**a_class("2", session="S-1", klasse="8.A"), column: DISAGREE[column]})

    (line,) = refused(folder)

    assert "The session S-1 has another value in an earlier import." in line
    assert line.startswith(f"registreringer.csv, row 2, {column}: ")


def test_row_that_disagrees_with_its_file_is_told_once(office, folder):
    office.rows(a_class("1"))
    csv_of(folder, ROWS, a_class("1"), a_class("2", session="S-1", klasse="8.A", plan="anden"))

    (line,) = refused(folder)

    assert "in row 2" in line


def test_all_rows_of_a_session_may_change_together(office):
    office.rows(a_class("1"), a_class("2", session="S-1", klasse="8.A"))

    office.rows(
        a_class("1", dato="2024-09-09"),
        a_class("2", session="S-1", klasse="8.A", dato="2024-09-09"),
    )

    session = Session.objects.get(reference="S-1")
    assert (session.local_date, session.seats_taken) == (datetime.date(2024, 9, 9), 50)
    office.close()


@pytest.mark.parametrize("label", ["7.B", "7b", "7 B", "7. b"])
def test_class_twice_in_a_session_is_refused(office, folder, label):
    csv_of(folder, ROWS, a_class("1"), a_class("2", session="S-1", klasse=label, klassetrin=""))
    (within,) = refused(folder)
    office.rows(a_class("1"))
    csv_of(folder, ROWS, a_class("2", session="S-1", klasse=label))
    (across,) = refused(folder)

    start = f"klasse: «{label}»: The class is in the session S-1 already, in"
    assert f"row 3, {start} row 2." in within
    assert f"row 2, {start} an earlier import." in across


def test_same_label_of_another_school_or_session_is_another_class(office):
    office.rows(
        a_class("1"),
        a_class("2", session="S-1", institutionsnummer=FREE),
        a_class("3"),
        a_class("4", session="S-1", klasse="7.C"),
    )

    assert Party.objects.live().count() == 4


def test_two_rows_may_swap_their_classes(office):
    office.rows(a_class("1"), a_class("2", session="S-1", klasse="8.A"))

    office.rows(a_class("1", klasse="8.A"), a_class("2", session="S-1"))

    live = Booking.objects.current().order_by("row_id").values_list("row_id", "parties__label")
    assert list(live) == [("1", "8.A"), ("2", "7.B")]
    office.close()


def test_later_row_wins_whole_and_the_ledger_keeps_the_earlier_one(office):
    office.rows(a_class("1", 20, forløb="F1"))

    outcome = office.try_rows(
        a_class("1", 99), a_class("1", 21, klasse="", status="x"), a_class("1", 22)
    )

    assert outcome.out == "registreringer.csv: new 0, changed 1, same 0, ignored 2, errors 0\n"
    assert list(Headcount.objects.order_by("pk").values_list("present", flat=True)) == [20, 22]
    old, new = Booking.objects.order_by("pk")
    assert (old.state, old.over_reason, new.replaces) == ("cancelled", "superseded", old)
    assert (new.parties.get().course, new.parties.get().live) == (None, True)
    assert old.parties.get().live is False
    trail = Transition.objects.order_by("pk").values_list("booking", "origin", "target", "why")
    assert list(trail) == [
        (old.pk, "", "confirmed", "import"),
        (old.pk, "confirmed", "cancelled", "import"),
        (new.pk, "", "confirmed", "import"),
    ]


def test_number_that_moves_to_another_session_withdraws_the_one_it_leaves(office):
    office.rows(a_class("1", 20))

    office.rows(a_class("1", 21, session="S-ny"))

    old = Session.objects.get(reference="S-1")
    assert (old.state, old.seats_taken, old.over_at is not None) == ("withdrawn", 0, True)
    assert old.register.held is False
    assert office.value("folk") == (21, 1)
    office.rows(a_class("1", 22))
    old.refresh_from_db()
    assert (old.state, old.over_at, old.register.held) == ("closed", None, True)
    assert Session.objects.get(reference="S-ny").state == "withdrawn"
    assert office.value("folk") == (22, 1)
    office.close()


def test_capacity_is_the_larger_of_booked_and_attended(office):
    office.rows(
        a_class("1", 30, tilmeldt="20"),
        a_class("2", "", session="S-1", klasse="8.A", tilmeldt="", status="udeblivelse"),
        a_class("3", 9, session="S-1", klasse="9.A", tilmeldt="40", status="aflyst"),
        a_crowd("4", 5, tilmeldt="50", voksne="9"),
    )

    found = Session.objects.order_by("reference").values_list("capacity", "seats_taken")
    assert list(found) == [(60, 20), (50, 50)]


def test_session_without_a_row_that_holds_is_cancelled(office):
    office.rows(a_class("1", status="aflyst"), a_class("2", status="flyttet"))

    assert set(Session.objects.values_list("state", "register__held")) == {("cancelled", False)}
    assert set(Booking.objects.values_list("over_reason", flat=True)) == {"organiser", "moved"}


def test_session_that_was_planned_here_is_not_taken_over(office, folder):
    from tests.factories import create_session

    create_session(reference="S-1")
    csv_of(folder, ROWS, a_class("1"))

    (line,) = refused(folder)

    assert "row 2, session: «S-1»: This id belongs to a session that was planned here." in line


def test_names_that_are_not_known_yet_are_made(office):
    office.rows(
        a_class("1", plan="uden-mål", workshop="Én ny workshop", facilitator="fac-1"),
        a_class("2", plan="uden-mål", workshop="én  NY Workshop", facilitator="fac-1"),
        a_crowd("3", workshop="En ny workshop!"),
        a_crowd("4", workshop="???"),
    )

    found = Workshop.objects.order_by("pk").values_list("title", "slug", "state", "audience")
    assert list(found) == [
        ("Én ny workshop", "en-ny-workshop", "draft", "elever"),
        ("En ny workshop!", "en-ny-workshop-2", "draft", "forældre"),
        ("???", "workshop", "draft", "forældre"),
    ]
    session = Session.objects.get(reference="S-1")
    assert (session.plan.code, session.plan.title, session.deliverer.code) == (
        "uden-mål",
        "",
        "fac-1",
    )


def test_place_of_a_crowd_that_is_not_known_is_a_warning(office):
    outcome = office.try_rows(
        a_crowd("1", institutionsnummer="999999", forløb=CPR, klasse=CPR),
        a_crowd("2", institutionsnummer=FOLK),
    )

    assert outcome.code == 0
    assert outcome.err == (
        "Warning: registreringer.csv, row 2, institutionsnummer: «999999»: This number is not in "
        "the school register. It is only the place, so the row is read without it.\n"
    )
    assert list(Party.objects.order_by("pk").values_list("school__number", "kind", "label")) == [
        (None, "crowd", ""),
        (FOLK, "crowd", ""),
    ]


def test_approved_row_without_a_count_is_a_warning(office):
    outcome = office.try_rows(a_class("1", ""))

    assert outcome.code == 0
    assert "The row is approved, but nobody has been counted." in outcome.err
    assert (Headcount.objects.count(), Register.objects.get().state) == (0, "submitted")


# --- answers and totals ------------------------------------------------------------------------


def test_answers_of_a_session_that_only_a_superseded_row_named_are_refused(office, folder):
    csv_of(folder, ROWS, a_class("1", session="S-væk"), a_class("1"))
    csv_of(folder, ANSWERS, answer(session="S-væk"))

    (line,) = refused(folder, file=f"{ANSWERS}.csv")

    assert "session: «S-væk»: There is no session with this id." in line


def test_answers_replace_those_of_their_session_and_question(office):
    office.rows(a_class("0"), a_class("1"))
    office.answers("S-0", "ja nej ja")
    office.answers("S-1", "ja")

    outcome = office.answers("S-0", "nej - nej", question="Nyttig")
    again = office.answers("S-0", "nej - nej", question="Nyttig")

    assert outcome.out == "spoergeskema.csv: new 0, changed 2, same 0, ignored 1, errors 0\n"
    assert again.out == "spoergeskema.csv: new 0, changed 0, same 2, ignored 1, errors 0\n"
    found = Answer.objects.order_by("session__reference").values_list("session__reference", "value")
    assert list(found) == [("S-0", "nej"), ("S-0", "nej"), ("S-1", "ja")]
    office.answers("S-0", "-")
    assert Answer.objects.count() == 1


def test_answers_of_a_session_that_was_not_held_give_a_warning(office, folder):
    csv_of(folder, ROWS, a_class("0", status="aflyst"))
    csv_of(folder, ANSWERS, answer(), answer(svar=""))
    dry = run("import_registrations", folder)

    outcome = apply(folder)

    assert (dry.code, outcome.code, dry.err) == (0, 0, outcome.err)
    assert outcome.err.startswith(
        "Warning: spoergeskema.csv, row 2, session: «S-0»: The session was not held"
    )
    assert (len(outcome.err.splitlines()), Answer.objects.count()) == (1, 1)


def test_answers_of_a_session_planned_here_are_taken(office):
    from tests.factories import create_session

    create_session(reference="S-9")

    assert office.answers("S-9", "ja").out.startswith("spoergeskema.csv: new 1,")


def test_total_is_replaced_by_code_and_date(office):
    office.totals(a_total("antal", "2024-05-01", 3))
    outcome = office.totals(
        a_total("antal", "2024-05-01", 8),
        a_total("antal", "2024-05-01", 4),
        a_total("plan", "2024-05-01", 1),
    )

    assert outcome.out == "opgoerelser.csv: new 1, changed 1, same 0, ignored 1, errors 0\n"
    found = StatedTotal.objects.order_by("code").values_list("code", "value")
    assert list(found) == [("antal", 4), ("plan", 1)]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (
            a_total("antal", "2024-05-01", 3, plan="ukendt"),
            "plan",
            "There is no plan with this code.",
        ),
        (a_total("folk2", "2024-05-01", 3, plan=PLAN), "kode", f"The plan {PLAN} has no measure"),
        (a_total("plan", "2024-05-01", 2), "værdi", "A milestone is done or not."),
        (a_total("andel", "2024-05-01", 2), "nævner", "The number that started is missing."),
    ],
)
def test_total_that_fits_no_measure_is_refused(office, folder, row, column, fault):
    csv_of(folder, TOTALS, row, columns=[*COLUMNS[TOTALS], "plan"])

    (line,) = refused(folder, file=f"{TOTALS}.csv")

    assert line.startswith(f"opgoerelser.csv, row 2, {column}: ")
    assert f"»: {fault}" in line


def test_code_of_two_plans_of_the_year_needs_the_plan(office, folder):
    office.plan({"code": "antal", "kind": "stated_count"}, code="anden")
    csv_of(folder, TOTALS, a_total("antal", "2024-05-01", 3))

    (line,) = refused(folder, file=f"{TOTALS}.csv")

    assert "More than one plan has this code: " in line
    office.totals(a_total("antal", "2024-05-01", 3, plan="anden"))
    assert StatedTotal.objects.get().plan.code == "anden"


def test_more_pending_than_started_is_a_warning(office):
    outcome = office.totals(a_total("andel", "2024-05-01", 2, nævner="3", afventer="2"))

    assert outcome.err.startswith(
        "Warning: opgoerelser.csv, row 2, nævner: «3»: More have progressed or are pending"
    )
    assert office.figure("andel") == {"progressed": 2, "started": 3, "pending": 2}


def test_own_approval_is_a_warning_and_stored_as_none(office):
    row = a_total("antal", "2024-05-01", 3, oplyst_af="Leder  A", godkendt_af="leder a")

    outcome = office.totals(row)

    assert outcome.err.startswith("Warning: opgoerelser.csv, row 2, godkendt_af: «leder a»: ")
    assert StatedTotal.objects.get().approved_by_name == ""


# --- once more ---------------------------------------------------------------------------------


def test_dry_run_writes_nothing_and_counts_alike(office, folder):
    csv_of(folder, ROWS, a_class("1"), {}, a_class("2"), a_class("2"))
    csv_of(folder, ANSWERS, answer(session="S-1"), answer(session="S-1", svar=""))
    csv_of(folder, TOTALS, a_total("antal", "2024-05-01", 3))
    before, batches = tables(), Batch.objects.count()

    dry = run("import_registrations", folder)

    assert (dry.code, tables(), Batch.objects.count()) == (0, before, batches)
    assert dry.out.splitlines() == [
        "registreringer.csv: new 2, changed 0, same 0, ignored 2, errors 0",
        "spoergeskema.csv: new 1, changed 0, same 0, ignored 1, errors 0",
        "opgoerelser.csv: new 1, changed 0, same 0, ignored 0, errors 0",
        "Nothing was changed: this was a dry run. Add --apply to write.",
    ]
    applied = apply(folder)
    assert applied.out.splitlines() == dry.out.splitlines()[:-1]


def test_same_folder_again_changes_nothing_but_the_list_of_batches(office, folder):
    csv_of(folder, ROWS, a_class("1", forløb="F"), a_crowd("2"), a_class("3", status="aflyst"))
    csv_of(folder, ANSWERS, answer(session="S-1"), answer(session="S-2", svar="nej"))
    csv_of(folder, TOTALS, a_total("andel", "2024-05-01", 3, nævner="4"))
    apply(folder)
    before, batches, marks = tables(), Batch.objects.count(), Mark.objects.count()

    outcome = apply(folder)

    assert (tables(), Mark.objects.count()) == (before, marks)
    assert Batch.objects.count() == batches + 1
    assert outcome.out.splitlines() == [
        "registreringer.csv: new 0, changed 0, same 3, ignored 0, errors 0",
        "spoergeskema.csv: new 0, changed 0, same 2, ignored 0, errors 0",
        "opgoerelser.csv: new 0, changed 0, same 1, ignored 0, errors 0",
    ]


def test_import_leaves_one_mark_for_everything(office):
    Mark.objects.all().delete()

    office.rows(a_class("1"))

    assert list(Mark.objects.values_list("session", "reason")) == [(None, "import")]


def test_register_of_schools_is_asked_by_number_alone(office):
    School.objects.filter(number=FOLK).update(search_text="")

    assert office.try_rows(a_class("1")).code == 0
