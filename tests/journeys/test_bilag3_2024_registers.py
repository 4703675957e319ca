"""The registers of the year 2024: nothing is written by a dry run, and their order is no matter."""

from __future__ import annotations

import pytest

from tests.commands import done, report_bytes, run, tables
from tests.plain_recount import printed
from tests.plain_recount import report as recounted
from tests.year_2024 import DATA, PLAN, REGISTERS, YEAR, load, plain_books

pytestmark = pytest.mark.django_db


def test_dry_runs_change_nothing():
    empty = tables()
    run("import_plan", DATA / "plan-2024.json", "--dry-run")
    for day in REGISTERS:
        done("import_register", DATA / f"register_{day}.csv", "--valid-from", day)
    unchanged = tables()
    load()
    before = tables()

    done("import_registrations", DATA)

    assert unchanged == empty
    assert tables() == before


def test_registers_in_the_other_order_print_the_same_bytes():
    load(order=tuple(reversed(REGISTERS)))

    assert report_bytes(PLAN, YEAR).decode() == printed(recounted(plain_books(), PLAN, YEAR))
