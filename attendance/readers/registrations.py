"""Past registrations: one row for each party of each session (imports.md, *registreringer*)."""

import datetime
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from attendance import plausible
from attendance.readers import contradictions, folded
from attendance.readers.facts import (
    AUDIENCES,
    HELD,
    NO_SHOW,
    PUPILS,
    STATUSES,
    RegistrationRow,
    SessionFacts,
)
from workshops.folding import fold_label, fold_title
from workshops.readers.cells import RowReader, one_line
from workshops.readers.layouts import Heading, Layout, Table
from workshops.readers.problems import Problems

COLUMNS = [
    "nr",
    "session",
    "plan",
    "forløb",
    "workshop",
    "målgruppe",
    "dato",
    "start",
    "slut",
    "status",
    "institutionsnummer",
    "klassetrin",
    "klasse",
    "tilmeldt",
    "fremmødt",
    "voksne",
    "godkendt",
    "facilitator",
]
LAYOUT = Layout("registreringer", tuple(Heading(name) for name in COLUMNS))


@dataclass(frozen=True)
class Registrations:
    """What stands in a file."""

    rows: list[RegistrationRow]
    superseded: int
    sessions: frozenset[str]
    """The sessions of the rows, of faulty rows too."""
    faulty: frozenset[str]
    """The ids of rows that are not among `rows`, since something is wrong with them."""
    contradicting: frozenset[int]
    """The rows, by number, that were told to contradict an earlier row of the file."""


def read_registrations(
    table: Table, problems: Problems, *, now: datetime.datetime
) -> Registrations:
    """Return the rows that stand, in file order, and how many were superseded (rule 9).

    The last row with an `nr` wins whole; the earlier ones are not even looked at. What is said to
    have happened after *now* is refused.
    """
    readers = [RowReader(table, row, problems) for row in table]
    last: dict[str, RowReader] = {}
    for reader in readers:
        nr = reader.text("nr", max_length=60, required=True)
        key = nr or f"row {reader.number} without an id"
        last.pop(key, None)
        last[key] = reader
    rows = [row for nr, reader in last.items() if (row := _row(nr, reader, now)) is not None]
    rows.sort(key=lambda row: row.number)
    return Registrations(
        rows=rows,
        superseded=len(readers) - len(last),
        sessions=frozenset(one_line(reader.row["session"]) for reader in last.values()),
        faulty=frozenset(nr for nr, reader in last.items() if reader.failed),
        contradicting=frozenset(contradictions.among(rows, table, problems)),
    )


def _row(nr: str, reader: RowReader, now: datetime.datetime) -> RegistrationRow | None:
    facts = _facts(reader)
    row: dict[str, Any] = {
        "session": reader.text("session", max_length=60, required=True),
        "status": reader.choice("status", STATUSES, required=True),
        "booked": reader.integer("tilmeldt") or 0,
        "present": reader.integer("fremmødt"),
        "adults": reader.integer("voksne"),
        "approved": reader.date("godkendt"),
    }
    if row["approved"] and reader.is_blank("fremmødt") and row["status"] == HELD:
        told = _("The row is approved, but nobody has been counted.")
        cure = _("Fill in “fremmødt”, or leave “godkendt” blank; the row does not count.")
        reader.warn("godkendt", fault=told, cure=cure)
    if facts is not None:
        _refuse_impossible(reader, facts, row, now)
    audience = facts.audience if facts else ""
    of_class = _class(reader) if audience == PUPILS else _place(reader)
    if reader.failed or facts is None:
        return None
    return RegistrationRow(number=reader.number, nr=nr, facts=facts, **row, **of_class)


def _refuse_impossible(
    reader: RowReader, facts: SessionFacts, row: dict[str, Any], now: datetime.datetime
) -> None:
    """Refuse what has not happened yet, and an approval of what had not."""
    zone = ZoneInfo(settings.TIME_ZONE)
    day, today = facts.starts.astimezone(zone).date(), now.astimezone(zone).date()
    over, approved = row["status"] in {HELD, NO_SHOW}, row["approved"]
    if plausible.is_ahead(facts.starts, now) and (over or row["present"]):
        told = _("The session is in the future, so its status cannot be %(status)s.")
        if not over:
            told = _("The session is in the future, so nobody can have come.")
        cure = _("Correct the date, or leave the row out until the session is over.")
        reader.refuse("dato", fault=told % {"status": row["status"]}, cure=cure)
    elif approved and approved > today:
        told = _("The count is approved on a day in the future.")
        reader.refuse("godkendt", fault=told, cure=_("Correct the date, or leave it blank."))
    elif approved and over and plausible.is_approved_early(approved, day):
        told = _("The count is approved before its session, which is on %(day)s.")
        cure = _("Correct one of the two dates.")
        reader.refuse("godkendt", fault=told % {"day": day.isoformat()}, cure=cure)


def _facts(reader: RowReader) -> SessionFacts | None:
    plan = reader.text("plan", max_length=60, required=True)
    workshop = folded.text(reader, "workshop", fold=fold_title, max_length=200, required=True)
    audience = reader.choice("målgruppe", AUDIENCES, required=True)
    deliverer = reader.text("facilitator", max_length=60)
    day = reader.date("dato", required=True)
    start, end = reader.time("start", required=True), reader.time("slut", required=True)
    if day is None or start is None or end is None:
        return None
    zone = ZoneInfo(settings.TIME_ZONE)
    starts, ends = (
        datetime.datetime.combine(day, time, zone).astimezone(datetime.UTC) for time in (start, end)
    )
    if ends <= starts:
        told = _("The session ends before it starts.")
        reader.refuse("slut", fault=told, cure=_("Write a time later than “start”."))
    return SessionFacts(plan, workshop, audience, starts, ends, deliverer)


def _class(reader: RowReader) -> dict[str, Any]:
    label = folded.text(reader, "klasse", fold=fold_label, max_length=40, required=True)
    if label and not fold_label(label):
        told = _("The class has no letter or digit.")
        reader.refuse("klasse", fault=told, cure=_("Write the class, for example 7.B."))
    return {
        "school": reader.institution_number("institutionsnummer", required=True),
        "label": label,
        "grade": reader.integer("klassetrin", maximum=13),
        "course": reader.text("forløb", max_length=60),
    }


def _place(reader: RowReader) -> dict[str, Any]:
    """For parents and professionals a number is only the place; a course means nothing."""
    school = reader.institution_number("institutionsnummer")
    return {"school": school, "label": "", "grade": None, "course": ""}
