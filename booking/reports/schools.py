"""What the register said of schools on the day it matters."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from workshops.histories import Histories
from workshops.models import SchoolVersion


@dataclass(frozen=True)
class Entry:
    """A school as the register had it on a day."""

    number: str
    name: str
    phone: str
    mailbox: str


class Schools(Histories[Entry]):
    """The entries of some schools."""

    def name(self, school: int | None, day: datetime.date) -> str:
        """Return what the school was called on *day*; blank for no school."""
        entry = self.on(school, day)
        return entry.name if entry else ""


def entries_of(schools: "Collection[int] | QuerySet[Any, Any]") -> Schools:
    """Read the entries of these schools (their keys, or a query for them). One query."""
    versions = SchoolVersion.objects.filter(school__in=schools)
    columns = ("school", "valid_from", "school__number", "name", "phone", "mailbox")
    rows = versions.values_list(*columns)
    return Schools((school, since, Entry(*values)) for school, since, *values in rows)
