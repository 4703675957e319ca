"""The year 2024 in other files and in other steps: the status report has the same bytes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import commands
from tests.commands import COLUMNS, Row, done, report, report_bytes, run
from tests.plain_recount import printed
from tests.plain_recount import report as recounted
from tests.random_files import undone
from tests.year_2024 import DATA, PLAN, YEAR, all_rows, plain_books, register, take_in


@pytest.fixture(scope="module")
def plain() -> dict:
    """The report as the plain recount has it."""
    return recounted(plain_books(), PLAN, YEAR)


@pytest.fixture(scope="module")
def schools(django_db_setup, django_db_blocker):
    """Both registers, imported once."""
    with django_db_blocker.unblock(), undone():
        register()
        yield


@pytest.fixture
def registered(schools, db) -> None:
    """The schools stand in the database; what the test adds is undone."""


# --- in other files ----------------------------------------------------------------------------


def as_workbooks(folder: Path) -> None:
    for name, rows in all_rows().items():
        commands.write_workbook(folder / f"{name}.xlsx", rows, columns=COLUMNS[name])


def as_old_spreadsheet_with_commas(folder: Path) -> None:
    write_all(folder, all_rows(), delimiter=",", encoding="cp1252")


def as_tabs_without_mark(folder: Path) -> None:
    write_all(folder, all_rows(), delimiter="\t", encoding="utf-8")


def with_danish_dates(folder: Path) -> None:
    files = all_rows()
    for row in files["registreringer"] + files["opgoerelser"]:
        for column in {"dato", "godkendt"} & {key for key, value in row.items() if value}:
            year, month, day = row[column].split("-")
            row[column] = f"{int(day)}/{int(month)}/{year}"
        for column in {"start", "slut"} & set(row):
            row[column] = row[column].replace(":", ".")
    write_all(folder, files)


def in_other_order(folder: Path) -> None:
    """Rows that share a number stay in order; answers and totals have none."""
    files, dice = all_rows(), random.Random(2024)
    for name in ("spoergeskema", "opgoerelser"):
        dice.shuffle(files[name])
    rows = files["registreringer"]
    numbers = [row["nr"] for row in rows]
    queues = {number: [row for row in rows if row["nr"] == number] for number in numbers}
    dice.shuffle(numbers)
    files["registreringer"] = [queues[number].pop(0) for number in numbers]
    write_all(folder, files)


def with_columns_moved_and_added(folder: Path) -> None:
    for name, rows in all_rows().items():
        columns = ["Bemærkning", *reversed([column.upper() for column in COLUMNS[name]])]
        cells = [{column.upper(): value for column, value in row.items()} for row in rows]
        commands.write_table(folder / f"{name}.csv", cells, columns=columns)


def write_all(folder: Path, files: dict[str, list[Row]], **dialect: str) -> None:
    for name, rows in files.items():
        commands.write_table(folder / f"{name}.csv", rows, columns=COLUMNS[name], **dialect)


@pytest.mark.parametrize(
    "written",
    [
        as_workbooks,
        as_old_spreadsheet_with_commas,
        as_tabs_without_mark,
        with_danish_dates,
        in_other_order,
        with_columns_moved_and_added,
    ],
)
def test_same_year_in_other_files_prints_the_same_bytes(
    written: Callable[[Path], None], registered, tmp_path, plain
):
    written(tmp_path)

    take_in(tmp_path)

    assert report_bytes(PLAN, YEAR).decode() == printed(plain)


# --- in other steps ----------------------------------------------------------------------------


def test_files_one_by_one_print_the_same_bytes(registered, plain):
    done("import_plan", DATA / "plan-2024.json", "--apply")

    for name in COLUMNS:
        done("import_registrations", DATA / f"{name}.csv", "--apply")

    assert report_bytes(PLAN, YEAR).decode() == printed(plain)


def test_registrations_before_the_plan_print_the_same_bytes(registered, plain):
    done("import_registrations", DATA / "registreringer.csv", "--apply")
    done("import_plan", DATA / "plan-2024.json", "--apply")

    done("import_registrations", DATA, "--apply")
    done("aggregate")

    assert report_bytes(PLAN, YEAR).decode() == printed(plain)
    assert run("reconcile").code == 0


def test_aggregation_of_one_plan_and_year_is_enough_for_its_figures(registered, plain):
    done("import_plan", DATA / "plan-2024.json", "--apply")
    done("import_registrations", DATA, "--apply")

    done("aggregate", "--plan", PLAN, "--year", YEAR)

    assert run("reconcile").code == 0
    assert report(PLAN, YEAR) == plain
