"""When schools are closed: derived from what register files have said, whatever their order."""

import datetime
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from workshops.models import RegisterCoverage, School, SchoolClosing, SchoolVersion

Interval = tuple[datetime.date, datetime.date | None]


@dataclass(frozen=True, slots=True)
class Statement:
    """What matters here of what a file said of a school from *valid_from* on."""

    valid_from: datetime.date
    municipality_code: str
    closes_on: datetime.date | None


@dataclass(frozen=True, slots=True, order=True)
class Coverage:
    """A file listed every school of this municipality on this date."""

    valid_from: datetime.date
    municipality_code: str


def closings_of(
    statements: Iterable[Statement], coverages: Collection[Coverage]
) -> tuple[Interval, ...]:
    """Return when one school is closed, as half-open intervals in order (imports.md).

    A closing date closes until the next statement. So does a complete list of the municipality
    where the school is located, from its date, when there is no statement of the school then;
    before the first statement the school is taken to be located where that one says.
    """
    told = sorted(statements, key=lambda statement: statement.valid_from)
    if not told:
        return ()
    found = [*_by_closing_date(told), *_by_absence(told, coverages)]
    return tuple(_merged(sorted(found, key=lambda interval: interval[0])))


def is_closed(intervals: Iterable[Interval], day: datetime.date) -> bool:
    """The twin of SchoolClosingQuerySet.covering."""
    return any(since <= day and (until is None or day < until) for since, until in intervals)


def rebuild() -> bool:
    """Write the closings that the stored statements and coverages give; say whether any changed.

    Rows that are right already are left alone, so that a second run writes nothing.
    """
    expected, stored = _expected(), _stored()
    wrong = [pk for interval, pk in stored.items() if interval not in expected]
    missing = sorted(expected - stored.keys(), key=lambda row: row[:2])
    SchoolClosing.objects.filter(pk__in=wrong).delete()
    SchoolClosing.objects.bulk_create(
        SchoolClosing(school_id=school, closed_from=since, reopened_on=until)
        for school, since, until in missing
    )
    return bool(wrong or missing)


def differences() -> list[str]:
    """Return a line for each closing that is stored but not derived, or derived but not stored."""
    expected, stored = _expected(), frozenset(_stored())
    numbers = dict(School.objects.values_list("pk", "number"))
    lines = [(row, "stored only") for row in stored - expected]
    lines += [(row, "derived only") for row in expected - stored]
    return sorted(
        _("closing %(number)s %(since)s - %(until)s")
        % {"number": numbers[school], "since": since, "until": until or ""}
        + f": {what}"
        for (school, since, until), what in lines
    )


Row = tuple[int, datetime.date, datetime.date | None]


def _expected() -> frozenset[Row]:
    by_school: dict[int, list[Statement]] = {}
    columns = ("school_id", "valid_from", "municipality_code", "closes_on")
    for school, valid_from, code, closes_on in SchoolVersion.objects.values_list(*columns):
        by_school.setdefault(school, []).append(Statement(valid_from, code, closes_on))
    covered = RegisterCoverage.objects.values_list("valid_from", "municipality_code")
    coverages = frozenset(Coverage(valid_from, code) for valid_from, code in covered)
    return frozenset(
        (school, since, until)
        for school, statements in by_school.items()
        for since, until in closings_of(statements, coverages)
    )


def _stored() -> Mapping[Row, int]:
    rows = SchoolClosing.objects.values_list("school_id", "closed_from", "reopened_on", "pk")
    return {(school, since, until): pk for school, since, until, pk in rows}


def _by_closing_date(told: Sequence[Statement]) -> Iterator[Interval]:
    for place, statement in enumerate(told):
        until = _date_of_next(told, place)
        closes_on = statement.closes_on
        if closes_on and (until is None or closes_on < until):
            yield closes_on, until


def _by_absence(told: Sequence[Statement], coverages: Collection[Coverage]) -> Iterator[Interval]:
    dates = [statement.valid_from for statement in told]
    for coverage in coverages:
        place = bisect_right(dates, coverage.valid_from) - 1
        in_force = told[max(place, 0)]
        is_listed = in_force.valid_from == coverage.valid_from
        if not is_listed and in_force.municipality_code == coverage.municipality_code:
            yield coverage.valid_from, _date_of_next(told, place)


def _date_of_next(told: Sequence[Statement], place: int) -> datetime.date | None:
    return told[place + 1].valid_from if place + 1 < len(told) else None


def _merged(intervals: Iterable[Interval]) -> Iterator[Interval]:
    """Intervals in order of their start, those that overlap or touch made one."""
    current: Interval | None = None
    for since, until in intervals:
        if current is None:
            current = since, until
        elif current[1] is None or since <= current[1]:
            ends = (current[1], until)
            current = current[0], None if None in ends else max(filter(None, ends))
        else:
            yield current
            current = since, until
    if current:
        yield current
