"""Odd files that once were read wrongly: each is told, or read as it is meant."""

from __future__ import annotations

import json

import pytest

from attendance.models import Answer
from goals.models import StatedTotal
from tests import commands
from tests.commands import run, write_workbook
from tests.goals.imports import ANSWERS, CPR, ROWS, TOTALS, answer, apply, csv_of, refused
from tests.goals.office import a_class, a_crowd, a_total, people
from workshops.models import Batch, Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HUGE = "9" * 400


def test_number_of_400_digits_in_a_plan_is_told(tmp_path):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"code": "p", "title": "P", "year": 0}).replace("0}", f"{HUGE}}}"))

    outcome = run("import_plan", file, "--apply")

    assert outcome.code == 1
    assert "year" in outcome.err


def test_number_of_400_digits_in_a_sheet_is_told(office, folder):
    columns = commands.COLUMNS[ROWS]
    write_workbook(folder / f"{ROWS}.xlsx", [a_class("1", tilmeldt=int("9" * 15))], columns=columns)

    (line,) = refused(folder, file=f"{ROWS}.xlsx")

    assert "row 2, tilmeldt" in line


def test_answers_that_go_are_counted_as_changes(office):
    office.rows(a_class("0", session="S-0"))
    office.answers("S-0", "ja nej ja")

    outcome = office.answers("S-0", "-")

    assert outcome.out == "spoergeskema.csv: new 0, changed 3, same 0, ignored 1, errors 0\n"
    assert Answer.objects.count() == 0


def test_total_of_a_year_without_a_plan_is_kept_with_a_warning(office, folder):
    office.plan({"code": "tal", "kind": "stated_count"})
    csv_of(folder, TOTALS, a_total("tal", "2031-05-01", 7))

    outcome = apply(folder)

    assert outcome.code == 0
    assert "Warning: opgoerelser.csv, row 2, dato: «2031-05-01»: No plan of 2031" in outcome.err
    assert StatedTotal.objects.get().value == 7


def test_session_id_with_a_line_break_is_the_same_in_both_files(office, folder):
    csv_of(folder, ROWS, a_class("1", session="s\n1"))
    csv_of(folder, ANSWERS, answer(session="s\n1"))

    outcome = apply(folder)

    assert (outcome.code, Session.objects.get().reference) == (0, "s 1")
    assert Answer.objects.count() == 1


@pytest.mark.parametrize("command", ["import_register", "import_plan", "import_registrations"])
def test_cpr_number_in_a_file_name_is_neither_stored_nor_echoed(office, tmp_path, command):
    file = tmp_path / f"{CPR}.csv"
    file.write_text("INST_NR;INST_NAVN\n1;2\n")
    more = ["--valid-from", "2024-01-01", "--apply"] if command == "import_register" else []

    outcome = run(command, file, *more)

    assert outcome.code == 1
    assert CPR not in outcome.out + outcome.err
    assert not Batch.objects.filter(file_name__contains=CPR).exists()


def test_row_that_is_right_is_not_blamed_for_a_fault_of_its_neighbour(office, folder):
    office.rows(a_class("1", session="S-1"), a_class("2", session="S-1", klasse="8.A"))
    csv_of(
        folder,
        ROWS,
        a_crowd("1", 20, session="S-1", institutionsnummer="1234"),
        a_crowd("2", 20, session="S-1"),
    )

    (line,) = refused(folder)

    assert "row 2, institutionsnummer" in line


def test_plan_code_is_found_in_either_unicode_form(office):
    office.plan(people(), code="års-plan")

    outcome = run("annual_report", "a\u030ars-plan", 2024)

    assert outcome.code == 0
