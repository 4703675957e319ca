"""Turns the cells of a row into values, and says of each that cannot be what is wrong with it."""

import datetime
import re
import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _

from workshops.cpr import looks_like_cpr
from workshops.readers import letters
from workshops.readers.layouts import Row, Table
from workshops.readers.problems import Cell, Problems

LARGEST = 999_999
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DANISH_DATE = re.compile(r"([0-9]{1,2})([-/])([0-9]{1,2})\2([0-9]{4})")
_TIME = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]00)?")
_SIX_DIGITS = re.compile(r"[0-9]{6}")


class RowReader:
    """Reads one row column by column; *failed* says afterwards whether anything was wrong.

    Every method tells of a fault at once and then returns what a blank cell gives ("" or None),
    so that all faults of a row are found in one go.
    """

    def __init__(self, table: Table, row: Row, problems: Problems) -> None:
        self.table, self.row, self.problems = table, row, problems
        self.failed = bool(row.refused)

    @property
    def number(self) -> int:
        """The sheet's row (heading = 1)."""
        return self.row.number

    def refuse(self, column: str, *, fault: str, cure: str, value: Cell = None) -> None:
        """Tell of an error in a column of this row; *value* is the cell's own unless given."""
        self.failed = True
        self._tell(column, fault=fault, cure=cure, value=value)

    def warn(self, column: str, *, fault: str, cure: str, value: Cell = None) -> None:
        """Tell of something that is odd and does not stop the import."""
        self._tell(column, fault=fault, cure=cure, value=value, warning=True)

    def doubt(self, column: str, *, fault: str, cure: str) -> None:
        """Tell of something that can be, and hardly is; such warnings are listed first."""
        self._tell(column, fault=fault, cure=cure, value=None, warning=True, unlikely=True)

    def is_blank(self, column: str) -> bool:
        """Say whether the cell is blank or the file has no such column."""
        return self.row[column] is None

    def text(
        self, column: str, *, max_length: int, required: bool = False, guarded: bool = True
    ) -> str:
        """A text on one line. *guarded* texts refuse what looks like a CPR number."""
        cell = self._cell(column, required=required)
        if cell is None:
            return ""
        if isinstance(cell, datetime.date | datetime.time):
            return self._no_text(column)
        return self._checked(column, one_line(cell), max_length, guarded=guarded)

    def integer(self, column: str, *, required: bool = False, maximum: int = LARGEST) -> int | None:
        """A whole number from 0 to *maximum*."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        text = _written(cell)
        if re.fullmatch(r"-[0-9]+", text):
            self.refuse(
                column,
                fault=_("The number is negative."),
                cure=_("Write 0 or a larger whole number."),
            )
            return None
        if not re.fullmatch(r"[0-9]+", text):
            self.refuse(
                column,
                fault=_("This is not a whole number."),
                cure=_("Write digits only, such as 24."),
            )
            return None
        if len(text) > 18 or int(text) > maximum:
            self.refuse(
                column,
                fault=_("The number is larger than {maximum}.").format(maximum=maximum),
                cure=_("Correct it."),
            )
            return None
        return int(text)

    def date(self, column: str, *, required: bool = False) -> datetime.date | None:
        """A date: a date cell, YYYY-MM-DD, D-M-YYYY or D/M/YYYY, of the years 1900 to 2999."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        if isinstance(cell, datetime.date):
            day = cell.date() if isinstance(cell, datetime.datetime) else cell
            return self._in_range(column, day)
        parts = _date_parts(cell) if isinstance(cell, str) else None
        if parts is None:
            self.refuse(
                column,
                fault=_("This is not a date."),
                cure=_("Write it as 2024-05-31, 31-5-2024 or 31/5/2024."),
            )
            return None
        try:
            return self._in_range(column, datetime.date(*parts))
        except ValueError:
            self.refuse(
                column,
                fault=_("There is no such day in the calendar."),
                cure=_("Correct the date."),
            )
            return None

    def time(self, column: str, *, required: bool = False) -> datetime.time | None:
        """A time of the day: a time cell, H:MM or H.MM."""
        cell = self._cell(column, required=required)
        if cell is None:
            return None
        if isinstance(cell, datetime.datetime):
            cell = cell.time()
        if isinstance(cell, datetime.time):
            return _whole_seconds(_seconds(cell))
        if isinstance(cell, int | float) and 0 <= cell < 1:
            return _whole_seconds(cell * 86_400)
        found = _TIME.fullmatch(cell) if isinstance(cell, str) else None
        if found and int(found[1]) < 24 and int(found[2]) < 60:
            return datetime.time(int(found[1]), int(found[2]))
        self.refuse(
            column, fault=_("This is not a time of the day."), cure=_("Write it as 8:15 or 8.15.")
        )
        return None

    def choice(self, column: str, values: Iterable[str], *, required: bool = False) -> str:
        """One of *values*, case and surrounding spaces ignored; returned as *values* has it."""
        cell = self._cell(column, required=required)
        if cell is None:
            return ""
        known = {_folded(value): value for value in values}
        found = known.get(_folded(_written(cell)))
        if found is None:
            self.refuse(
                column,
                fault=_("This word is not known here."),
                cure=_("Write one of: {words}.").format(words=", ".join(known.values())),
            )
        return found or ""

    def institution_number(self, column: str, *, required: bool = False) -> str:
        """The six digits of an institution; a number in a cell will do."""
        cell = self._cell(column, required=required)
        if cell is None:
            return ""
        text = _written(cell)
        if _SIX_DIGITS.fullmatch(text):
            return text
        self.refuse(
            column,
            fault=_("An institution number has six digits."),
            cure=_("Correct the number; the register of institutions has it."),
        )
        return ""

    def _cell(self, column: str, *, required: bool) -> Cell:
        cell = self.row[column]
        if cell is None and required and column not in self.row.refused:
            self.refuse(column, fault=_("The cell is blank."), cure=_("Fill it in."))
        return cell

    def _checked(self, column: str, text: str, max_length: int, *, guarded: bool) -> str:
        """The guards of stored text, in the order in which they are told."""
        number = text.zfill(10) if isinstance(self.row[column], int | float) else text
        if guarded and looks_like_cpr(number):
            self.refuse(
                column,
                fault=_("The cell holds what looks like a CPR number."),
                cure=_("Remove it: no CPR number may be stored here."),
            )
        elif any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
            self.refuse(
                column,
                fault=_("The text holds a control character."),
                cure=_("Delete the text and write it anew."),
            )
        elif len(text) > max_length:
            self.refuse(
                column,
                fault=_("The text is longer than {count} characters.").format(count=max_length),
                cure=_("Shorten it."),
            )
        else:
            if doubt := letters.doubt(text):
                self.doubt(column, fault=doubt[0], cure=doubt[1])
            return text
        return ""

    def _no_text(self, column: str) -> str:
        self.refuse(
            column,
            fault=_("The cell holds a date or a time where a text is meant."),
            cure=_("Format the cell as text and write it anew."),
        )
        return ""

    def _in_range(self, column: str, day: datetime.date) -> datetime.date | None:
        if 1900 <= day.year <= 2999:
            return day
        self.refuse(
            column,
            fault=_("The year is not between 1900 and 2999."),
            cure=_("Write the year in full."),
        )
        return None

    def _tell(
        self,
        column: str,
        *,
        fault: str,
        cure: str,
        value: Cell,
        warning: bool = False,
        unlikely: bool = False,
    ) -> None:
        self.problems.add(
            file=self.table.file,
            row=self.row.number,
            column=self.table.written.get(column, column),
            value=self.row[column] if value is None else value,
            fault=fault,
            cure=cure,
            warning=warning,
            unlikely=unlikely,
        )


def parse_date(text: str) -> datetime.date | None:
    """Return the date of a text in one of our three forms, or None."""
    parts = _date_parts(text.strip())
    try:
        day = datetime.date(*parts) if parts else None
    except ValueError:
        return None
    return day if day and 1900 <= day.year <= 2999 else None


def _date_parts(text: str) -> tuple[int, int, int] | None:
    if found := _ISO_DATE.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _DANISH_DATE.fullmatch(text):
        return int(found[4]), int(found[3]), int(found[1])
    return None


def _written(cell: Cell) -> str:
    """A cell as one would write it: 24 and 24.0 are "24"."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def one_line(cell: Cell) -> str:
    """A cell as a text: a line break or tab inside is a space; other spaces stand as written."""
    return re.sub(r" ?[\t\r\n]+ ?", " ", "" if cell is None else _written(cell))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _seconds(time: datetime.time) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6


def _whole_seconds(seconds: float) -> datetime.time:
    """Excel keeps 8:15 as a fraction of a day that is a hair beside it."""
    whole = min(round(seconds), 86_399)
    return datetime.time(whole // 3600, whole // 60 % 60, whole % 60)
