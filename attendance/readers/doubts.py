"""What is unlikely in a file of registrations: told with both values, never refused."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import plausible
from attendance.readers.facts import HELD, RegistrationRow
from workshops.readers.cells import RowReader
from workshops.readers.layouts import Table
from workshops.readers.problems import Problems

# "7.B"; a g may be a class of an upper secondary school, whose grades begin at one again.
_GRADE = re.compile(r"[0-9]{1,2}")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that is unlikely, and the column it is seen in."""

    column: str
    fault: str


def tell(rows: list[RegistrationRow], *, table: Table, problems: Problems) -> None:
    """Warn of every unlikely row: by itself, beside the rows of the file, and in its session."""
    readers = {row.number: RowReader(table, row, problems) for row in table}
    cure = _("Correct it, or confirm that it is right.")
    for row in rows:
        reader = readers[row.number]
        for doubt in (*_of_counts(row, reader), *_of_row(row)):
            reader.doubt(doubt.column, fault=doubt.fault, cure=cure)
    for row, doubt in (*_far_days(rows), *_full_halls(rows), *_at_once(rows)):
        readers[row.number].doubt(doubt.column, fault=doubt.fault, cure=cure)


def _of_counts(row: RegistrationRow, reader: RowReader) -> Iterator[Doubt]:
    most = plausible.bound(is_class=row.is_class)
    told = _("A class has hardly more than %(most)s.")
    if not row.is_class:
        told = _("A hall has hardly room for more than %(most)s.")
    for column, people in (("tilmeldt", row.booked), ("fremmødt", row.present or 0)):
        if people > most:
            yield Doubt(column, told % {"most": most})
    if row.present is None:
        return
    if not reader.is_blank("tilmeldt") and plausible.is_far_over(row.present, row.booked):
        told = _("%(present)s came where %(booked)s were booked.")
        yield Doubt("fremmødt", told % {"present": row.present, "booked": row.booked})
    yield from _of_adults(row, row.present)
    if row.present and row.status != HELD:
        told = _("%(present)s came, but the status is %(status)s: the row does not count.")
        yield Doubt("fremmødt", told % {"present": row.present, "status": row.status})


def _of_adults(row: RegistrationRow, present: int) -> Iterator[Doubt]:
    if row.is_class and plausible.are_too_many_adults(row.adults, present):
        told = _("%(adults)s adults came with %(present)s pupils.")
        yield Doubt("voksne", told % {"adults": row.adults, "present": present})
    elif plausible.are_hardly_adults(row.adults):
        told = _("%(adults)s adults came along.")
        yield Doubt("voksne", told % {"adults": row.adults})


def _of_row(row: RegistrationRow) -> Iterator[Doubt]:
    facts, day = row.facts, timezone.localdate(row.facts.starts)
    if plausible.is_long(facts.starts, facts.ends):
        hours = (facts.ends - facts.starts).total_seconds() / 3600
        told = _("The session lasts %(hours)d hours, from %(start)s.")
        start = timezone.localtime(facts.starts).strftime("%H:%M")
        yield Doubt("slut", told % {"hours": hours, "start": start})
    if plausible.is_odd_time(timezone.localtime(facts.starts), timezone.localtime(facts.ends)):
        told = _("The session lasts from %(start)s to %(end)s.")
        times = (timezone.localtime(one).strftime("%H:%M") for one in (facts.starts, facts.ends))
        yield Doubt("start", told % dict(zip(("start", "end"), times, strict=True)))
    if plausible.is_long_ago(day, timezone.localdate()):
        yield Doubt("dato", _("The date is more than twenty years ago."))
    if row.approved and plausible.is_approved_late(row.approved, day):
        told = _("The count was approved more than a year after the session, on %(day)s.")
        yield Doubt("godkendt", told % {"day": day.isoformat()})
    written = _GRADE.match(row.folded_label)
    if row.grade is not None and written and _is_other_grade(row, written):
        told = _("The grade is %(grade)s, but the class is %(label)s.")
        yield Doubt("klassetrin", told % {"grade": row.grade, "label": row.label})


def _is_other_grade(row: RegistrationRow, written: re.Match[str]) -> bool:
    """Whether 7.B is said to be of another grade than the seventh."""
    rest = row.folded_label[written.end() :]
    return int(written[0]) != row.grade and not rest.startswith("g")


def _far_days(rows: list[RegistrationRow]) -> Iterator[tuple[RegistrationRow, Doubt]]:
    """One for each session whose day is more than a year from those of all others."""
    days = {row.session: timezone.localdate(row.facts.starts) for row in rows}
    far = plausible.far_days(list(days.values()))
    told = _("The date is more than a year from every other in the file; the nearest is %(day)s.")
    for row in rows:
        day = days.pop(row.session, None)
        if day in far:
            yield row, Doubt("dato", told % {"day": far[day].isoformat()})


def _full_halls(rows: list[RegistrationRow]) -> Iterator[tuple[RegistrationRow, Doubt]]:
    """One for each session in which several rows together have more people than a hall."""
    most = plausible.bound(is_class=False)
    together: dict[str, list[RegistrationRow]] = defaultdict(list)
    for row in rows:
        if row.status == HELD:
            together[row.session].append(row)
    told = _("%(present)s came to the session %(session)s in all; a hall has room for %(most)s.")
    for session, parties in together.items():
        present = sum(row.present or 0 for row in parties)
        if len(parties) > 1 and present > most:
            words = {"present": present, "session": session, "most": most}
            yield parties[-1], Doubt("fremmødt", told % words)


def _at_once(rows: list[RegistrationRow]) -> Iterator[tuple[RegistrationRow, Doubt]]:
    """One for each held visit that begins while its class, or its facilitator, is elsewhere."""
    classes: dict[tuple[str, str], list[RegistrationRow]] = defaultdict(list)
    leading: dict[str, dict[str, RegistrationRow]] = defaultdict(dict)  # one row for each session
    for row in rows:
        if row.status == HELD and row.is_class:
            classes[row.school, row.folded_label].append(row)
        if row.status == HELD and row.facts.deliverer:
            leading[row.facts.deliverer].setdefault(row.session, row)
    told = _("The class was in the session %(session)s at the same time (row %(row)d).")
    yield from _overlaps(classes.values(), "start", told)
    told = _("The facilitator held the session %(session)s at the same time (row %(row)d).")
    yield from _overlaps((list(own.values()) for own in leading.values()), "facilitator", told)


def _overlaps(
    groups: Iterable[list[RegistrationRow]], column: str, told: str
) -> Iterator[tuple[RegistrationRow, Doubt]]:
    for mine in groups:
        for first, second in plausible.overlapping([(r.facts.starts, r.facts.ends) for r in mine]):
            words = {"session": mine[first].session, "row": mine[first].number}
            yield mine[second], Doubt(column, told % words)
