"""What a table is to look like: its columns, and how the headings of a file are matched to them."""

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from workshops.readers.problems import Cell, Problems


@dataclass(frozen=True)
class Heading:
    """A column: its name in the code, other ways to write it, and whether it must be there.

    *label* is how files and messages write it where that is not the name in the code.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    label: str = ""

    @property
    def written(self) -> str:
        return self.label or self.name


@dataclass(frozen=True)
class Layout:
    """A kind of table. *unused* columns are known and left alone without a warning."""

    name: str
    headings: tuple[Heading, ...]
    unused: tuple[str, ...] = ()
    names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spelled = {
            fold_heading(text): heading.name
            for heading in self.headings
            for text in (heading.written, *heading.aliases)
        }
        object.__setattr__(self, "names", spelled)

    @property
    def expected(self) -> str:
        """The headings that must be there, for messages."""
        return ", ".join(heading.written for heading in self.headings if heading.required)

    @property
    def unused_names(self) -> frozenset[str]:
        return frozenset(fold_heading(text) for text in self.unused)

    def known_in(self, headings: Sequence[str]) -> int:
        """Return how many columns of this layout a heading line holds, used or not."""
        folded = {fold_heading(text) for text in headings}
        used = {self.names[text] for text in folded if text in self.names}
        return len(used) + len(folded & self.unused_names)

    def is_whole(self, headings: Sequence[str]) -> bool:
        """Say whether a line holds every required heading."""
        found = {self.names.get(fold_heading(text)) for text in headings}
        return all(heading.name in found for heading in self.headings if heading.required)

    def broken_in(self, headings: Sequence[str]) -> Iterator[tuple[str, str]]:
        """Yield headings that would be known, were it not for their æ, ø and å, with the right one.

        In the place of each of the letters stands something that is none: m†lgruppe, m?lgruppe.
        """
        for text in headings:
            folded = fold_heading(text)
            for known in self.names:
                if not known.isascii() and _broken(known).fullmatch(folded):
                    yield text, known


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet: the cells of the layout's columns, by the column's name.

    *number* is the sheet's row as people see it. *refused* names the columns of which the reader
    has already told that they cannot be read (a formula, say); they are blank here.
    """

    number: int
    cells: tuple[Cell, ...]
    places: Mapping[str, int]
    refused: frozenset[str] = frozenset()

    def __getitem__(self, column: str) -> Cell:
        """Return the cell of a column; None when it is blank or the file has no such column."""
        place = self.places.get(column)
        return None if place is None else self.cells[place]


@dataclass(frozen=True)
class Table:
    """What has been read: *rows* without the blank ones, whose number is *blank*.

    *written* gives each column's heading as the file writes it, for messages.
    """

    file: str
    layout: Layout
    headings: tuple[str, ...]
    written: Mapping[str, str]
    rows: list[Row]
    blank: int

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def has(self, column: str) -> bool:
        """Say whether the file has this column."""
        return column in self.written


def fold_heading(text: str) -> str:
    """Compare headings: NFC, case and surrounding spaces ignored."""
    return unicodedata.normalize("NFC", text).strip().casefold()


@functools.cache
def _broken(heading: str) -> re.Pattern[str]:
    letter = "[^a-zæøå]{1,3}"
    return re.compile("".join(letter if sign in "æøå" else re.escape(sign) for sign in heading))


def best_layout(layouts: Sequence[Layout], headings: Sequence[str]) -> Layout:
    """Return the layout most of the headings belong to; of two alike the one spelled so."""
    folded = {fold_heading(text) for text in headings}

    def fit(layout: Layout) -> tuple[int, int]:
        labels = {fold_heading(heading.written) for heading in layout.headings}
        return layout.known_in(headings), len(labels & folded)

    return max(layouts, key=fit)


def place_columns(
    layout: Layout, headings: Sequence[str], *, row: int, file: str, problems: Problems
) -> dict[str, int] | None:
    """Return the place of each column, or None when one is missing or stands there twice."""
    known = [layout.names.get(fold_heading(text)) for text in headings]
    at_fault = False
    for name, times in Counter(name for name in known if name).items():
        if times > 1:
            at_fault = True
            problems.add(
                file=file,
                row=row,
                column=headings[known.index(name)],
                value=headings[known.index(name)],
                fault=_("This column is there twice."),
                cure=_("Keep one of them."),
            )
    for heading in layout.headings:
        if heading.required and heading.name not in known:
            at_fault = True
            problems.add(
                file=file,
                row=row,
                column=heading.written,
                fault=_("This column is missing."),
                cure=_("Add a column with this heading in row {row}.").format(row=row),
            )
    _warn_of_unknown(layout, headings, row=row, file=file, problems=problems)
    return None if at_fault else {name: place for place, name in enumerate(known) if name}


def _warn_of_unknown(
    layout: Layout, headings: Sequence[str], *, row: int, file: str, problems: Problems
) -> None:
    for text in dict.fromkeys(headings):
        folded = fold_heading(text)
        if folded and folded not in layout.names and folded not in layout.unused_names:
            problems.warn(
                file=file,
                row=row,
                column=text,
                value=text,
                fault=_("This column is not known and is ignored."),
                cure=_("Remove it, or correct its heading if it is meant to be read."),
            )
