"""What is known of schools, as one value: what files have said, and what a further one changes."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workshops.actions import closings
from workshops.actions.closings import Coverage, Interval, Statement
from workshops.readers.school_register import RegisterRow

History = Mapping[datetime.date, RegisterRow]


@dataclass(frozen=True)
class Registry:
    """By institution number what was said of it from which date on, and what was complete when."""

    histories: Mapping[str, History]
    coverages: frozenset[Coverage]

    def on(self, number: str, day: datetime.date) -> RegisterRow | None:
        """Return the attributes in force on *day*, else the first known ones."""
        history = self.histories.get(number)
        if not history:
            return None
        before = [date for date in history if date <= day]
        return history[max(before) if before else min(history)]

    def latest(self, number: str) -> RegisterRow:
        """Return the attributes that were said for the latest date."""
        history = self.histories[number]
        return history[max(history)]

    def closings(self, number: str) -> tuple[Interval, ...]:
        """Return when a school is closed; see closings.closings_of."""
        history = self.histories.get(number, {})
        statements = (
            Statement(date, row.municipality_code, row.closes_on) for date, row in history.items()
        )
        return closings.closings_of(statements, self.coverages)

    def missing_from(
        self, rows: Sequence[RegisterRow], *, valid_from: datetime.date
    ) -> list[RegisterRow]:
        """Known schools, not closed, of the municipalities of a file that leaves them out."""
        listed = {row.number for row in rows}
        covered = {row.municipality_code for row in rows}
        found = []
        for number in sorted(self.histories.keys() - listed):
            row = self.on(number, valid_from)
            if row is None or row.municipality_code not in covered:
                continue
            if not closings.is_closed(self.closings(number), valid_from):
                found.append(row)
        return found

    def told(
        self, rows: Sequence[RegisterRow], *, valid_from: datetime.date, complete: bool
    ) -> "Registry":
        """Return what is known after a file has said *rows* for *valid_from*.

        With *complete* its municipalities are covered on that date, and a school that an earlier
        file of the same date listed there, and this one does not, is closed from that date with
        the attributes it had; one that no file of that date listed is closed by the coverage.
        """
        histories = {number: dict(history) for number, history in self.histories.items()}
        for row in rows:
            histories.setdefault(row.number, {})[valid_from] = row
        if not complete:
            return Registry(histories, self.coverages)
        covered = {row.municipality_code for row in rows}
        _close_unlisted(histories, covered, {row.number for row in rows}, valid_from)
        new = frozenset(Coverage(valid_from, code) for code in covered)
        return Registry(histories, self.coverages | new)


def _close_unlisted(
    histories: Mapping[str, dict[datetime.date, RegisterRow]],
    covered: Iterable[str],
    listed: Iterable[str],
    valid_from: datetime.date,
) -> None:
    codes, kept = frozenset(covered), frozenset(listed)
    for number, history in histories.items():
        row = history.get(valid_from)
        if row is None or number in kept or row.municipality_code not in codes:
            continue
        if row.closes_on is None or row.closes_on > valid_from:
            history[valid_from] = replace(row, closes_on=valid_from)
