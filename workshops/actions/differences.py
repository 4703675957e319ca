"""What a register file changes, said school by school before anything is written."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workshops.actions.closings import Interval, is_closed
from workshops.actions.registry import Registry
from workshops.readers.school_register import RegisterRow

# What changed, in this order of telling, when one of these columns did.
_GROUPS = {
    "renamed": ("name",),
    "retyped": ("type_code", "type_name"),
    "moved": ("municipality_code", "address", "postcode", "town"),
    "altered": ("main_school_number", "unit_kind", "phone", "email", "website"),
}
KINDS = ("new", *_GROUPS, "closed", "reopened", "missing")


@dataclass(frozen=True)
class SchoolChange:
    """One thing that changes for one school; *kind* is one of KINDS, and said by who shows it."""

    kind: str
    number: str
    name: str
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        said = f"{self.number} {self.name}"
        if self.before or self.after:
            said += f": {self.before or '-'} -> {self.after or '-'}"
        return said


@dataclass(frozen=True)
class RegisterChanges:
    """All changes of a file in a fixed order, and the counts of its rows."""

    changes: tuple[SchoolChange, ...]
    new: int
    changed: int
    same: int

    def of(self, kind: str) -> list[SchoolChange]:
        """The changes of one kind, by number."""
        return [change for change in self.changes if change.kind == kind]

    def counts(self, *, ignored: int = 0, errors: int = 0) -> dict[str, int]:
        """The counts as every import prints and keeps them."""
        return {
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
            "ignored": ignored,
            "errors": errors,
        }


def compare(
    before: Registry, after: Registry, rows: Sequence[RegisterRow], *, valid_from: datetime.date
) -> RegisterChanges:
    """Return what a file of *rows* for *valid_from* makes of *before*."""
    by_number = {row.number: list(_changes_of(before, after, row, valid_from)) for row in rows}
    missing = before.missing_from(rows, valid_from=valid_from)
    changes = [change for found in by_number.values() for change in found]
    for row in missing:
        changes.append(SchoolChange("missing", row.number, row.name))
        changes.extend(_closing_changes(before, after, row))
    new = sum(any(change.kind == "new" for change in found) for found in by_number.values())
    same = sum(not found for found in by_number.values())
    return RegisterChanges(
        changes=tuple(sorted(changes, key=lambda c: (KINDS.index(c.kind), c.number))),
        new=new,
        changed=len(by_number) - new - same,
        same=same,
    )


def _changes_of(
    before: Registry, after: Registry, row: RegisterRow, day: datetime.date
) -> Iterator[SchoolChange]:
    known = before.on(row.number, day)
    if known is None:
        yield SchoolChange("new", row.number, row.name)
        yield from _closing_changes(before, after, row)
        return
    found = [*_attribute_changes(known, row), *_closing_changes(before, after, row)]
    if not found and known != row:  # a closing date that closes nothing which was not closed
        found.append(_altered(row, "altered", (known.closes_on,), (row.closes_on,)))
    yield from found


def _attribute_changes(known: RegisterRow, row: RegisterRow) -> Iterator[SchoolChange]:
    for kind, columns in _GROUPS.items():
        old, new = (tuple(getattr(side, name) for name in columns) for side in (known, row))
        if old != new:
            yield _altered(row, kind, old, new)


def _altered(
    row: RegisterRow, kind: str, old: Sequence[object], new: Sequence[object]
) -> SchoolChange:
    before, after = (", ".join(str(part) for part in side if part) for side in (old, new))
    return SchoolChange(kind, row.number, row.name, before, after)


def _closing_changes(before: Registry, after: Registry, row: RegisterRow) -> Iterator[SchoolChange]:
    old, new = before.closings(row.number), after.closings(row.number)
    closed, reopened = _first_day(new, without=old), _first_day(old, without=new)
    if closed:
        yield SchoolChange("closed", row.number, row.name, after=closed.isoformat())
    if reopened:
        yield SchoolChange("reopened", row.number, row.name, after=reopened.isoformat())


def _first_day(
    intervals: Sequence[Interval], *, without: Sequence[Interval]
) -> datetime.date | None:
    """The first day that *intervals* cover and *without* does not."""
    starts = [since for since, _until in intervals]
    ends = [until for _since, until in without if until]
    days = sorted(
        day for day in (*starts, *ends) if is_closed(intervals, day) and not is_closed(without, day)
    )
    return days[0] if days else None
