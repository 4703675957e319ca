"""The seats of a session: its row is locked first, then what lies in them is changed."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.models import Booking, Hold, Mailbox
from booking.states import BookingEvent, OverReason
from workshops.models import Mark, Session, User
from workshops.prepared import A_KEY, A_TIME, A_UUID, A_WORD, Prepared

MOST_SEATS = 1000  # of one booking or hold; the capacity of the session is the real limit


def lock(pks: Iterable[int]) -> dict[int, Session]:
    """Lock these sessions in the order of their pk; return them as they are now, by pk.

    Every verb that changes seats or counts locks the sessions first, and bookings, holds and what
    is counted after them, so that no two verbs can wait for each other. On SQLite the transaction
    itself is the lock (it begins IMMEDIATE).
    """
    rows = Session.objects.select_for_update(no_key=True).filter(pk__in=set(pks))
    return {row.pk: row for row in rows.order_by("pk")}


@dataclass(frozen=True, slots=True)
class Seen:
    """A session locked for booking, and what the locking statement has seen beside it.

    That was before it waited for the lock. So a request may be known by now; but what is not
    overdue at a moment will not become so at that moment.
    """

    session: Session
    has_overdue: bool
    knows_request: bool
    knows_mailbox: bool


def lock_to_book(pk: int, *, request_key: uuid.UUID, mailbox: str, now: datetime.datetime) -> Seen:
    """Lock one session and read, by the same statement, all that booking it needs to know.

    *mailbox* is the key of the booker's address (`parties.person_key`).
    """
    [session] = _TO_BOOK.rows(pk=pk, request_key=request_key, mailbox=mailbox, now=now)
    facts = {name: getattr(session, name) for name in _FACTS}
    return Seen(session, **facts)


_FACTS = ("has_overdue", "knows_request", "knows_mailbox")


def _to_book(
    pk: int, request_key: uuid.UUID, mailbox: str, now: datetime.datetime
) -> QuerySet[Session, Session]:
    holds = Hold.objects.expired(now).filter(session=OuterRef("pk"))
    overdue = Booking.objects.overdue(now).filter(session=OuterRef("pk"))
    return (
        Session.objects.filter(pk=pk)
        .select_for_update(no_key=True, of=("self",))
        .select_related("workshop", "venue", "school")
        .annotate(
            has_overdue=Exists(holds) | Exists(overdue),
            knows_request=Exists(Booking.objects.filter(request_key=request_key)),
            knows_mailbox=Exists(Mailbox.objects.filter(key=mailbox)),
        )
    )


_TO_BOOK = Prepared(_to_book, pk=A_KEY, request_key=A_UUID, mailbox=A_WORD, now=A_TIME)


def lock_booking(booking: Booking, *, further: Iterable[int] = ()) -> Booking:
    """Lock a booking's session, *further* sessions, then the booking; return it as it is now.

    Its `session` is the locked row. Refuses with the code ``booking_changed`` when the booking
    was moved to another session between reading and locking.
    """
    pk = Booking.objects.values_list("session_id", flat=True).get(pk=booking.pk)
    sessions = lock([pk, *further])
    current = Booking.objects.select_for_update(no_key=True).get(pk=booking.pk)
    if current.session_id not in sessions:
        message = _("This booking was moved at the same moment. Look at it again and repeat.")
        raise ValidationError(message, code="booking_changed")
    current.session = sessions[current.session_id]
    return current


def clear(session: Session, *, now: datetime.datetime) -> None:
    """Drop the expired holds of a locked session and expire its overdue bookings.

    So neither ever blocks anybody, also while no worker runs.
    """
    drop_holds(session, now=now)
    expire_bookings(session, now=now)


def drop_holds(session: Session, *, now: datetime.datetime) -> int:
    """Delete the expired holds of a locked session, give their seats back; return their number."""
    expired = list(Hold.objects.filter(session=session).expired(now))
    if expired:
        Hold.objects.filter(pk__in=[hold.pk for hold in expired]).delete()
        take(session, -sum(hold.seats for hold in expired))
    return len(expired)


def expire_bookings(session: Session, *, now: datetime.datetime) -> int:
    """Expire the overdue bookings of a locked session, free their seats, tell the bookers; return
    their number."""
    overdue = Booking.objects.filter(session=session).overdue(now).order_by("pk")
    expired = list(overdue.select_for_update(no_key=True))
    for booking in expired:
        booking.session = session
        advance(booking, BookingEvent.EXPIRE, by=None, now=now)
        notices.expired(booking)
    return len(expired)


def redeem(hold: Hold, *, session: Session) -> int:
    """Delete a hold of a locked session and return its seats; 0 when it is gone or elsewhere.

    One statement when the hold is as it was read, which is nearly always.
    """
    if _delete(hold.pk, session=session, seats=hold.seats):
        return hold.seats
    current = Hold.objects.filter(pk=hold.pk, session=session).first()
    return (
        current.seats
        if current and _delete(current.pk, session=session, seats=current.seats)
        else 0
    )


def _delete(pk: int, *, session: Session, seats: int) -> bool:
    """Delete the row alone: Django would first write to the form that has the hold, as its owner
    does anyway in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM booking_hold WHERE id = %s AND session_id = %s AND seats = %s",
            [pk, session.pk, seats],
        )
        return bool(cursor.rowcount == 1)


def take(session: Session, seats: int) -> None:
    """Take *seats* (negative: give them back) by one conditional UPDATE, or refuse.

    Refuses with the code ``session_full`` when they are not there.
    """
    if seats and not session.take_seats(seats):
        raise full()


def full() -> ValidationError:
    """Return the refusal of more seats than there are."""
    message = _("There are not that many seats left in this session. Choose another date.")
    return ValidationError(message, code="session_full")


def advance(
    booking: Booking,
    event: BookingEvent,
    *,
    by: User | None,
    now: datetime.datetime,
    why: str = "",
    reason: OverReason | None = None,
) -> None:
    """Make the move of *event* on a locked booking; its seats follow what its new state holds.

    Makes the move (see Booking.advance, which may refuse), takes or gives back the seats, and
    leaves a mark for the figures.
    """
    held = booking.holds_seats
    booking.advance(event, by=by, why=why, reason=reason, now=now)
    if held != booking.holds_seats:
        take(booking.session, booking.seats if booking.holds_seats else -booking.seats)
    mark(booking.session, reason=f"booking {booking.state}", now=now)


def mark(session: Session, *, reason: str, now: datetime.datetime) -> None:
    """Append a mark: a figure of this session may have changed and is to be asked for again."""
    Mark.objects.create(session=session, reason=reason, at=now)


def check_number(seats: int) -> None:
    """Refuse a number of seats that no booking can have, with the code ``seats_out_of_range``."""
    if not 1 <= seats <= MOST_SEATS:
        message = _("The number of seats is %(seats)s: write a number from 1 to %(most)s.")
        params = {"seats": seats, "most": MOST_SEATS}
        raise ValidationError(message, code="seats_out_of_range", params=params)


def check_bookable(session: Session, *, now: datetime.datetime) -> None:
    """Refuse a session that nobody can book now; the row's twin of SessionQuerySet.bookable.

    Codes: ``session_begun`` and ``session_not_open``.
    """
    if session.starts <= now:
        message = _("This session has already begun. Choose another date.")
        raise ValidationError(message, code="session_begun")
    if session.state != Session.State.OPEN:
        raise not_open()


def slot(session: Session) -> tuple[object, ...]:
    """Return what somebody agrees to who books: when and where it is, and in which language."""
    place = (session.venue_id, session.school_id, session.room)
    return (session.starts, session.ends, *place, session.language)


def not_open() -> ValidationError:
    """Return the refusal of a session that takes no bookings."""
    message = _("This session is not open for booking. Choose another date.")
    return ValidationError(message, code="session_not_open")
