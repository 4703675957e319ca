"""Importing a register: reading the file, saying what it changes, changing it."""

import datetime
from pathlib import Path

from workshops.actions import school_register, uploads
from workshops.actions.differences import KINDS
from workshops.actions.outcomes import Outcome
from workshops.models import Upload, User
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.school_register import RegisterFile, read_register
from workshops.readers.tables import digest_of


def run(
    path: Path, *, valid_from: datetime.date, complete: bool, by: User | None, apply: bool
) -> Outcome:
    """Say what a register changes; with *apply* and without a fault: `school_register.apply`."""
    outcome = Outcome()
    found = _read(path, outcome.problems)
    if apply and outcome.can_apply:
        difference = school_register.apply(
            found.rows,
            valid_from=valid_from,
            complete=complete,
            file_name=path.name,
            digest=digest_of(path),
            ignored=found.ignored,
            by=by,
        ).difference
    else:
        difference = school_register.preview(found.rows, valid_from=valid_from, complete=complete)
    if outcome.can_apply:
        outcome.tell((kind, map(str, difference.of(kind))) for kind in KINDS)
    errors = len(outcome.errors)
    outcome.counts[path.name] = difference.counts(ignored=found.ignored, errors=errors)
    return outcome


def of_upload(upload: Upload, *, by: User, apply: bool) -> Outcome:
    """See `run`; the day, and whether the file is complete, stand in the upload."""
    day = datetime.date.fromisoformat(upload.options["valid_from"])
    complete = bool(upload.options["complete"])
    return uploads.ran(upload, run, valid_from=day, complete=complete, by=by, apply=apply)


def _read(path: Path, problems: Problems) -> RegisterFile:
    try:
        return read_register(path, problems=problems)
    except CannotRead as refusal:
        problems.take(refusal.problem)
        return RegisterFile(rows=(), ignored=0)
