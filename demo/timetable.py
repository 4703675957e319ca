"""When the demo's sessions are held. The same day always gets the same sessions."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from django.utils import timezone

from workshops.holidays import is_school_day
from workshops.models import Audience

AHEAD = datetime.timedelta(days=125)
_MORNING, _LATER = ((8, 15), (9, 0), (8, 30)), ((10, 15), (12, 15), (12, 45))
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class PlannedDate:
    """A session to be: which workshop, when, where ("" is at the school that books), in what."""

    workshop: str
    audience: str
    starts: datetime.datetime
    ends: datetime.datetime
    venue: str
    language: str


def slots(workshops: Sequence[dict[str, Any]], *, today: datetime.date) -> Iterator[PlannedDate]:
    """Yield the sessions from New Year of last year until AHEAD of *today*, in order of time.

    Pupils on about three school days of four, often twice, and always today when it is one;
    an evening for parents every third week, a talk for professionals every fourth.
    """
    first = datetime.date(today.year - 1, 1, 1)
    for day in (first + _DAY * n for n in range((today + AHEAD - first).days)):
        if is_school_day(day):
            yield from _of_day(workshops, day, least=int(day == today))


def _of_day(
    workshops: Sequence[dict[str, Any]], day: datetime.date, *, least: int
) -> Iterator[PlannedDate]:
    chance = Random(day.toordinal())  # noqa: S311 - a timetable, not a secret
    offered = [workshop for workshop in workshops if workshop["weight"]]
    weights = [workshop["weight"] for workshop in offered]
    times = [chance.choice(_MORNING), chance.choice(_LATER)]
    often = max(chance.choices((0, 1, 2), (28, 44, 28))[0], least)
    for hour, minute in times[:often]:
        yield _slot(chance.choices(offered, weights)[0], day, hour, minute, chance)
    week, weekday = day.isocalendar().week, day.weekday()
    if week % 4 == 2 and weekday == 2:
        yield _slot(_every(workshops, Audience.PROFESSIONALS, week // 4), day, 14, 0, chance)
    if week % 3 == 1 and weekday == 1 + week % 2:
        yield _slot(_every(workshops, Audience.PARENTS, week // 3), day, 19, 0, chance)


def _every(workshops: Sequence[dict[str, Any]], audience: str, turn: int) -> dict[str, Any]:
    """Return the workshop for *audience* whose turn it is."""
    found = [workshop for workshop in workshops if workshop["audience"] == audience]
    return found[turn % len(found)]


def _slot(
    workshop: dict[str, Any], day: datetime.date, hour: int, minute: int, chance: Random
) -> PlannedDate:
    zone = timezone.get_default_timezone()
    starts = datetime.datetime.combine(day, datetime.time(hour, minute), zone)
    in_english = workshop.get("english", False) and chance.random() < 0.15
    return PlannedDate(
        workshop=workshop["slug"],
        audience=workshop["audience"],
        starts=starts,
        ends=starts + datetime.timedelta(minutes=workshop["minutes"]),
        venue=chance.choice(workshop["where"]) if workshop["where"] else "",
        language="en" if in_english else "da",
    )
