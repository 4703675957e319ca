"""Uploaded plans and registrations: what they would change, and changing it."""

from django.utils.translation import gettext as _

from goals.actions import plans
from goals.actions import registrations as rows
from workshops.actions import uploads
from workshops.actions.outcomes import Outcome
from workshops.models import Upload, User


def plan(upload: Upload, *, by: User, apply: bool) -> Outcome:
    """See `plans.run`."""
    return uploads.ran(upload, plans.run, by=by, apply=apply)


def registrations(upload: Upload, *, by: User, apply: bool) -> Outcome:
    """See `registrations.run`; of several files each must be one of our tables."""
    unknown = _unknown(upload)
    if unknown:
        message = _(
            "It is not clear which table this is: %(names)s. With several files, name each by its"
            " table: %(tables)s (.csv or .xlsx)."
        )
        tables = ", ".join(layout.name for layout in rows.LAYOUTS)
        return Outcome(refusal=message % {"names": ", ".join(unknown), "tables": tables})
    return uploads.ran(upload, rows.run, by=by, apply=apply)


def _unknown(upload: Upload) -> list[str]:
    """Return the names of several files that none of our tables has, or that are there twice."""
    names = [name for name, _size in upload.files]
    if len(names) == 1:
        return []
    tables = {f"{layout.name}{end}" for layout in rows.LAYOUTS for end in (".csv", ".xlsx")}
    return [
        name
        for name in names
        if name.casefold() not in tables or [n.casefold() for n in names].count(name.casefold()) > 1
    ]
