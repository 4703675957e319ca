"""Reads what has been counted of sessions, party by party."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise, lazy

from attendance.models import Headcount
from attendance.reports.lines import Line, SessionCounts
from booking.models import Party
from booking.reports import schools
from booking.states import HOLDING
from workshops.histories import Histories
from workshops.models import Audience, Session


def of_sessions(
    sessions: Sequence[Session], *, counts: Iterable[Headcount] | None = None
) -> list[SessionCounts]:
    """Read what has been counted of these sessions. Two queries, whatever their number.

    They come with workshop, venue and register joined (see `waiting.for_pages`). One query, where
    their *counts*, the latest first, have been read. What schools are called is asked for when the
    first is named, of all at once.
    """
    keys = [session.pk for session in sessions]
    if counts is None:
        counts = Headcount.objects.filter(party__session__in=keys).latest_first()
    histories: dict[int, list[Headcount]] = defaultdict(list)
    for count in counts:
        histories[count.party_id].append(count)
    parties: dict[int, list[Party]] = defaultdict(list)
    found = Party.objects.live().filter(session__in=keys).order_by("pk")
    for party in found.select_related("booking__contact"):
        parties[party.session_id].append(party)
    wanted = {party.school_id for rows in parties.values() for party in rows}
    wanted |= {session.school_id for session in sessions}
    names = _Names([pk for pk in wanted if pk])
    return [_counts(session, parties[session.pk], histories, names) for session in sessions]


def of_session(session: Session, *, counts: Iterable[Headcount] | None = None) -> SessionCounts:
    """Read what has been counted of one session, as `of_sessions` does."""
    return of_sessions([session], counts=counts)[0]


def with_needs(found: Sequence[SessionCounts]) -> None:
    """Read what the bookings of these sessions need. One query."""
    lines = [line.booking for each in found for line in each.lines if line.booking]
    prefetch_related_objects([*lines, *(row for each in found for row in each.bookings)], "needs")


class _Names:
    """What schools are called, read when the first is named."""

    def __init__(self, schools: Collection[int]) -> None:
        self.schools = schools

    @cached_property
    def entries(self) -> Histories[schools.Entry]:
        return schools.entries_of(self.schools)

    def of(self, school: int | None, day: datetime.date) -> str | Promise:
        return _name(self, school, day) if school else ""


def _named(names: _Names, school: int, day: datetime.date) -> str:
    return schools.name_on(names.entries, school, day)


_name = lazy(_named, str)


def _counts(
    session: Session,
    parties: list[Party],
    histories: Mapping[int, list[Headcount]],
    names: _Names,
) -> SessionCounts:
    day = session.local_date
    lines = [
        Line(
            party=party,
            booked=party.seats,
            history=tuple(histories.get(party.pk, ())),
            school=names.of(party.school_id, day),
        )
        for party in parties
        if party.kind != Party.Kind.PERSON
    ]
    holding = [party for party in parties if _holds(party)]
    booked = sum(party.seats for party in holding)
    if session.audience == Audience.PUPILS:
        lines = [line for line in lines if line.history or (line.party and _holds(line.party))]
    else:
        lines = _evening(lines, booked)
    bookings = {party.booking_id: party.booking for party in holding if party.booking}
    return SessionCounts(
        session=session,
        school=names.of(session.school_id, day),
        register=getattr(session, "register", None),
        lines=tuple(lines),
        booked=booked,
        bookings=tuple(bookings.values()),
    )


def _holds(party: Party) -> bool:
    return party.booking is not None and party.booking.state in HOLDING


def _evening(lines: list[Line], booked: int) -> list[Line]:
    """One line for everybody; an import may have counted its parties one by one."""
    imported = [line for line in lines if line.booking]
    if imported:
        return imported
    crowd = lines[0] if lines else Line(None, 0)
    return [Line(crowd.party, booked, crowd.history)]
