"""Rows of registrations that cannot both be right, told at the later one."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from attendance.readers.facts import RegistrationRow, SessionFacts
from workshops.folding import fold_title
from workshops.readers.layouts import Table
from workshops.readers.problems import Problems


def among(rows: list[RegistrationRow], table: Table, problems: Problems) -> Iterator[int]:
    """Tell of the rows that contradict an earlier one, and yield their numbers."""
    for earlier, later in _disagreeing(rows):
        where = _("row %(row)d") % {"row": earlier.number}
        tell_disagreement(table, problems, later, earlier.facts, where)
        yield later.number
    for earlier, later in _twice(rows):
        tell_twice(table, problems, later, _("row %(row)d") % {"row": earlier.number})
        yield later.number


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
