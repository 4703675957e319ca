"""Uploaded plans and registrations: what they would change, and changing it."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from goals.actions import plans, registrations
from goals.actions.registrations import LAYOUTS, WrongUse
from goals.readers.plan import PlanFile, read_plan
from workshops.actions import uploads
from workshops.actions.uploads import Outcome, Section
from workshops.models import Upload, User
from workshops.readers.problems import CannotRead, Problems


def check_plan(upload: Upload) -> Outcome:
    """Return what the plan would change; all of it is undone."""
    problems = Problems()
    plan = _read_plan(upload, problems)
    warnings, errors = tuple(problems.warnings), tuple(problems.errors)
    if plan is None:
        return Outcome(errors=errors, warnings=warnings)
    try:
        done = plans.import_plan(
            plan, file_name=str(upload), digest=upload.digest, by=upload.by, dry_run=True
        )
    except ValidationError as refusal:
        return Outcome(refusal=" ".join(refusal.messages), warnings=warnings)
    sections = [Section(kind, tuple(getattr(done, kind))) for kind in ("new", "changed", "removed")]
    return Outcome(
        sections=tuple(section for section in sections if section.lines),
        counts={str(upload): done.counts},
        warnings=warnings,
    )


def apply_plan(upload: Upload, by: User) -> None:
    """Make the version of the plan's year what the file says; see `plans.import_plan`."""
    plan = _read_plan(upload, Problems())
    assert plan is not None  # noqa: S101 - `check_plan` has read it in this transaction
    plans.import_plan(plan, file_name=str(upload), digest=upload.digest, by=by)


def _read_plan(upload: Upload, problems: Problems) -> PlanFile | None:
    with uploads.unpacked(upload) as folder:
        try:
            return read_plan(next(folder.iterdir()), problems)
        except CannotRead as fault:
            problems.take(fault.problem)
            return None


def check_registrations(upload: Upload) -> Outcome:
    """Return what the files would change; all of it is undone."""
    unknown = _unknown(upload)
    if unknown:
        message = _(
            "It is not clear which table this is: %(names)s. With several files, name each by its"
            " table: %(tables)s (.csv or .xlsx)."
        )
        tables = ", ".join(layout.name for layout in LAYOUTS)
        return Outcome(refusal=message % {"names": ", ".join(unknown), "tables": tables})
    with uploads.unpacked(upload) as folder:
        try:
            found = registrations.import_registrations(
                _path(upload, folder), by=upload.by, apply=False
            )
        except WrongUse as fault:
            return Outcome(refusal=str(fault))
    new = tuple(change.said for change in found.changes if change.is_new)
    changed = tuple(change.said for change in found.changes if not change.is_new)
    sections = (Section("new", new), Section("changed", changed))
    return Outcome(
        sections=tuple(section for section in sections if section.lines),
        counts=found.counts,
        errors=tuple(found.problems.errors),
        warnings=tuple(found.problems.warnings),
        notes=tuple(found.problems.notes),
        keys=tuple(change.replaces for change in found.changes),
    )


def apply_registrations(upload: Upload, by: User) -> None:
    """Write all files; see `registrations.import_registrations`."""
    with uploads.unpacked(upload) as folder:
        registrations.import_registrations(_path(upload, folder), by=by, apply=True)


def _path(upload: Upload, folder: Path) -> Path:
    """Return the one file, whatever its name, or the folder of several."""
    return folder if len(upload.files) > 1 else next(folder.iterdir())


def _unknown(upload: Upload) -> list[str]:
    """Return the names of several files that none of our tables has, or that are there twice."""
    names = [name for name, _size in upload.files]
    if len(names) == 1:
        return []
    tables = {f"{layout.name}{end}" for layout in LAYOUTS for end in (".csv", ".xlsx")}
    return [
        name
        for name in names
        if name.casefold() not in tables or [n.casefold() for n in names].count(name.casefold()) > 1
    ]
