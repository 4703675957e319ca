"""What is wrong with a file: which row and column, which value, the fault and its cure."""

import datetime
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workshops.cpr import HIDDEN, hide_cpr, looks_like_cpr

Cell = str | int | float | datetime.datetime | datetime.date | datetime.time | None

_LONGEST = 60


def shown(value: Cell) -> str:
    """Return a cell as a message may show it: shortened, no control characters, no CPR number.

    A number in a cell has lost its leading zero, so it is looked at with ten digits.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    whole = isinstance(value, int)
    text = _plain(value)
    if looks_like_cpr(text) or (whole and looks_like_cpr(text.zfill(10))):
        return HIDDEN
    text = "".join(_escaped(sign) for sign in text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@dataclass(frozen=True)
class Problem:
    """One fault of a file, said so that it can be mended; row None: of the file as a whole."""

    file: str
    row: int | None
    column: str
    value: str
    fault: str
    cure: str
    warning: bool = False
    unlikely: bool = False
    """Of a warning: what is said is well-formed, and hardly true."""

    def __str__(self) -> str:
        row = _("row")
        place = self.file if self.row is None else f"{self.file}, {row} {self.row}"
        if not self.column:
            return f"{place}: {self.fault} {self.cure}".strip()
        return f"{place}, {self.column}: «{self.value}»: {self.fault} {self.cure}".strip()


class CannotRead(Exception):  # noqa: N818 - reads as the sentence it is
    """The file as a whole cannot be read; *problem* says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

    @classmethod
    def because(cls, file: str, *, fault: str, cure: str) -> "CannotRead":
        """Return the refusal of a whole file."""
        return cls(
            Problem(file=hide_cpr(file), row=None, column="", value="", fault=fault, cure=cure)
        )


class Problems:
    """Collects the faults of one or more files; true when there is an error among them."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        """What is neither fault nor doubt and is said all the same: where a table was found."""
        self._found: list[Problem] = []
        self._files: dict[str, int] = {}

    def __bool__(self) -> bool:
        return any(not problem.warning for problem in self._found)

    def add(
        self,
        *,
        file: str,
        fault: str,
        cure: str = "",
        row: int | None = None,
        column: str = "",
        value: Cell = "",
        warning: bool = False,
        unlikely: bool = False,
    ) -> Problem:
        """Keep an error (or a warning); nothing that looks like a CPR number is kept with it."""
        problem = Problem(
            file=hide_cpr(file),
            row=row,
            column=hide_cpr(column),
            value=shown(value),
            fault=hide_cpr(fault),
            cure=cure,
            warning=warning,
            unlikely=unlikely,
        )
        return self.take(problem)

    def warn(
        self,
        *,
        file: str,
        fault: str,
        cure: str = "",
        row: int | None = None,
        column: str = "",
        value: Cell = "",
    ) -> Problem:
        """Keep a warning; it never stops an import."""
        return self.add(
            file=file, fault=fault, cure=cure, row=row, column=column, value=value, warning=True
        )

    def note(self, file: str, text: str) -> None:
        """Keep a line that is said before everything else."""
        self.notes.append(f"{hide_cpr(file)}: {hide_cpr(text)}")

    def take(self, problem: Problem) -> Problem:
        """Keep a problem that is already made, such as the one of CannotRead."""
        self._files.setdefault(problem.file, len(self._files))
        self._found.append(problem)
        return problem

    @property
    def errors(self) -> list[Problem]:
        """The errors in file order: the files as they came, then their rows."""
        return self._sorted(warnings=False)

    @property
    def warnings(self) -> list[Problem]:
        """The warnings: what is unlikely first, each part in file order."""
        return sorted(self._sorted(warnings=True), key=lambda problem: not problem.unlikely)

    def _sorted(self, *, warnings: bool) -> list[Problem]:
        chosen = [problem for problem in self._found if problem.warning is warnings]
        return sorted(chosen, key=lambda problem: (self._files[problem.file], problem.row or 0))


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes")
    return str(value)


def _escaped(sign: str) -> str:
    if unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp", "Cs"}:
        return sign.encode("unicode_escape").decode("ascii")
    return sign
