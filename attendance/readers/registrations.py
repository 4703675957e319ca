"""Past registrations: one row for each party of each session (imports.md, *registreringer*)."""

import datetime
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from attendance import plausible
from attendance.readers import folded
from workshops.folding import fold_label, fold_title
from workshops.readers.cells import RowReader, one_line
from workshops.readers.layouts import Heading, Layout, Table
from workshops.readers.problems import Problems

HELD, CANCELLED, NO_SHOW, MOVED = "afholdt", "aflyst", "udeblivelse", "flyttet"
STATUSES = (HELD, CANCELLED, NO_SHOW, MOVED)
PUPILS = "elever"
AUDIENCES = (PUPILS, "forældre", "fagpersoner")

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


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What all rows of a session must agree on."""

    plan: str
    workshop: str
    audience: str
    starts: datetime.datetime
    ends: datetime.datetime
    deliverer: str

    @property
    def compared(self) -> tuple[object, ...]:
        """The facts as they are compared: the workshop by its folded title."""
        rest = (self.plan, self.audience, self.starts, self.ends, self.deliverer)
        return (fold_title(self.workshop), *rest)


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """One row that stands; `number` is the sheet's row. Blank texts are "", blank numbers None."""

    number: int
    nr: str
    session: str
    facts: SessionFacts
    status: str
    course: str
    school: str
    grade: int | None
    label: str
    booked: int
    present: int | None
    adults: int | None
    approved: datetime.date | None

    @property
    def is_class(self) -> bool:
        """Whether the party is a class of pupils; the others are anonymous totals."""
        return self.facts.audience == PUPILS

    @property
    def folded_label(self) -> str:
        return fold_label(self.label)

    @property
    def digest(self) -> str:
        """The fingerprint of what the row says: equal for equal rows, wherever they stand."""
        said: list[Any] = [self.nr, self.session, *self.facts.compared, self.status, self.course]
        said += [self.school, self.grade, self.label, self.booked, self.present, self.adults]
        text = json.dumps([*said, self.approved], ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


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
        contradicting=frozenset(_contradicting(rows, table, problems)),
    )


def _contradicting(rows: list[RegistrationRow], table: Table, problems: Problems) -> Iterator[int]:
    """Tell of the rows that contradict an earlier one, and yield their numbers."""
    for earlier, later in _disagreeing(rows):
        where = _("row %(row)d") % {"row": earlier.number}
        tell_disagreement(table, problems, later, earlier.facts, where)
        yield later.number
    for earlier, later in _twice(rows):
        tell_twice(table, problems, later, _("row %(row)d") % {"row": earlier.number})
        yield later.number


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


def _disagreeing(rows: list[RegistrationRow]) -> Iterator[tuple[RegistrationRow, RegistrationRow]]:
    first: dict[str, RegistrationRow] = {}
    for row in rows:
        known = first.setdefault(row.session, row)
        if known.facts.compared != row.facts.compared:
            yield known, row


def _twice(rows: list[RegistrationRow]) -> Iterator[tuple[RegistrationRow, RegistrationRow]]:
    first: dict[tuple[str, str, str], RegistrationRow] = {}
    for row in rows:
        if row.is_class:
            known = first.setdefault((row.session, row.school, row.folded_label), row)
            if known is not row:
                yield known, row


def tell_disagreement(
    table: Table, problems: Problems, row: RegistrationRow, other: SessionFacts, where: str
) -> None:
    """Say in which column *row* disagrees with the other rows of its session."""
    column, value = _difference(row.facts, other)
    told = _("The session %(session)s has another value in %(where)s.")
    problems.add(
        file=table.file,
        row=row.number,
        column=table.written.get(column, column),
        value=value,
        fault=told % {"session": row.session, "where": where},
        cure=_("Write the same in all rows of the session, or another session id."),
    )


def _difference(mine: SessionFacts, other: SessionFacts) -> tuple[str, str]:
    zone = ZoneInfo(settings.TIME_ZONE)
    starts, ends = mine.starts.astimezone(zone), mine.ends.astimezone(zone)
    theirs = other.starts.astimezone(zone)
    columns = {
        "plan": (mine.plan != other.plan, mine.plan),
        "workshop": (fold_title(mine.workshop) != fold_title(other.workshop), mine.workshop),
        "målgruppe": (mine.audience != other.audience, mine.audience),
        "dato": (starts.date() != theirs.date(), starts.date().isoformat()),
        "start": (mine.starts != other.starts, starts.strftime("%H:%M")),
        "slut": (mine.ends != other.ends, ends.strftime("%H:%M")),
    }
    for column, (differs, value) in columns.items():
        if differs:
            return column, value
    return "facilitator", mine.deliverer


def tell_twice(table: Table, problems: Problems, row: RegistrationRow, where: str) -> None:
    """Say that the class of *row* stands in its session already."""
    told = _("The class is in the session %(session)s already, in %(where)s.")
    problems.add(
        file=table.file,
        row=row.number,
        column=table.written.get("klasse", "klasse"),
        value=row.label,
        fault=told % {"session": row.session, "where": where},
        cure=_("Keep one of the rows, or correct the class or the session."),
    )
