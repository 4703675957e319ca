"""Reads tables of text: UTF-16-LE, UTF-8 or Windows-1252, with ; or , or tab between the cells."""

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from workshops.readers import places
from workshops.readers.encodings import encoding_of
from workshops.readers.layouts import Layout, Row, Table
from workshops.readers.places import Place
from workshops.readers.problems import CannotRead, Cell, Problems

DELIMITERS = (";", ",", "\t")
_OTHERS = ("|", ":", "^", "~", "¤", "\x1f")
# Spreadsheets obey such a first line and do not show it, so it is no row.
_DECLARED = re.compile(r'\ufeff*"?sep=(\\t|[^"\r\n])"?[;,\t ]*[\r\n]*', re.IGNORECASE)


def read(path: Path, *, layouts: Sequence[Layout], problems: Problems, file: str) -> Table:
    """Read a table of text. Raises CannotRead for an unknown encoding or delimiter."""
    encoding = encoding_of(path, file=file)
    declared = _declared(path, encoding)
    delimiter, candidates = _candidates(path, encoding, declared, layouts, file=file)
    place = places.choose(candidates, layouts, file=file)
    _note(place, declared, problems=problems, file=file)

    def rows(columns: dict[str, int]) -> tuple[list[Row], int]:
        records = _records(path, encoding, delimiter, place, file=file, problems=problems)
        return _rows(records, place.headings, columns, file=file, problems=problems)

    return places.table_at(place, layouts, rows, file=file, problems=problems)


def _declared(path: Path, encoding: str) -> str:
    """The delimiter that a first line such as sep=; names, or ""."""
    with path.open(encoding=encoding, newline="") as stream:
        found = _DECLARED.fullmatch(stream.readline(100))
    return found[1].replace("\\t", "\t") if found else ""


def _note(place: Place, declared: str, *, problems: Problems, file: str) -> None:
    if declared:
        told = _("The headings are in {place}; the line sep= above is not counted.")
    elif place.row > 1:
        told = _("The headings are in {place}.")
    else:
        return
    problems.note(file, told.format(place=place))


def _candidates(
    path: Path, encoding: str, declared: str, layouts: Sequence[Layout], *, file: str
) -> tuple[str, list[Place]]:
    """The delimiter under which a row holds most known headings, and the first rows by it."""

    def split(delimiter: str) -> list[Place]:
        return list(_places(path, encoding, delimiter, lines=bool(declared)))

    def known(delimiter: str) -> tuple[bool, int]:
        return max((place.worth(layouts) for place in split(delimiter)), default=(False, 0))

    best = max([*filter(None, [declared]), *DELIMITERS], key=known)
    found = known(best)
    if found[1] < 2 and max(known(other) for other in _OTHERS) > found:
        raise CannotRead.because(
            file,
            fault=_("The columns are not separated by semicolon, comma or tab."),
            cure=_("Save the file again with one of these between the columns."),
        )
    return best, split(best)


def _places(path: Path, encoding: str, delimiter: str, *, lines: int) -> Iterator[Place]:
    """The first rows, after as many *lines* that are none; quotation marks are taken easy."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(itertools.islice(stream, lines, None), delimiter=delimiter)
        try:
            for row, record in enumerate(itertools.islice(reader, places.ROWS), start=1):
                headings = _trimmed(record)
                if any(headings):
                    yield Place(row, headings, line=lines + reader.line_num)
        except csv.Error:
            return


def _trimmed(headings: list[str]) -> tuple[str, ...]:
    whole = (unicodedata.normalize("NFC", text).strip("\ufeff").strip() for text in headings)
    return tuple(whole)


def _records(
    path: Path, encoding: str, delimiter: str, place: Place, *, file: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The records after the headings with their numbers; a broken quotation ends them."""
    with path.open(encoding=encoding, newline="") as stream:
        lines = itertools.islice(stream, place.line, None)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        number = place.row
        try:
            for number, record in enumerate(reader, start=place.row + 1):
                yield number, record
        except csv.Error:
            problems.add(
                file=file,
                row=number + 1,
                fault=_("A quotation mark is not closed, or text follows a closing one."),
                cure=_('Close it, and write a quotation mark inside a text twice: "".'),
            )


def _rows(
    records: Iterator[tuple[int, list[str]]],
    headings: Sequence[str],
    places: dict[str, int],
    *,
    file: str,
    problems: Problems,
) -> tuple[list[Row], int]:
    kept = {name: place for place, name in enumerate(places)}
    everything = frozenset(places)
    memory: dict[str, str] = {}
    rows: list[Row] = []
    blank = 0
    for number, record in records:
        if not any(text and not text.isspace() for text in record):
            blank += 1
            continue
        too_many = any(text.strip() for text in record[len(headings) :])
        if too_many:
            _report_too_many(record, len(headings), number, file=file, problems=problems)
        # Where the cells of such a row belong is anybody's guess: none is read.
        read = () if too_many else record
        cells = tuple(_cell(read, place, memory) for place in places.values())
        rows.append(Row(number, cells, kept, everything if too_many else frozenset()))
    return rows, blank


def _cell(record: Sequence[str], place: int, memory: dict[str, str]) -> Cell:
    if place >= len(record):
        return None
    raw = record[place]
    text = memory.get(raw)
    if text is None:
        text = memory[raw] = unicodedata.normalize("NFC", raw).strip()
    return text or None


def _report_too_many(
    record: Sequence[str], width: int, number: int, *, file: str, problems: Problems
) -> None:
    problems.add(
        file=file,
        row=number,
        fault=_("The row has {cells} cells, but there are {headings} headings.").format(
            cells=len(record), headings=width
        ),
        cure=_("Look for a separator inside a text, and put that text in quotation marks."),
    )
