"""Days without school: public holidays and the school holidays of the municipality."""

import csv
import datetime
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_SATURDAY = 5
FOLDER = Path(__file__).parent / "calendar_data"


@cache
def free_days() -> Mapping[datetime.date, str]:
    """Return every day without school that we know of, with its name in Danish."""
    days = dict(_school_holidays())
    days.update(_public_holidays())
    return MappingProxyType(days)


def is_school_day(day: datetime.date) -> bool:
    """Whether schools are open: no weekend, and no day without school that we know of."""
    return day.weekday() < _SATURDAY and day not in free_days()


@cache
def known_until() -> datetime.date:
    """Return the last day of the school holidays that we know of; later ones are not skipped."""
    return max(day for day, _name in _school_holidays())


def _public_holidays() -> Iterator[tuple[datetime.date, str]]:
    for row in _rows("public_holidays.csv"):
        yield datetime.date.fromisoformat(row["dato"]), row["navn"]


def _school_holidays() -> Iterator[tuple[datetime.date, str]]:
    for row in _rows("school_holidays.csv"):
        day, last = (datetime.date.fromisoformat(row[name]) for name in ("fra", "til"))
        while day <= last:
            yield day, row["navn"]
            day += datetime.timedelta(days=1)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream, delimiter=";")
