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
    email: str


def entries_of(schools: "Collection[int] | QuerySet[Any, Any]") -> Histories[Entry]:
    """Read the entries of these schools (their keys, or a query for them). One query."""
    columns = ("school__number", "name", "phone", "email")
    return SchoolVersion.objects.histories(schools, *columns, into=Entry)


def name_on(entries: Histories[Entry], school: int | None, day: datetime.date) -> str:
    """Return what a school was called on *day*; blank for no school."""
    entry = entries.on(school, day)
    return entry.name if entry else ""
