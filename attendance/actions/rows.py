"""Writes the rows of an import: a booking, a party, a count and a move for each."""

import datetime
from dataclasses import dataclass

from attendance.actions.changes import Changes
from attendance.models import Headcount
from attendance.readers.facts import CANCELLED, MOVED, NO_SHOW, RegistrationRow
from booking.models import Booking, Course, Party, Transition
from booking.models.booking import new_reference
from booking.states import BookingState, OverReason
from workshops.models import Batch

DROPPED = {CANCELLED: OverReason.BY_ORGANISER, MOVED: OverReason.MOVED}


@dataclass(frozen=True)
class Target:
    """What the new rows hang on: the key of each session, and the courses."""

    sessions: dict[str, int]
    courses: dict[str, Course]


def write(
    rows: list[RegistrationRow],
    changes: Changes,
    target: Target,
    batch: Batch,
    now: datetime.datetime,
) -> None:
    """Write bookings, parties, headcounts and transitions of *rows* in the caller's transaction."""
    bookings = Booking.objects.bulk_create(
        [
            _booking(row, target.sessions[row.session], changes.replaced.get(row.nr), batch, now)
            for row in rows
        ]
    )
    pairs = list(zip(rows, bookings, strict=True))
    parties = Party.objects.bulk_create(
        [_party(row, booking, changes.schools, target.courses) for row, booking in pairs]
    )
    counted = zip(rows, parties, strict=True)
    Headcount.objects.bulk_create(
        [_headcount(row, party, batch, now) for row, party in counted if _is_counted(row)]
    )
    Transition.objects.bulk_create(
        [Transition(booking=b, target=b.state, why="import", at=now) for b in bookings]
    )


def _booking(
    row: RegistrationRow, session: int, replaces: int | None, batch: Batch, now: datetime.datetime
) -> Booking:
    dropped = DROPPED.get(row.status)
    return Booking(
        reference=new_reference(),
        session_id=session,
        seats=row.booked,
        created_at=now,
        row_id=row.nr,
        row_digest=row.digest,
        replaces_id=replaces,
        batch=batch,
        state=BookingState.CANCELLED if dropped else BookingState.CONFIRMED,
        over_at=now if dropped else None,
        over_reason=dropped or "",
    )


def _party(
    row: RegistrationRow, booking: Booking, schools: dict[str, int], courses: dict[str, Course]
) -> Party:
    return Party(
        booking=booking,
        session_id=booking.session_id,
        live=row.status not in DROPPED,
        kind=Party.Kind.CLASS if row.is_class else Party.Kind.CROWD,
        seats=row.booked,
        school_id=schools.get(row.school),
        label=row.label,
        folded_label=row.folded_label,
        grade=row.grade,
        course=courses.get(row.course),
    )


def _is_counted(row: RegistrationRow) -> bool:
    """A no-show is a count of nobody, also where the cell is blank ("Three zeros differ")."""
    return row.present is not None or row.status == NO_SHOW


def _headcount(
    row: RegistrationRow, party: Party, batch: Batch, now: datetime.datetime
) -> Headcount:
    absent = row.status == NO_SHOW
    approved = row.approved is not None
    return Headcount(
        party=party,
        present=row.present or 0,
        adults=row.adults,
        outcome=Headcount.Outcome.NO_SHOW if absent else Headcount.Outcome.CAME,
        recorded_at=now,
        batch=batch,
        verdict=Headcount.Verdict.APPROVED if approved else "",
        decided_at=_noon(row.approved) if row.approved else None,
    )


def _noon(day: datetime.date) -> datetime.datetime:
    """An approval in a file has a day only; noon is on that day in every zone we show."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
