"""The sessions behind one figure, and that they sum to it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from booking.models import Party
from workshops.models import SchoolVersion, Session


@dataclass(frozen=True)
class SessionLine:
    """One session: when, what, who came from where, and what it adds to the figure."""

    reference: str
    starts: datetime.datetime
    workshop: str
    places: str
    adds: int


@dataclass(frozen=True)
class SessionList:
    """The sessions behind a figure in the order of time; `total` is the sum of what they add."""

    lines: list[SessionLine]
    total: int


def behind(adds: dict[int, int]) -> SessionList:
    """Return the sessions of *adds* (session → what it adds). Three queries, whatever the size."""
    sessions = Session.objects.filter(pk__in=adds).order_by("starts")
    places = _places(list(adds))
    lines = [
        SessionLine(reference, starts, workshop, ", ".join(places[pk]), adds[pk])
        for pk, reference, starts, workshop in sessions.values_list(
            "pk", "reference", "starts", "workshop__title"
        )
    ]
    return SessionList(lines, sum(line.adds for line in lines))


def _places(sessions: list[int]) -> dict[int, list[str]]:
    """Return session → its schools and classes, by the names of the session's date."""
    parties = Party.objects.live().filter(session__in=sessions, school__isnull=False)
    columns = ("session", "session__starts", "school", "label")
    rows = list(parties.order_by("session", "label").values_list(*columns))
    keys = {school for *_rest, school, _label in rows}
    names = SchoolVersion.objects.histories(keys, "name", into=str)
    zone = timezone.get_default_timezone()
    found: dict[int, list[str]] = defaultdict(list)
    for session, starts, school, label in rows:
        name = names.on(school, timezone.localtime(starts, zone).date()) or ""
        found[session].append(f"{name} {label}".strip())
    return found
