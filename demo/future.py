"""What is booked: sessions to come, with bookings in every state."""

import datetime
from collections.abc import Callable, Sequence
from functools import partial

from booking.models import Booking, Errand
from booking.states import BookingState, OverReason
from demo.ledger import Ledger
from demo.timetable import PlannedDate
from workshops.models import Audience, Session

_S = BookingState
_DRAFT_FROM = 100  # days ahead: what lies further away is not open yet
_HOUR = datetime.timedelta(hours=1)
Story = Callable[[Ledger, Session], None]


def play(ledger: Ledger, slots: Sequence[PlannedDate]) -> None:
    """Add the sessions of *slots*, all of them to come, the first of each kind with a story."""
    turns = {key: iter(stories) for key, stories in _STORIES.items()}
    drafts = datetime.timedelta(days=_DRAFT_FROM)
    for slot in slots:
        if slot.starts > ledger.stage.now + drafts:
            ledger.session(slot, state=Session.State.DRAFT)
            continue
        asks = ledger.stage.workshops[slot.workshop].needs_approval
        key = "approval" if asks else slot.audience
        session = ledger.session(slot)
        next(turns[key], _as_it_comes)(ledger, session)


def _created(ledger: Ledger) -> datetime.datetime:
    """A working hour of the last weeks."""
    return ledger.stage.now - _HOUR * ledger.chance.randint(30, 900)


def _class(
    ledger: Ledger,
    session: Session,
    *states: BookingState,
    seats: int = 0,
    reason: OverReason | None = None,
    expires_at: datetime.datetime | None = None,
    why: str = "",
) -> Booking:
    """Add the booking of one class; a school without a mailbox is an errand."""
    party = ledger.school_class(session, seats=seats or ledger.chance.randint(19, 26))
    waits = {_S.WAITING, _S.PENDING} & set(states[-1:])
    booking = ledger.booking(
        session,
        [party],
        created_at=_created(ledger),
        states=states or (_S.CONFIRMED,),
        expires_at=expires_at or (session.starts if waits else None),
        reason=reason,
        by=ledger.stage.staff["coordinator"] if why else None,
        why=why,
    )
    if booking.state == _S.CONFIRMED and party.school_id in ledger.stage.silent:
        _errand(ledger, booking)
    return booking


def _errand(ledger: Ledger, booking: Booking) -> None:
    """Somebody must telephone the school; for older bookings it has been done."""
    done = booking.created_at < ledger.stage.now - datetime.timedelta(days=12)
    at = booking.created_at + 2 * _HOUR
    ledger.errands.append(
        Errand(
            kind=Errand.Kind.TELL_SCHOOL,
            booking=booking,
            school=ledger.parties[-1].school,
            created_at=booking.created_at,
            done_at=at if done else None,
            done_by=ledger.stage.staff["coordinator2"] if done else None,
        )
    )


# --- classes ------------------------------------------------------------------------------------


def _as_it_comes(ledger: Ledger, session: Session) -> None:
    """The sooner the session, the likelier it is booked."""
    days = (session.starts - ledger.stage.now).days
    likely = 0.75 if days < 21 else 0.5 if days < 50 else 0.2
    if session.audience != Audience.PUPILS:
        _people(ledger, session, int(session.capacity * likely * 0.6))
    elif ledger.chance.random() < likely:
        _class(ledger, session)


def _full(ledger: Ledger, session: Session) -> None:
    """Every seat is taken, by one class or two."""
    halves = (session.capacity // 2, session.capacity - session.capacity // 2)
    for seats in halves if session.capacity > 30 else (session.capacity,):
        _class(ledger, session, seats=seats)


def _nearly_full(ledger: Ledger, session: Session) -> None:
    halves = (session.capacity // 2, session.capacity // 2 - 3)
    for seats in halves if session.capacity > 30 else (session.capacity - 3,):
        _class(ledger, session, seats=seats)


def _waiting(ledger: Ledger, session: Session) -> None:
    """Full, and a class waits for a seat."""
    _full(ledger, session)
    _class(ledger, session, _S.WAITING)


def _offered(ledger: Ledger, session: Session) -> None:
    """Somebody cancelled, and the first who waited has been offered the seats."""
    _class(ledger, session, _S.CONFIRMED, _S.CANCELLED, reason=OverReason.BY_BOOKER)
    deadline = ledger.stage.now + 44 * _HOUR
    _class(ledger, session, _S.WAITING, _S.OFFERED, expires_at=deadline)


def _lapsed(ledger: Ledger, session: Session) -> None:
    """One class never confirmed its mailbox; another one came."""
    _class(ledger, session, _S.PENDING, _S.EXPIRED, reason=OverReason.DEADLINE)
    _class(ledger, session)


def _called_off(ledger: Ledger, session: Session) -> None:
    """The organiser had to cancel the session, with its bookings."""
    _class(
        ledger,
        session,
        _S.CONFIRMED,
        _S.CANCELLED,
        reason=OverReason.BY_ORGANISER,
        why="Underviseren er blevet syg.",
    )
    session.state, session.over_at = Session.State.CANCELLED, ledger.stage.now - 20 * _HOUR


def _closed(ledger: Ledger, session: Session) -> None:
    """Somebody has closed it for further bookings."""
    _class(ledger, session)
    session.state = Session.State.CLOSED


def _asked(ledger: Ledger, session: Session) -> None:
    """A booking waits for a coordinator."""
    _class(ledger, session, _S.PENDING)


def _asked_and_answered(ledger: Ledger, session: Session) -> None:
    """One booking was declined, the next one accepted."""
    _class(
        ledger,
        session,
        _S.PENDING,
        _S.DECLINED,
        reason=OverReason.DECLINED,
        why="Klassen har haft workshoppen i år.",
    )
    _class(ledger, session, _S.PENDING, _S.CONFIRMED)


# --- evenings and talks -------------------------------------------------------------------------


def _people(ledger: Ledger, session: Session, seats: int) -> None:
    """Let people sign up until *seats* are taken."""
    while session.seats_taken < seats:
        guest = ledger.guest()
        wanted = min(ledger.chance.choice((1, 1, 2)), seats - session.seats_taken)
        person = ledger.person(guest, seats=wanted)
        ledger.booking(session, [person], created_at=_created(ledger), guest=guest)


def _crowded(ledger: Ledger, session: Session, *, left: int) -> None:
    """Nearly full, or full with two people waiting."""
    _people(ledger, session, session.capacity - left)
    for _number in range(0 if left else 2):
        guest = ledger.guest()
        ledger.booking(
            session,
            [ledger.person(guest, seats=1)],
            created_at=_created(ledger),
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
