"""What a school was on a day: each of its versions ends where the next one begins."""

import datetime
from bisect import bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import Generic, TypeVar

Version = TypeVar("Version")


class Histories(Generic[Version]):
    """The versions of some schools, or what is wanted of them.

    Before the first known day a school was what it was first (product.md rules 4 and 5).
    """

    def __init__(self, rows: Iterable[tuple[int, datetime.date, Version]] = ()) -> None:
        """Keep *rows*: key of the school, first day of the version, the version."""
        self._known: dict[int, list[tuple[datetime.date, Version]]] = {}
        for school, since, version in sorted(rows, key=itemgetter(0, 1)):
            self._known.setdefault(school, []).append((since, version))

    def on(self, school: int | None, day: datetime.date) -> Version | None:
        """Return the version in force on *day*; None for no school, or one that is not here."""
        known = self._known.get(school or 0)
        if not known:
            return None
        place = bisect_right(known, day, key=itemgetter(0))
        return known[max(place - 1, 0)][1]

    def all_on(self, day: datetime.date) -> dict[int, Version]:
        """Return the version in force on *day* of every school, by its key."""
        found = ((school, self.on(school, day)) for school in self._known)
        return {school: version for school, version in found if version is not None}
