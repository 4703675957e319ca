"""The rows of a sheet below its headings, and what is said of cells that cannot be read."""

import datetime
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from workshops.readers.layouts import Row
from workshops.readers.places import Place
from workshops.readers.problems import Cell, Problems

MAX_ROWS = 1_048_576  # what a sheet can hold


class Rows:
    """The rows below the headings, with what is said of cells that cannot be taken as they are."""

    def __init__(
        self,
        sheet: Any,
        place: Place,
        places: dict[str, int],
        *,
        file: str,
        problems: Problems,
    ) -> None:
        self.sheet, self.top, self.headings, self.places = sheet, place.row, place.headings, places
        self.file, self.problems = file, problems
        self.kept = {name: place for place, name in enumerate(places)}
        self.memory: dict[str, str] = {}
        self.told = False  # of cells to the right: once is enough

    def read(self) -> tuple[list[Row], int]:
        """Return the rows, and how many blank ones stand between them."""
        rows: list[Row] = []
        last, nothing = self.top, None
        for number, cells in self._numbered():
            if cells is nothing:  # one object stands for all the rows that a file leaves out
                continue
            if all(_is_blank(cell) for cell in cells):
                nothing = cells
                continue
            rows.append(self._row(number, cells))
            last = number
        return rows, last - self.top - len(rows)

    def _numbered(self) -> Iterator[tuple[int, Sequence[Any]]]:
        wide = len(self.headings) + 20
        start = self.top + 1
        found = self.sheet.iter_rows(min_row=start, max_col=wide)
        yield from zip(range(start, MAX_ROWS + 1), found, strict=False)
        if next(found, None) is not None:
            message = "no sheet has so many rows"
            raise ValueError(message)

    def _row(self, number: int, cells: Sequence[Any]) -> Row:
        refused = set()
        values: list[Cell] = []
        for name, place in self.places.items():
            cell = cells[place] if place < len(cells) else None
            fault = _fault_of(cell)
            if fault:
                refused.add(name)
                self._report(number, self.headings[place], fault)
            blank_or_refused = fault or cell is None or cell.value is None
            values.append(None if blank_or_refused else value_of(cell, self.memory))
        beyond = cells[len(self.headings) :]
        if not self.told and not all(_is_blank(cell) for cell in beyond):
            self.told = True
            self.problems.warn(
                file=self.file,
                row=number,
                fault=_("There is something to the right of the last heading."),
                cure=_("It is ignored. Move it under a heading if it is meant to be read."),
            )
        return Row(number, tuple(values), self.kept, frozenset(refused))

    def _report(self, number: int, column: str, fault: tuple[str, str, str]) -> None:
        value, text, cure = fault
        self.problems.add(
            file=self.file, row=number, column=column, value=value, fault=text, cure=cure
        )


def _fault_of(cell: Any) -> tuple[str, str, str] | None:
    """What is wrong with the kind of a cell: its value, the fault, the cure."""
    if cell is None or cell.value is None:
        return None
    if cell.data_type == "f":
        return (
            str(getattr(cell.value, "text", cell.value) or "="),
            _("The cell holds a formula."),
            _("Copy the column and paste it as values."),
        )
    if cell.data_type == "e":
        return str(cell.value), _("The cell holds an error."), _("Correct it and save again.")
    if isinstance(cell.value, bool):
        return (
            str(cell.value).upper(),
            _("The cell holds true or false."),
            _("Write a text or a number."),
        )
    return None


def value_of(cell: Any, memory: dict[str, str]) -> Cell:
    """Return the value of a cell, each text of *memory* made once."""
    value = cell.value
    if isinstance(value, datetime.timedelta):
        return value / datetime.timedelta(days=1)
    if isinstance(value, int | float | datetime.date | datetime.time):
        return value
    raw = str(value)
    text = memory.get(raw)
    if text is None:
        text = memory[raw] = unicodedata.normalize("NFC", raw).strip()
    return text or None


def _is_blank(cell: Any) -> bool:
    value = cell.value
    return value is None or (isinstance(value, str) and not value.strip())
