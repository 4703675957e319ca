"""The year 2024 of tests/data/2024: two registers, the plan and the registrations."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands import COLUMNS, Row, done, import_register, read_table
from tests.plain_books import Books, date, read

DATA = Path(__file__).resolve().parent / "data" / "2024"
PLAN, YEAR = "ekstremisme", 2024
REGISTERS = ("2024-01-01", "2024-08-01")


def load(registrations: Path = DATA, *, order: tuple[str, ...] = REGISTERS) -> None:
    """Everything, by the commands, up to the aggregated figures."""
    register(order)
    take_in(registrations)


def register(order: tuple[str, ...] = REGISTERS) -> None:
    """The schools of both registers."""
    for day in order:
        import_register(DATA / f"register_{day}.csv", day)


def take_in(registrations: Path = DATA) -> None:
    """The plan and the registrations, up to the aggregated figures; the schools are there."""
    done("import_plan", DATA / "plan-2024.json", "--apply")
    done("import_registrations", registrations, "--apply")
    done("aggregate")


def plain_books() -> Books:
    registers = [
        ("register", date(day), read_table(DATA / f"register_{day}.csv")) for day in REGISTERS
    ]
    plan = json.loads((DATA / "plan-2024.json").read_text(encoding="utf-8"))
    return read([*registers, ("plan", plan), ("registrations", all_rows())])


def all_rows() -> dict[str, list[Row]]:
    return {name: read_table(DATA / f"{name}.csv") for name in COLUMNS}
