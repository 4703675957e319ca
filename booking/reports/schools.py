"""What the register said of schools on the day it matters."""

import datetime
from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from workshops.models import SchoolVersion


@dataclass(frozen=True)
class Entry:
    """A school as the register had it from a date on."""

    valid_from: datetime.date
    number: str
    name: str
    phone: str
    mailbox: str


@dataclass(frozen=True)
class Schools:
    """The entries of some schools, in the order of their dates."""

    entries: dict[int, list[Entry]] = field(default_factory=dict)

    def on(self, school: int | None, day: datetime.date) -> Entry | None:
        """Return the entry in force on *day*, else the first known one; None for no school."""
        known = self.entries.get(school or 0, [])
        place = bisect_right(known, day, key=lambda entry: entry.valid_from)
        return known[max(place - 1, 0)] if known else None

    def name(self, school: int | None, day: datetime.date) -> str:
        """Return what the school was called on *day*; blank for no school."""
        entry = self.on(school, day)
        return entry.name if entry else ""


def entries_of(schools: "Collection[int] | QuerySet[Any, Any]") -> Schools:
    """Read the entries of these schools (their keys, or a query for them). One query."""
    versions = SchoolVersion.objects.filter(school__in=schools).order_by("school", "valid_from")
    found: dict[int, list[Entry]] = {}
    columns = ("school", "valid_from", "school__number", "name", "phone", "mailbox")
    for school, *values in versions.values_list(*columns):
        found.setdefault(school, []).append(Entry(*values))
    return Schools(found)
