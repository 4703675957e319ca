"""The sessions behind one figure, and that they sum to it."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from booking.models import Party
from workshops.histories import Histories
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
    sessions = Session.objects.filter(pk__in=adds).select_related("workshop").order_by("starts")
    places = _places(list(adds))
    lines = [
        SessionLine(
            reference=session.reference,
            starts=session.starts,
            workshop=session.workshop.title,
            places=", ".join(places[session.pk]),
            adds=adds[session.pk],
        )
        for session in sessions
    ]
    return SessionList(lines, sum(line.adds for line in lines))


def _places(sessions: list[int]) -> dict[int, list[str]]:
    """Return session → its schools and classes, by the names of the session's date."""
    parties = Party.objects.live().filter(session__in=sessions, school__isnull=False)
    versions = SchoolVersion.objects.filter(school__in=parties.values("school"))
    names = Histories(versions.values_list("school", "valid_from", "name"))
    found: dict[int, list[str]] = defaultdict(list)
    for party in parties.select_related("session").order_by("session", "label"):
        name = names.on(party.school_id, party.session.local_date) or ""
        found[party.session_id].append(f"{name} {party.label}".strip())
    return found
