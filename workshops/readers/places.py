"""Where in a file the table stands: the one row, of any sheet, that has the required headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workshops.readers import encodings
from workshops.readers.layouts import Layout, Row, Table, best_layout, place_columns
from workshops.readers.problems import CannotRead, Problems, shown

ROWS = 20
"""So many rows of a sheet may hold the headings."""
_NAMED = 5  # places in a message


@dataclass(frozen=True, slots=True)
class Place:
    """A row that may hold the headings.

    *sheet* is "" in a table of text; *line* is how many lines of text end with this row.
    """

    row: int
    headings: tuple[str, ...]
    sheet: str = ""
    hidden: bool = False
    line: int = 0

    def __str__(self) -> str:
        if not self.sheet:
            return _("row {row}").format(row=self.row)
        said = _("the sheet “{sheet}”, row {row}")
        if self.hidden:
            said = _("the hidden sheet “{sheet}”, row {row}")
        return said.format(sheet=shown(self.sheet), row=self.row)

    def worth(self, layouts: Sequence[Layout]) -> tuple[bool, int]:
        """Return whether every heading of a layout is here, and the most known ones of any."""
        whole = any(layout.is_whole(self.headings) for layout in layouts)
        return whole, max(layout.known_in(self.headings) for layout in layouts)


def table_at(
    place: Place,
    layouts: Sequence[Layout],
    read: Callable[[dict[str, int]], tuple[list[Row], int]],
    *,
    file: str,
    problems: Problems,
) -> Table:
    """Return the table below *place*; without all its columns it has no rows.

    Warns of headings with nothing below them: the wrong file may have been chosen.
    *read* takes the place of each column and returns the rows and the number of blank ones.
    """
    layout, headings = best_layout(layouts, place.headings), place.headings
    columns = place_columns(layout, headings, row=place.row, file=file, problems=problems)
    rows, blank = ([], 0) if columns is None else read(columns)
    if columns is not None and not rows and not problems:
        problems.add(
            file=file,
            row=place.row,
            fault=_("There are no rows below the headings."),
            cure=_("Check that this is the right file."),
            warning=True,
            unlikely=True,
        )
    written = {name: headings[column] for name, column in (columns or {}).items()}
    return Table(file, layout, headings, written, rows, blank)


def choose(places: Sequence[Place], layouts: Sequence[Layout], *, file: str) -> Place:
    """Return the one place that has all required headings, or else the one that comes nearest.

    Raises CannotRead when several have them all, when none has any, and when the letters of the
    headings are broken.
    """
    whole = [place for place in places if place.worth(layouts)[0]]
    if len(whole) > 1:
        raise CannotRead.because(
            file,
            fault=_("The headings stand in {count} places: {places}.").format(
                count=len(whole), places="; ".join(map(str, whole[:_NAMED]))
            ),
            cure=_("Keep the table that is meant, and move the others to files of their own."),
        )
    if whole:
        return whole[0]
    _refuse_broken(places, layouts, file=file)
    nearest = max(places, key=lambda place: place.worth(layouts), default=None)
    if nearest is None or nearest.worth(layouts)[1] < (1 if nearest == places[0] else 2):
        raise CannotRead.because(
            file,
            fault=_("None of the first {rows} rows holds the headings that are known here.").format(
                rows=ROWS
            ),
            cure=_("Write the headings in one row: {headings}.").format(
                headings=layouts[0].expected
            ),
        )
    return nearest


def _refuse_broken(places: Sequence[Place], layouts: Sequence[Layout], *, file: str) -> None:
    for place in sorted(places, key=lambda place: place.worth(layouts), reverse=True):
        for layout in layouts:
            for seen, meant in layout.broken_in(place.headings):
                raise encodings.broken(file, seen=seen, meant=meant)
