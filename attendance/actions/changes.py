"""Past registrations against the ledger: what is new, what changed, what contradicts it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from attendance.models import Headcount
from attendance.readers.contradictions import tell_disagreement, tell_twice
from attendance.readers.facts import CANCELLED, HELD, NO_SHOW, RegistrationRow, SessionFacts
from attendance.readers.registrations import Registrations
from booking.models import Booking, Party
from booking.states import OVER
from workshops.models import School, Session
from workshops.readers.layouts import Table
from workshops.readers.problems import Problems

# Databases take a limited number of parameters in one query.
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True)
class RegisteredRow:
    """One row of a session as the session adds them up, from the file or from the ledger."""

    status: str
    booked: int
    present: int | None
    approved: datetime.date | None
    key: tuple[str, str] | None
    """School number and folded label of a class."""


@dataclass
class Changes:
    """What applying the rows will do. `lines` holds every row of each touched session."""

    rows: list[RegistrationRow] = field(default_factory=list)
    same: int = 0
    replaced: dict[str, int] = field(default_factory=dict)
    """Row id → the booking that a row replaces."""
    sessions: dict[str, Session] = field(default_factory=dict)
    """Imported sessions that are known, by reference."""
    lines: dict[str, list[RegisteredRow]] = field(default_factory=lambda: defaultdict(list))
    facts: dict[str, SessionFacts] = field(default_factory=dict)
    schools: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed and the same."""
        changed = len(self.replaced)
        return {"new": len(self.rows) - changed, "changed": changed, "same": self.same}


def compare(found: Registrations, *, table: Table, problems: Problems) -> Changes:
    """Compare the rows of a file with what earlier imports have left; faults go to *problems*.

    Writes nothing, and locks the sessions that the rows touch, in the caller's transaction.

    Refuses pupils of a school that is not in the register, a session that another way of booking
    has made, rows that contradict the rows of their session from earlier imports, and a class that
    stands in the session already.
    """
    changes = Changes(schools=dict(School.objects.values_list("number", "pk")))
    _check_schools(found.rows, changes.schools, table, problems)
    known = {row_id: (pk, digest) for row_id, pk, digest in _known(row.nr for row in found.rows)}
    for row in found.rows:
        pk, digest = known.get(row.nr, (0, ""))
        if digest == row.digest:
            changes.same += 1
            continue
        changes.rows.append(row)
        if pk:
            changes.replaced[row.nr] = pk
    _read_sessions(changes)
    _add_standing(changes, leaving={pk for _nr, pk, _digest in _known(found.faulty)})
    _check_lines(changes, found.contradicting, table, problems)
    for row in changes.rows:
        changes.facts[row.session] = row.facts
        changes.lines[row.session].append(line_of(row))
    return changes


def _known(row_ids: Iterable[str]) -> Iterator[tuple[str, int, str]]:
    current = Booking.objects.current()
    for part in chunks(list(row_ids)):
        yield from current.filter(row_id__in=part).values_list("row_id", "pk", "row_digest")


def chunks(items: list[Any]) -> Iterator[list[Any]]:
    """Yield *items* in parts that fit into one query."""
    for start in range(0, len(items), AT_A_TIME):
        yield items[start : start + AT_A_TIME]


def _check_schools(
    rows: list[RegistrationRow], schools: dict[str, int], table: Table, problems: Problems
) -> None:
    for row in rows:
        if not row.school or row.school in schools:
            continue
        told = _("This number is not in the school register.")
        cure = _("Correct it, or import the register first.")
        if not row.is_class:
            cure = _("The row is read without the number; it only says where the session was.")
        problems.add(
            file=table.file,
            row=row.number,
            column=table.written.get("institutionsnummer", "institutionsnummer"),
            value=row.school,
            fault=told,
            cure=cure,
            warning=not row.is_class,
        )


def _read_sessions(changes: Changes) -> None:
    """Read the sessions that the rows name, and those that their earlier versions stood in."""
    named = {row.session for row in changes.rows}
    left: set[int] = set()
    for part in chunks(list(changes.replaced.values())):
        left.update(Booking.objects.filter(pk__in=part).values_list("session", flat=True))
    for part in chunks(sorted(named)):
        left.update(Session.objects.filter(reference__in=part).values_list("pk", flat=True))
    whole = Session.objects.select_related("workshop", "plan", "deliverer")
    locked = whole.select_for_update(of=("self",), no_key=True).order_by("pk")
    for part in chunks(sorted(left)):
        changes.sessions |= {s.reference: s for s in locked.filter(pk__in=part)}


def _add_standing(changes: Changes, *, leaving: set[int]) -> None:
    """Add the rows of earlier imports that stay in the touched sessions.

    *leaving* are bookings whose row has come again with a fault: nothing will be written, and
    nobody is blamed for contradicting them.
    """
    by_pk = {session.pk: reference for reference, session in changes.sessions.items()}
    for key, line in _standing(list(by_pk), {*changes.replaced.values(), *leaving}):
        changes.lines[by_pk[key]].append(line)


def _check_lines(changes: Changes, told: frozenset[int], table: Table, problems: Problems) -> None:
    """Check that the rows that come agree with those that stay; *told* are known to be at fault."""
    classes = {name: {line.key for line in lines} for name, lines in changes.lines.items()}
    for row in changes.rows:
        if row.number in told:
            continue
        session = changes.sessions.get(row.session)
        if session is not None:
            _check_session(row, session, changes, table, problems)
        if row.is_class and (row.school, row.folded_label) in classes.get(row.session, ()):
            tell_twice(table, problems, row, _("an earlier import"))


def _check_session(
    row: RegistrationRow, session: Session, changes: Changes, table: Table, problems: Problems
) -> None:
    if session.batch_id is None:
        problems.add(
            file=table.file,
            row=row.number,
            column=table.written.get("session", "session"),
            value=row.session,
            fault=_("This id belongs to a session that was planned here."),
            cure=_("Give the imported session another id."),
        )
    elif changes.lines.get(row.session):
        known = facts_of(session)
        if known.compared != row.facts.compared:
            tell_disagreement(table, problems, row, known, _("an earlier import"))


def facts_of(session: Session) -> SessionFacts:
    """Return what the rows of a known session must agree on."""
    return SessionFacts(
        plan=session.plan.code,
        workshop=session.workshop.title,
        audience=session.audience,
        starts=session.starts,
        ends=session.ends,
        deliverer=session.deliverer.code if session.deliverer else "",
    )


def line_of(row: RegistrationRow) -> RegisteredRow:
    """Return a row as its session adds it up."""
    key = (row.school, row.folded_label) if row.is_class else None
    return RegisteredRow(row.status, row.booked, row.present, row.approved, key)


def _standing(sessions: list[int], replaced: set[int]) -> Iterator[tuple[int, RegisteredRow]]:
    """Yield the rows of earlier imports that stay in *sessions*, as lines."""
    latest = Headcount.objects.all()
    for part in chunks(sessions):
        parties = Party.objects.filter(session__in=part, booking__in=Booking.objects.current())
        rows = parties.annotate(
            present=latest.in_force("present"),
            outcome=latest.in_force("outcome"),
            decided=latest.approved().in_force("decided_at"),
        ).values_list(
            "booking", "session", "booking__state", "seats", "school__number", "folded_label",
            "kind", "present", "outcome", "decided",
        )  # fmt: skip
        for booking, session, state, seats, school, label, kind, present, outcome, decided in rows:
            if booking in replaced:
                continue
            status = NO_SHOW if outcome == Headcount.Outcome.NO_SHOW else HELD
            key = (school, label) if kind == Party.Kind.CLASS else None
            status = CANCELLED if state in OVER else status
            yield session, RegisteredRow(status, seats, present, decided and decided.date(), key)
