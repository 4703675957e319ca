"""Reads tables of text: UTF-16-LE, UTF-8 or Windows-1252, with ; or , or tab between the cells."""

import codecs
import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from workshops.readers.layouts import Layout, Row, Table, best_layout, place_columns
from workshops.readers.problems import CannotRead, Cell, Problems

DELIMITERS = (";", ",", "\t")
_OTHERS = ("|", ":", "^", "~", "¤", "\x1f")
_CHUNK = 1 << 20
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")


def read(path: Path, *, layouts: Sequence[Layout], problems: Problems, file: str) -> Table:
    """Read a table of text. Raises CannotRead for an unknown encoding or delimiter."""
    encoding = encoding_of(path, file=file)
    delimiter = _delimiter_of(path, encoding, layouts, file=file)
    headings = _trimmed(_first_record(path, encoding, delimiter) or [])
    layout = best_layout(layouts, headings)
    places = place_columns(layout, headings, file=file, problems=problems)
    rows: list[Row] = []
    blank = 0
    if places is not None:
        records = _records(path, encoding, delimiter, file=file, problems=problems)
        rows, blank = _rows(records, headings, places, file=file, problems=problems)
    written = {name: headings[place] for name, place in (places or {}).items()}
    return Table(file, layout, tuple(headings), written, rows, blank)


def encoding_of(path: Path, *, file: str) -> str:
    """Return the name of the encoding, tried in this order: UTF-16-LE, UTF-8, Windows-1252."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    candidates = ["utf-8-sig", "cp1252"]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif _is_wide(start):
        candidates = ["utf-16-le"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise CannotRead.because(
        file,
        fault=_("The file is not a table of text: it holds signs that no text has."),
        cure=_("Save the table as .xlsx, or as CSV in UTF-8, and use that file."),
    )


def _is_wide(start: bytes) -> bool:
    """UTF-16-LE without a mark: nearly every second byte is zero, and no other."""
    high, low = start[1::2], start[0::2]
    return len(start) > 3 and high.count(0) > 0.8 * len(high) and not low.count(0)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                if _BINARY.search(decoder.decode(chunk)):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter_of(path: Path, encoding: str, layouts: Sequence[Layout], *, file: str) -> str:
    """The delimiter under which the heading line holds most known headings."""

    def known(delimiter: str) -> int:
        record = _first_record(path, encoding, delimiter) or []
        return max(layout.known_in(record) for layout in layouts)

    best = max(DELIMITERS, key=known)
    found = known(best)
    if found < 2 and max(known(other) for other in _OTHERS) > found:
        raise CannotRead.because(
            file,
            fault=_("The columns are not separated by semicolon, comma or tab."),
            cure=_("Save the file again with one of these between the columns."),
        )
    if not found:
        raise CannotRead.because(
            file,
            fault=_("Row 1 holds none of the headings that are known here."),
            cure=_("Write the headings in row 1: {headings}.").format(headings=layouts[0].expected),
        )
    return best


def _first_record(path: Path, encoding: str, delimiter: str) -> list[str] | None:
    with path.open(encoding=encoding, newline="") as stream:
        try:
            return next(csv.reader(stream, delimiter=delimiter, strict=True), None)
        except csv.Error:
            return None


def _trimmed(headings: list[str]) -> list[str]:
    return [unicodedata.normalize("NFC", text).strip("\ufeff").strip() for text in headings]


def _records(
    path: Path, encoding: str, delimiter: str, *, file: str, problems: Problems
) -> Iterator[tuple[int, list[str]]]:
    """The records after the heading with their numbers; a broken quotation ends them."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, record in enumerate(reader, start=1):
                if number > 1:
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
