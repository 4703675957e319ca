"""Our commands run in this process, the files they read, and everything the database holds."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection
from openpyxl import Workbook

Row = dict[str, str]

REGISTRATIONS = (
    "nr", "session", "plan", "forløb", "workshop", "målgruppe", "dato", "start", "slut", "status",
    "institutionsnummer", "klassetrin", "klasse", "tilmeldt", "fremmødt", "voksne", "godkendt", "facilitator",
)  # fmt: skip
ANSWERS = ("session", "spørgsmål", "svar")
TOTALS = ("kode", "dato", "værdi", "nævner", "afventer", "oplyst_af", "godkendt_af")
COLUMNS = {"registreringer": REGISTRATIONS, "spoergeskema": ANSWERS, "opgoerelser": TOTALS}
SCHOOLS = (
    "HOVEDSKOLE_INST", "INST_NR", "INST_NAVN", "ENHEDSART", "INST_ADR", "POSTNR", "POSTDISTRIKT", "TLF_NR", "E_MAIL",
    "WEB_ADR", "INST_TYPE_NR", "INST_TYPE_NAVN", "INST_TYPE_GRUPPE", "UNDERV_NIV", "INST_LEDER", "CVR_NR", "KOMMUNE_NR",
    "ADM_KOMMUNE_NAVN", "BEL_KOMMUNE", "BEL_KOMMUNE_NAVN", "BEL_REGION", "REGION_NAVN", "EJER_KODE", "EJERKODE_NAVN",
)  # fmt: skip


# --- the commands ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


def run(name: str, *arguments: object) -> Outcome:
    """A command as from the command line: arguments are words, a failure is an exit code."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command(name, *map(str, arguments), stdout=out, stderr=err)
    except CommandError as refusal:
        code = refusal.returncode
        err.write(str(refusal))
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(bool(end.code))
    return Outcome(code, out.getvalue(), err.getvalue())


def done(name: str, *arguments: object) -> str:
    """A command that must do its work; what it printed."""
    outcome = run(name, *arguments)
    assert outcome.code == 0, f"{name} {arguments}: {outcome}"
    return outcome.out


def import_register(file: Path, day: datetime.date | str, *options: str) -> str:
    """The register of a day, applied."""
    return done("import_register", file, "--valid-from", day, "--apply", *options)


def report_bytes(plan: str, year: int, level: str = "approved") -> bytes:
    """What `annual_report --format json` prints."""
    return done("annual_report", plan, year, "--format", "json", "--level", level).encode()


def report(plan: str, year: int, level: str = "approved") -> dict:
    """The status report as an object."""
    return json.loads(report_bytes(plan, year, level))


# --- the files ---------------------------------------------------------------------------------


def write_table(
    file: Path,
    rows: Sequence[Row],
    *,
    columns: Iterable[str],
    delimiter: str = ";",
    encoding: str = "utf-8-sig",
) -> Path:
    """Rows as CSV; a missing key is a blank cell."""
    with file.open("w", encoding=encoding, newline="") as sheet:
        writer = csv.writer(sheet, delimiter=delimiter)
        columns = list(columns)
        writer.writerow(columns)
        writer.writerows([row.get(column.strip(), "") for column in columns] for row in rows)
    return file


def write_workbook(file: Path, rows: Sequence[Row], *, columns: Iterable[str]) -> Path:
    """Rows as XLSX: dates, times and whole numbers are real cells, the rest is text."""
    book = Workbook()
    sheet = book.active
    columns = list(columns)
    sheet.append(columns)
    for row in rows:
        sheet.append([_cell(column, row.get(column, "")) for column in columns])
    book.save(file)
    return file


def _cell(column: str, value: str) -> object:
    if not value:
        return None
    if column in {"dato", "godkendt"}:
        return datetime.date.fromisoformat(value)
    if column in {"start", "slut"}:
        return datetime.time.fromisoformat(value)
    if column in {
        "tilmeldt",
        "fremmødt",
        "voksne",
        "værdi",
        "nævner",
        "afventer",
        "institutionsnummer",
    }:
        return int(value)
    return value


def read_table(file: Path) -> list[Row]:
    """The rows of one of our own CSV files."""
    with file.open(encoding="utf-8-sig", newline="") as sheet:
        return list(csv.DictReader(sheet, delimiter=";"))


def school(number: str, *, kind: str = "1012", municipality: str = "101", name: str = "") -> Row:
    """A row of the school register in its dialect of 2016."""
    return {
        "INST_NR": number,
        "INST_NAVN": name or f"Skole {number}",
        "ENHEDSART": "Institution uden enheder",
        "INST_ADR": "Skolevej 1",
        "POSTNR": "2100",
        "POSTDISTRIKT": "København Ø",
        "INST_TYPE_NR": kind,
        "INST_TYPE_NAVN": f"Type {kind}",
        "KOMMUNE_NR": municipality,
        "ADM_KOMMUNE_NAVN": f"Kommune {municipality}",
        "BEL_KOMMUNE": municipality,
        "BEL_KOMMUNE_NAVN": f"Kommune {municipality}",
    }


# --- the database ------------------------------------------------------------------------------

UNSTEADY = ("workshops_batch", "workshops_tick", "django_migrations", "django_session")


def tables() -> dict[str, str]:
    """A digest of the rows of every table but batches and ticks, ordered by their first column."""
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - set(UNSTEADY))
        result = {}
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}" ORDER BY 1')
            content = repr(cursor.fetchall()).encode()
            result[name] = hashlib.sha256(content).hexdigest()
    return result
