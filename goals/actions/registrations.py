"""Past registrations from spreadsheets: a folder or a file, in one transaction (imports.md)."""

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions import answers, changes, ledger
from attendance.readers import doubts, registrations, survey
from goals.actions import totals
from goals.readers import totals as totals_reader
from workshops.actions.outcomes import Outcome, WrongUse
from workshops.actions.turns import take_turn
from workshops.cpr import hide_cpr
from workshops.models import Batch, Mark, User
from workshops.readers.layouts import Layout, Table
from workshops.readers.problems import CannotRead
from workshops.readers.tables import digest_of, read_table

LAYOUTS: tuple[Layout, ...] = (registrations.LAYOUT, survey.LAYOUT, totals_reader.LAYOUT)
WORDS = ("new", "changed", "same", "ignored", "errors")


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is new or changed; *replaces* names what it is put in the place of."""

    is_new: bool
    said: str
    replaces: str = ""


def files_in(path: Path) -> list[Path]:
    """Return the files that an import of *path* reads, in the order in which they are read.

    Raises WrongUse when there are none, or when one of them is there twice (.csv and .xlsx).
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        message = _("There is no file or folder %(path)s. Check the path.")
        raise WrongUse(message % {"path": path})
    files = sorted(file for file in path.iterdir() if file.is_file())
    found = []
    for layout in LAYOUTS:
        names = {f"{layout.name}.csv", f"{layout.name}.xlsx"}
        same = [file for file in files if hide_cpr(file.name).casefold() in names]
        if len(same) > 1:
            message = _("The same table is there more than once: %(names)s. Keep one of them.")
            raise WrongUse(message % {"names": ", ".join(hide_cpr(file.name) for file in same)})
        found += same
    if not found:
        message = _("The folder %(path)s holds none of these files: %(names)s (.csv or .xlsx).")
        names_of = ", ".join(layout.name for layout in LAYOUTS)
        raise WrongUse(message % {"path": path, "names": names_of})
    return found


def run(
    path: Path, *, by: User | None, apply: bool, now: datetime.datetime | None = None
) -> Outcome:
    """Read the files of *path* and write all of them or nothing.

    In one transaction, one import after the other: compares each file with what is stored; where
    nothing is wrong, writes the batch, registrations, answers and stated totals, and a mark when
    anything changed. Without *apply*, and with any error, all is undone. Raises WrongUse for a path
    that cannot be read.
    """
    files = files_in(path)
    with transaction.atomic():
        take_turn()
        outcome = _Import(path, files, by=by, now=now or timezone.now()).run()
        transaction.set_rollback(bool(outcome.problems) or not apply)
    return outcome


class _Import:
    """One run over the files: reads them all, compares them all, then writes them all."""

    def __init__(
        self, path: Path, files: Sequence[Path], *, by: User | None, now: datetime.datetime
    ) -> None:
        self.path, self.files, self.by, self.now = path, files, by, now
        self.outcome = Outcome()
        self.problems = self.outcome.problems
        self.changes = changes.Changes()
        self.replies = answers.Replies()
        self.survey: Table | None = None
        self.totals = totals.Totals()
        self.sessions: frozenset[str] | None = frozenset()
        """Those of the file of registrations; None when it could not be read."""

    def run(self) -> Outcome:
        for file in self.files:
            self._read(file)
            errors = sum(problem.file == hide_cpr(file.name) for problem in self.problems.errors)
            counts = self.outcome.counts.get(hide_cpr(file.name), {})
            self.outcome.counts[hide_cpr(file.name)] = {
                word: errors if word == "errors" else counts.get(word, 0) for word in WORDS
            }
        told = list(self._changes())
        self.outcome.tell(
            (kind, (change.said for change in told if change.is_new is is_new))
            for kind, is_new in (("new", True), ("changed", False))
        )
        self.outcome.keys = tuple(change.replaces for change in told)
        if not self.problems:
            self._write()
        return self.outcome

    def _changes(self) -> Iterator[RowChange]:
        """Say each new or changed row, in the order of the files."""
        for row in self.changes.rows:
            day, replaced = timezone.localdate(row.facts.starts), self.changes.replaced.get(row.nr)
            present = "–" if row.present is None else row.present
            said = f"{row.nr}: {day.isoformat()} {row.facts.workshop}, {row.label or row.status}"
            yield RowChange(
                replaced is None, f"{said}, {row.booked}/{present}", str(replaced or "")
            )
        for (session, question), rows in self.replies.pairs.items():
            yield RowChange(is_new=True, said=f"{session}: {question} ({len(rows)})")
        for total in (*self.totals.fresh, *self.totals.changed):
            said = f"{total.code} {total.date}: {total.value}/{total.denominator}"
            yield RowChange(total.pk is None, said, str(total.pk or ""))

    def _read(self, file: Path) -> None:
        layouts = LAYOUTS
        if self.path.is_dir():
            layouts = tuple(one for one in LAYOUTS if one.name == file.stem.casefold())
        try:
            table = read_table(file, layouts=layouts, problems=self.problems)
        except CannotRead as fault:
            self.problems.take(fault.problem)
            if registrations.LAYOUT in layouts:
                self.sessions = None
            return
        compare = {
            registrations.LAYOUT: self._compare_registrations,
            survey.LAYOUT: self._compare_answers,
            totals_reader.LAYOUT: self._compare_totals,
        }[table.layout]
        counts = compare(table)
        counts["ignored"] = counts.get("ignored", 0) + table.blank
        self.outcome.counts[hide_cpr(file.name)] = counts

    def _compare_registrations(self, table: Table) -> dict[str, int]:
        found = registrations.read_registrations(table, self.problems, now=self.now)
        doubts.tell(found.rows, table=table, problems=self.problems)
        self.sessions = found.sessions if table.written else None
        self.changes = changes.compare(found, table=table, problems=self.problems)
        return {**self.changes.counts, "ignored": found.superseded}

    def _compare_answers(self, table: Table) -> dict[str, int]:
        rows = survey.read_answers(table, self.problems)
        self.survey = table
        self.replies = answers.compare(
            rows, sessions=self.sessions, table=table, problems=self.problems
        )
        return self.replies.counts

    def _compare_totals(self, table: Table) -> dict[str, int]:
        rows = totals_reader.read_totals(table, self.problems, now=self.now)
        self.totals = totals.compare(rows, table=table, problems=self.problems)
        return self.totals.counts

    def _write(self) -> None:
        batch = Batch.objects.create(
            kind=Batch.Kind.REGISTRATIONS,
            by=self.by,
            at=self.now,
            file_name=hide_cpr(self.path.resolve().name),
            digest=self._digest(),
            counts=self.outcome.counts,
        )
        ledger.write(self.changes, batch=batch, now=self.now)
        answers.write(self.replies, batch=batch)
        totals.write(self.totals, batch=batch, now=self.now)
        if self.survey is not None:
            answers.warn_of_unheld(self.replies, table=self.survey, problems=self.problems)
        written = (self.changes.rows, self.replies.pairs, self.totals.fresh, self.totals.changed)
        if any(written):
            Mark.objects.create(session=None, reason="import")

    def _digest(self) -> str:
        """Return the digest of the one file, or of the digests of all of them."""
        digests = [digest_of(file) for file in self.files]
        if len(digests) == 1:
            return digests[0]
        return f"sha256:{hashlib.sha256(''.join(digests).encode()).hexdigest()}"
