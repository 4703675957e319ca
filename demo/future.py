"""What is booked: sessions to come, with bookings in every state."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial

from booking.models import Booking, Errand
from booking.states import BookingState, OverReason
from demo.rows import TownRows
from demo.timetable import PlannedDate
from workshops.models import Audience, Session

_S = BookingState
_DRAFT_FROM = 100  # days ahead: what lies further away is not open yet
_HOUR = datetime.timedelta(hours=1)
Story = Callable[[TownRows, Session], None]


def play(rows: TownRows, slots: Sequence[PlannedDate]) -> None:
    """Add the sessions of *slots*, all of them to come, the first of each kind with a story."""
    turns = {key: iter(stories) for key, stories in _STORIES.items()}
    drafts = datetime.timedelta(days=_DRAFT_FROM)
    for slot in slots:
        if slot.starts > rows.stage.now + drafts:
            rows.session(slot, state=Session.State.DRAFT)
            continue
        asks = rows.stage.workshops[slot.workshop].needs_approval
        key = "approval" if asks else slot.audience
        session = rows.session(slot)
        next(turns[key], _as_it_comes)(rows, session)


def _created(rows: TownRows) -> datetime.datetime:
    """A working hour of the last weeks."""
    return rows.stage.now - _HOUR * rows.chance.randint(30, 900)


def _class(
    rows: TownRows,
    session: Session,
    *states: BookingState,
    seats: int = 0,
    reason: OverReason | None = None,
    expires_at: datetime.datetime | None = None,
    why: str = "",
) -> Booking:
    """Add the booking of one class; a school without a mailbox is an errand."""
    party = rows.school_class(session, seats=seats or rows.chance.randint(19, 26))
    waits = {_S.WAITING, _S.PENDING} & set(states[-1:])
    booking = rows.booking(
        session,
        [party],
        created_at=_created(rows),
        states=states or (_S.CONFIRMED,),
        expires_at=expires_at or (session.starts if waits else None),
        reason=reason,
        by=rows.stage.staff["coordinator"] if why else None,
        why=why,
    )
    if booking.state == _S.CONFIRMED and party.school_id in rows.stage.silent:
        _errand(rows, booking)
    return booking


def _errand(rows: TownRows, booking: Booking) -> None:
    """Somebody must telephone the school; for older bookings it has been done."""
    done = booking.created_at < rows.stage.now - datetime.timedelta(days=12)
    at = booking.created_at + 2 * _HOUR
    rows.errands.append(
        Errand(
            kind=Errand.Kind.TELL_SCHOOL,
            booking=booking,
            school=rows.parties[-1].school,
            created_at=booking.created_at,
            done_at=at if done else None,
            done_by=rows.stage.staff["coordinator2"] if done else None,
        )
    )


# --- classes ------------------------------------------------------------------------------------


def _as_it_comes(rows: TownRows, session: Session) -> None:
    """The sooner the session, the likelier it is booked."""
    days = (session.starts - rows.stage.now).days
    likely = 0.75 if days < 21 else 0.5 if days < 50 else 0.2
    if session.audience != Audience.PUPILS:
        _people(rows, session, int(session.capacity * likely * 0.6))
    elif rows.chance.random() < likely:
        _class(rows, session)


def _full(rows: TownRows, session: Session) -> None:
    """Every seat is taken, by one class or two."""
    halves = (session.capacity // 2, session.capacity - session.capacity // 2)
    for seats in halves if session.capacity > 30 else (session.capacity,):
        _class(rows, session, seats=seats)


def _nearly_full(rows: TownRows, session: Session) -> None:
    halves = (session.capacity // 2, session.capacity // 2 - 3)
    for seats in halves if session.capacity > 30 else (session.capacity - 3,):
        _class(rows, session, seats=seats)


def _waiting(rows: TownRows, session: Session) -> None:
    """Full, and a class waits for a seat."""
    _full(rows, session)
    _class(rows, session, _S.WAITING)


def _offered(rows: TownRows, session: Session) -> None:
    """Somebody cancelled, and the first who waited has been offered the seats."""
    _class(rows, session, _S.CONFIRMED, _S.CANCELLED, reason=OverReason.BY_BOOKER)
    deadline = rows.stage.now + 44 * _HOUR
    _class(rows, session, _S.WAITING, _S.OFFERED, expires_at=deadline)


def _lapsed(rows: TownRows, session: Session) -> None:
    """One class never confirmed its mailbox; another one came."""
    _class(rows, session, _S.PENDING, _S.EXPIRED, reason=OverReason.DEADLINE)
    _class(rows, session)


def _called_off(rows: TownRows, session: Session) -> None:
    """The organiser had to cancel the session, with its bookings."""
    _class(
        rows,
        session,
        _S.CONFIRMED,
        _S.CANCELLED,
        reason=OverReason.BY_ORGANISER,
        why="Underviseren er blevet syg.",
    )
    session.state, session.over_at = Session.State.CANCELLED, rows.stage.now - 20 * _HOUR


def _closed(rows: TownRows, session: Session) -> None:
    """Somebody has closed it for further bookings."""
    _class(rows, session)
    session.state = Session.State.CLOSED


def _asked(rows: TownRows, session: Session) -> None:
    """A booking waits for a coordinator."""
    _class(rows, session, _S.PENDING)


def _asked_and_answered(rows: TownRows, session: Session) -> None:
    """One booking was declined, the next one accepted."""
    _class(
        rows,
        session,
        _S.PENDING,
        _S.DECLINED,
        reason=OverReason.DECLINED,
        why="Klassen har haft workshoppen i år.",
    )
    _class(rows, session, _S.PENDING, _S.CONFIRMED)


# --- evenings and talks -------------------------------------------------------------------------


def _people(rows: TownRows, session: Session, seats: int) -> None:
    """Let people sign up until *seats* are taken."""
    while session.seats_taken < seats:
        guest = rows.guest()
        wanted = min(rows.chance.choice((1, 1, 2)), seats - session.seats_taken)
        person = rows.person(guest, seats=wanted)
        rows.booking(session, [person], created_at=_created(rows), guest=guest)


def _crowded(rows: TownRows, session: Session, *, left: int) -> None:
    """Nearly full, or full with two people waiting."""
    _people(rows, session, session.capacity - left)
    for _number in range(0 if left else 2):
        guest = rows.guest()
        rows.booking(
            session,
            [rows.person(guest, seats=1)],
            created_at=_created(rows),
            states=(_S.WAITING,),
            expires_at=session.starts,
            guest=guest,
        )


_STORIES: dict[str, tuple[Story, ...]] = {
    "elever": (
        _full,
        _as_it_comes,
        _waiting,
        _nearly_full,
        _offered,
        _lapsed,
        _called_off,
        _full,
        _closed,
        _nearly_full,
    ),
    "approval": (_asked_and_answered, _asked, _asked),
    "forældre": (partial(_crowded, left=0), partial(_crowded, left=3)),
    "fagpersoner": (partial(_crowded, left=4),),
}
