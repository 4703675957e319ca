"""Reads the table of an XLSX file, cell by cell, and refuses what is no honest workbook."""

import importlib
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from django.utils.translation import gettext as _

from workshops.readers import places as found_places
from workshops.readers.layouts import Layout, Row, Table
from workshops.readers.places import ROWS, Place
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.rows import Rows, value_of

MAX_UNPACKED = 250_000_000
MAX_ENTRIES = 2_000
MAX_COLUMNS = 500
# A dull sheet packs to a twentieth of its size; a bomb to a thousandth.
MAX_RATIO = 100
RATIO_MATTERS_FROM = 10_000_000
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    LookupError,
    ValueError,  # also what defusedxml raises
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    AssertionError,
    RuntimeError,
)


def _library() -> Any:
    """Import openpyxl when a workbook comes: every command and worker would pay for it."""
    return importlib.import_module("openpyxl")


def read(path: Path, *, layouts: Sequence[Layout], problems: Problems, file: str) -> Table:
    """Read the table, on whichever sheet it stands. Raises CannotRead for no honest workbook."""
    with path.open("rb") as stream:
        try:
            _inspect(stream, file=file)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # openpyxl warns of styles and of faulty dates
                return _read(stream, layouts=layouts, problems=problems, file=file)
        except (*_BROKEN, _library().utils.exceptions.InvalidFileException) as error:
            raise CannotRead.because(
                file,
                fault=_("The file is damaged, or it is not an Excel workbook."),
                cure=_("Open it in a spreadsheet program and save it as .xlsx or CSV."),
            ) from error


def _inspect(stream: IO[bytes], *, file: str) -> None:
    """Look at the archive's own list before anything is unpacked."""
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise CannotRead.because(
            file,
            fault=_("The file is protected by a password."),
            cure=_("Save it without a password."),
        )
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    bulky = unpacked > RATIO_MATTERS_FROM and unpacked > MAX_RATIO * packed
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or bulky:
        raise CannotRead.because(
            file,
            fault=_("The file unpacks to far more than a table has, and is not opened."),
            cure=_("Copy the table to a new workbook, or save it as CSV."),
        )
    methods = {entry.compress_type for entry in entries}
    has_workbook = any(entry.filename.startswith("xl/") for entry in entries)
    if not has_workbook or methods - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise CannotRead.because(
            file,
            fault=_("The file is an archive or a document, but not an Excel workbook."),
            cure=_("Save the table as .xlsx or CSV and use that file."),
        )


def _read(stream: IO[bytes], *, layouts: Sequence[Layout], problems: Problems, file: str) -> Table:
    stream.seek(0)
    book = _library().load_workbook(stream, read_only=True, data_only=False, keep_links=False)
    candidates = [place for sheet in book.worksheets for place in _places(sheet)]
    whole = [place for place in candidates if place.worth(layouts)[0]]
    _refuse_wide(whole or candidates, file=file)
    place = found_places.choose(candidates, layouts, file=file)
    if len(book.worksheets) > 1 or place.row > 1:
        told = _("The table is read from {place}.")
        problems.note(file, told.format(place=place))

    def rows(columns: dict[str, int]) -> tuple[list[Row], int]:
        return Rows(book[place.sheet], place, columns, file=file, problems=problems).read()

    table = found_places.table_at(place, layouts, rows, file=file, problems=problems)
    book.close()
    return table


def _places(sheet: Any) -> Iterator[Place]:
    """The first rows of a sheet."""
    sheet.reset_dimensions()  # they may be wrong, and empty rows by the million
    first = sheet.iter_rows(min_row=1, max_row=ROWS, max_col=MAX_COLUMNS + 1)
    for number, cells in enumerate(first, start=1):
        values = [None if cell.value is None else value_of(cell, {}) for cell in cells]
        headings = ["" if value is None else str(value) for value in values]
        while headings and not headings[-1]:
            headings.pop()
        hidden = sheet.sheet_state != "visible"
        if headings:
            yield Place(number, tuple(headings), sheet=sheet.title, hidden=hidden)


def _refuse_wide(candidates: Sequence[Place], *, file: str) -> None:
    for place in candidates:
        if len(place.headings) > MAX_COLUMNS:
            raise CannotRead.because(
                file,
                fault=_("There are more than {count} columns: {place}.").format(
                    count=MAX_COLUMNS, place=place
                ),
                cure=_("Keep the columns that are to be read."),
            )
