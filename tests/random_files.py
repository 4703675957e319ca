"""Puts the rows of a random municipality into files of every dialect, and the files into the project."""

from __future__ import annotations

import contextlib
import json
import random
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from tests import commands
from tests.commands import COLUMNS, SCHOOLS, done, import_register
from tests.plain_books import Row
from tests.random_years import Event

DATES = ("dato", "godkendt")
TIMES = ("start", "slut")
CASELESS = ("målgruppe", "status", "svar")
FORMS = ("NFC", "NFC", "NFD")
DELIMITERS = (";", ";", ",", "\t")


@contextlib.contextmanager
def undone() -> Iterator[Path]:
    """A folder and a transaction, both gone afterwards; durable verbs take it for the outermost."""
    block = transaction.atomic()
    block._from_testcase = True
    with tempfile.TemporaryDirectory() as folder, block:
        yield Path(folder)
        transaction.set_rollback(True)


def take_in(events: list[Event], folder: Path, dice: random.Random) -> None:
    """Every event by its command; now and then an aggregation in between."""
    for place, event in enumerate(events):
        arrive(event, folder / str(place), dice)
        if dice.randrange(3) == 0:
            done("aggregate")
    done("aggregate")


def arrive(event: Event, folder: Path, dice: random.Random) -> None:
    """One event, by the command that a person would type."""
    folder.mkdir()
    if event[0] == "register":
        _, day, rows, complete = event
        encoding = dice.choice(("utf-8", "utf-8-sig", "cp1252", "utf-16-le"))
        file = commands.write_table(
            folder / "register.csv", rows, columns=SCHOOLS, encoding=encoding
        )
        import_register(file, day, *(["--complete"] if complete else []))
    elif event[0] == "plan":
        file = folder / "plan.json"
        text = json.dumps(event[1], ensure_ascii=dice.choice((True, False)), indent=1)
        file.write_text(unicodedata.normalize(dice.choice(FORMS), text), encoding="utf-8")
        done("import_plan", file, "--apply")
    else:
        for name, rows in event[1].items():
            write_rows(folder, name, rows, dice)
        done("import_registrations", folder, "--apply")


def write_rows(folder: Path, name: str, rows: list[Row], dice: random.Random) -> Path:
    """One of the three files, as CSV of some dialect or, one time in ten, as a workbook."""
    columns = list(COLUMNS[name]) + (["plan"] if name == "opgoerelser" else [])
    if dice.randrange(10) == 0:
        return commands.write_workbook(folder / f"{name}.xlsx", rows, columns=columns)
    dice.shuffle(columns)
    encoding = dice.choice(("utf-8", "utf-8-sig", "cp1252"))
    form = "NFC" if encoding == "cp1252" else dice.choice(FORMS)
    headings = [
        normal(dice.choice((column, column, column.upper(), f" {column.title()} ")), form)
        for column in columns
    ]
    cells = [
        {
            heading: normal(dressed(column, row.get(column, ""), dice), form)
            for heading, column in zip(headings, columns, strict=True)
        }
        for row in rows
    ]
    file = folder / f"{name}.csv"
    return write_cells(file, headings, cells, delimiter=dice.choice(DELIMITERS), encoding=encoding)


def write_cells(
    file: Path, headings: list[str], cells: list[Row], *, delimiter: str, encoding: str
) -> Path:
    """Headings may have spaces around them, which the plain writer takes off its keys."""
    rows = [{heading.strip(): value for heading, value in row.items()} for row in cells]
    return commands.write_table(
        file, rows, columns=headings, delimiter=delimiter, encoding=encoding
    )


def normal(text: str, form: str) -> str:
    return unicodedata.normalize(form, text)


def dressed(column: str, value: str, dice: random.Random) -> str:
    """The same value as somebody else would have typed it."""
    if not value:
        return value
    if column in DATES:
        year, month, day = value.split("-")
        return dice.choice(
            (value, value, f"{int(day)}-{int(month)}-{year}", f"{day}/{month}/{year}")
        )
    if column in TIMES:
        hours, minutes = value.split(":")
        return dice.choice((value, f"{int(hours)}:{minutes}", f"{int(hours)}.{minutes}"))
    if column in CASELESS:
        return dice.choice((value, value, value.upper(), f" {value.title()} "))
    return value
