"""Rows that the import of registrations must refuse: good files with one thing spoiled."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path

from tests.commands import COLUMNS, write_table
from tests.plain_books import Books, Row, measures
from tests.random_plans import stated_measures

ROWS, ANSWERS, TOTALS = "registreringer", "spoergeskema", "opgoerelser"


@dataclass(frozen=True)
class Spoiled:
    """One change to the middle one of three good rows, and the column that is to blame."""

    file: str
    column: str
    changes: dict[str, str] = field(hash=False)
    secret: bool = False

    def __str__(self) -> str:
        return f"{self.file}-{'-'.join(f'{key}={value!r}' for key, value in self.changes.items())}"

    def names(self, line: str) -> bool:
        """The line of the message names the file, the sheet's row, the column and the value."""
        value = "" if self.secret else self.changes.get(self.column, "").strip()
        return all(word in line for word in (f"{self.file}.csv", "3", self.column, value))

    def echoes(self, said: str) -> bool:
        """What looks like a CPR number is not repeated."""
        return self.secret and any(value in said for value in self.changes.values())


def bad(file: str, column: str, *values: str, secret: bool = False) -> list[Spoiled]:
    return [Spoiled(file, column, {column: value}, secret=secret) for value in values]


SPOILED = [
    *bad(ROWS, "nr", ""),
    *bad(ROWS, "session", ""),
    *bad(ROWS, "plan", ""),
    *bad(ROWS, "workshop", ""),
    *bad(ROWS, "målgruppe", "", "lærere"),
    *bad(
        ROWS, "dato", "", "i går", "2024-02-31", "31-02-2024", "2023-02-29", "24-3-1-1", "20240301"
    ),
    *bad(ROWS, "dato", "2204-03-02"),
    *bad(ROWS, "start", "", "25:00", "ti", "10:60"),
    *bad(ROWS, "slut", "", "09:59", "10:00", "24:10"),
    *bad(ROWS, "status", "", "måske", "held"),
    *bad(ROWS, "institutionsnummer", "", "12345", "1234567", "999999", "Nyboder"),
    *bad(ROWS, "klassetrin", "syv", "-1"),
    *bad(ROWS, "klasse", "", " . "),
    *bad(ROWS, "tilmeldt", "-3", "mange", "2.5"),
    *bad(ROWS, "fremmødt", "-1", "1,5", "mange", "=1+1", "NaN", "1e3"),
    *bad(ROWS, "voksne", "-2", "to"),
    *bad(ROWS, "godkendt", "2024-13-01", "ja", "31/04/2024", "1999-12-31", "2204-01-01"),
    *bad(ROWS, "nr", "010203-1234", secret=True),
    *bad(ROWS, "session", "0102031234", secret=True),
    *bad(ROWS, "plan", "311299 4321", secret=True),
    *bad(ROWS, "forløb", "010203-1234", secret=True),
    *bad(ROWS, "workshop", "Møde om 010203-1234 og andre", "Møde 290200 1234", secret=True),
    *bad(ROWS, "klasse", "7B 010203-1234", secret=True),
    *bad(ROWS, "facilitator", "010203-1234", secret=True),
    *bad(ANSWERS, "session", "", "UKENDT-1"),
    *bad(ANSWERS, "spørgsmål", ""),
    *bad(ANSWERS, "svar", "ring til 010203-1234", secret=True),
    *bad(ANSWERS, "spørgsmål", "010203 1234", secret=True),
    *bad(TOTALS, "kode", "", "ukendt.kode"),
    *bad(TOTALS, "dato", "", "2024-06-31", "juni"),
    *bad(TOTALS, "værdi", "", "-1", "mange"),
    *bad(TOTALS, "oplyst_af", ""),
    *bad(TOTALS, "oplyst_af", "Åse 010203-1234", secret=True),
    *bad(TOTALS, "godkendt_af", "010203-1234", secret=True),
]


def of(file: str) -> list[Spoiled]:
    """Everything that can be wrong in one of the files."""
    return [spoiled for spoiled in SPOILED if spoiled.file == file]


def write(spoiled: Spoiled, folder: Path, books: Books) -> Path:
    """Three rows of which the one in the middle (row 3 of the sheet) is spoiled."""
    good = {ROWS: good_rows, ANSWERS: good_answers, TOTALS: good_totals}[spoiled.file](books)
    good[1].update(spoiled.changes)
    folder.mkdir()
    write_table(folder / f"{spoiled.file}.csv", good, columns=COLUMNS[spoiled.file])
    return folder


def good_rows(books: Books) -> list[Row]:
    """Three sessions that nobody has heard of, with known schools."""
    plan, year = min(books.versions)
    return [
        {
            "nr": f"ny-{place}",
            "session": f"NY{place}",
            "plan": plan,
            "workshop": "Ny workshop",
            "målgruppe": "elever",
            "dato": f"{year}-03-0{place}",
            "start": "10:00",
            "slut": "11:00",
            "status": "afholdt",
            "institutionsnummer": min(books.schools),
            "klassetrin": "7",
            "klasse": "7.B",
            "tilmeldt": "20",
            "fremmødt": "19",
            "godkendt": f"{year}-03-09",
        }
        for place in (1, 2, 3)
    ]


def good_answers(books: Books) -> list[Row]:
    session = min(row["session"] for row in books.rows.values())
    return [{"session": session, "spørgsmål": "ny", "svar": "ja"} for _ in range(3)]


def good_totals(books: Books) -> list[Row]:
    """Of a stated figure whose code one plan alone has in that year."""
    codes = [
        (year, m["code"]) for (_, year), plan in books.versions.items() for m in measures(plan)
    ]
    stated = [
        (year, m["code"])
        for (_, year), m in stated_measures(books.versions)
        if m["kind"] != "stated_share"
    ]
    year, code = next(pair for pair in stated if codes.count(pair) == 1)
    return [
        {
            "kode": code,
            "dato": datetime.date(year, 5, day).isoformat(),
            "værdi": "1",
            "oplyst_af": "koordinator",
            "godkendt_af": "leder",
        }
        for day in (1, 2, 3)
    ]
