"""Two small layouts, and files read by them, for the tests of the readers."""

from __future__ import annotations

import datetime

import openpyxl
import pytest

from workshops.readers.cells import RowReader
from workshops.readers.layouts import Heading, Layout, Row, Table
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.tables import read_table

PEOPLE = Layout(
    "people",
    (Heading("nr"), Heading("navn", aliases=("titel",)), Heading("dag", required=False)),
    unused=("note",),
)
PLACES = Layout("places", (Heading("nr"), Heading("sted"), Heading("by", label="BY_NAVN")))


def moment(*parts):
    """A date and time as a cell has it."""
    return datetime.datetime(*parts)


def read(path, *, layouts=(PEOPLE, PLACES), **options):
    problems = Problems()
    return read_table(path, layouts=layouts, problems=problems, **options), problems


def written(tmp_path, text, *, encoding="utf-8", name="a.csv"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def workbook(tmp_path, rows, *, name="a.xlsx"):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / name)
    return tmp_path / name


def cells(table):
    return [(row.number, row["nr"], row["navn"]) for row in table]


def refusal_of(path, **options):
    with pytest.raises(CannotRead) as refused:
        read(path, **options)
    return str(refused.value)


def reader_of(value, *, refused=frozenset()):
    """The reader of one cell, in row 7 under "Felt"."""
    layout = Layout("one", (Heading("felt"),))
    table = Table("a.csv", layout, ("Felt",), {"felt": "Felt"}, [], 0)
    return RowReader(table, Row(7, (value,), {"felt": 0}, refused), Problems())
