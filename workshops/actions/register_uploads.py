"""An uploaded register: what it would change, and changing it."""

import datetime
from typing import Any

from workshops.actions import register, uploads
from workshops.actions.differences import KINDS
from workshops.actions.uploads import Outcome, Section
from workshops.models import Upload, User
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.register import RegisterFile, read_register
from workshops.readers.tables import digest_of


def check(upload: Upload) -> Outcome:
    """Return what the register would change; writes nothing."""
    problems = Problems()
    found = _read(upload, problems)
    if found is None:
        return Outcome(errors=tuple(problems.errors), warnings=tuple(problems.warnings))
    difference = register.preview(found.rows, **_options(upload))
    sections = [
        Section(kind, tuple(str(change) for change in difference.of(kind))) for kind in KINDS
    ]
    counts = difference.counts(ignored=found.ignored, errors=len(problems.errors))
    return Outcome(
        sections=tuple(section for section in sections if section.lines),
        counts={str(upload): counts},
        errors=tuple(problems.errors),
        warnings=tuple(problems.warnings),
        notes=tuple(problems.notes),
    )


def apply(upload: Upload, by: User) -> None:
    """Keeps what the register says; see `register.apply`."""
    found = _read(upload, Problems())
    assert found is not None  # noqa: S101 - `check` has read it in this transaction
    register.apply(
        found.rows,
        **_options(upload),
        file_name=str(upload),
        digest=upload.digest,
        ignored=found.ignored,
        by=by,
    )


def _read(upload: Upload, problems: Problems) -> RegisterFile | None:
    with uploads.unpacked(upload) as folder:
        path = next(folder.iterdir())
        assert digest_of(path) == upload.digest  # noqa: S101 - the bytes are those that came
        try:
            return read_register(path, problems=problems)
        except CannotRead as refusal:
            problems.take(refusal.problem)
            return None


def _options(upload: Upload) -> dict[str, Any]:
    day = datetime.date.fromisoformat(upload.options["valid_from"])
    return {"valid_from": day, "complete": bool(upload.options["complete"])}
