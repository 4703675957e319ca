"""The life of a booking: placed, confirmed or declined, cancelled, expired. See also moves."""

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.actions import parties as people
from booking.actions import refusals, seats
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.appointments import ClassLine
from booking.models import Booking, Hold, Transition
from booking.states import BookingEvent, BookingState, OverReason
from workshops.models import SchoolVersion, Session, User

MAILBOX_CONFIRMED = "mailbox confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """What `place` was asked for, checked as far as no table is needed."""

    session: Session
    parties: tuple[ClassParty | PersonParty, ...]
    booker: Booker
    request_key: uuid.UUID
    language: str
    hold: Hold | None
    wait: bool

    @property
    def seats(self) -> int:
        return sum(party.seats for party in self.parties)

    @property
    def digest(self) -> str:
        """A keyed fingerprint of the content: it outlives the contact and gives nothing away."""
        rows = [_content(party) for party in self.parties]
        booker = astuple(self.booker)
        content = json.dumps([self.session.pk, rows, booker, self.language, self.wait])
        return salted_hmac("booking.request", content, algorithm="sha256").hexdigest()


def _content(party: ClassParty | PersonParty) -> list[object]:
    if isinstance(party, PersonParty):
        return [party.seats]
    course = party.course.pk if party.course else None
    return [party.school.pk, party.label, party.seats, party.adults, party.grade, course]


def place(
    session: Session,
    *,
    parties: Sequence[ClassParty | PersonParty],
    contact: Booker,
    request_key: uuid.UUID,
    language: str = "da",
    hold: Hold | None = None,
    wait: bool = False,
    needs_mailbox: bool = False,
    mailbox_deadline: datetime.timedelta | None = None,
    by: User | None = None,
    now: datetime.datetime | None = None,
) -> Booking:
    """Book classes, or a person, for a session. One transaction; all of it or nothing.

    Checks shapes. Locks the session. A known *request_key* with the same content returns the
    booking it made. Drops expired holds and overdue bookings there. Takes the seats by one
    conditional UPDATE; those of *hold* are transferred, never released and taken again. Writes the
    Booking, a Party for each class, the Contact (deleted by setting CONTACT_DAYS), a
    Transition and a mark. An expired hold is no hindrance where there is room still.

    CONFIRMED; PENDING for *mailbox_deadline* (else setting MAILBOX_HOURS) with *needs_mailbox*;
    PENDING until the session begins where the workshop needs approval; WAITING without seats when
    full and *wait*.

    Refuses with ``request_key_reused`` (other content), ``session_full``, ``session_begun``,
    ``session_not_open``, ``school_closed``, ``class_already_booked``,
    ``person_already_signed_up``, ``language_unknown`` and the codes of `parties.check` and
    `parties.check_booker`.
    """
    people.check(session, parties)
    order = _Order(
        session=session,
        parties=tuple(parties),
        booker=people.check_booker(contact),
        request_key=request_key,
        language=_checked_language(language),
        hold=hold,
        wait=wait,
    )
    hours = datetime.timedelta(hours=settings.MAILBOX_HOURS)
    patience = (mailbox_deadline or hours) if needs_mailbox else None
    now = now or timezone.now()
    return _place_once(order, patience=patience, by=by, now=now)


def _checked_language(language: str) -> str:
    if language not in dict(settings.LANGUAGES):
        message = _("The language %(language)s is not one of ours.")
        raise ValidationError(message, code="language_unknown", params={"language": language})
    return language


def _place_once(
    order: _Order,
    *,
    patience: datetime.timedelta | None,
    by: User | None,
    now: datetime.datetime,
) -> Booking:
    """Place the order under the lock of its session, unless its request has been placed before.

    The locking statement looks for the request as it was before it waited: when the same request
    has gone before meanwhile, this one is refused in one way or another, and looks again.
    """
    try:
        with refusals.from_constraints(), transaction.atomic():
            seen = seats.lock_to_book(order.session.pk, request_key=order.request_key, now=now)
            known = _known(order) if seen.knows_request else None
            return known or _place(order, seen, patience=patience, by=by, now=now)
    except (ValidationError, IntegrityError):
        known = _known(order)
        if known is None:
            raise
        return known


def _known(order: _Order) -> Booking | None:
    """Return the booking that the request made before; refuse its key with other content."""
    known = Booking.objects.filter(request_key=order.request_key).first()
    if known and known.request_digest != order.digest:
        message = _("This form was sent before with other content. Open it anew and fill it in.")
        raise ValidationError(message, code="request_key_reused")
    return known


def _place(
    order: _Order,
    seen: seats.Seen,
    *,
    patience: datetime.timedelta | None,
    by: User | None,
    now: datetime.datetime,
) -> Booking:
    """Book in a locked session; see `place`."""
    session = seen.session
    seats.check_bookable(session, now=now)
    schools = people.check_schools(
        {party.school.pk for party in order.parties if isinstance(party, ClassParty)},
        day=session.local_date,
    )
    if seen.has_overdue:
        seats.clear(session, now=now)
    state, deadline = BookingState.WAITING, session.starts
    if _take(order, session):
        state, deadline = _first_state(session, patience=patience, now=now)
    booking = Booking.objects.create(
        session=session,
        seats=order.seats,
        language=order.language,
        equipment_confirmed=order.booker.equipment_confirmed,
        request_key=order.request_key,
        request_digest=order.digest,
        expires_at=None if state == BookingState.CONFIRMED else deadline,
        created_at=now,
        state=state,
    )
    people.save(booking, order.parties, booker=order.booker)
    Transition.objects.create(booking=booking, target=state, by=by, at=now)
    seats.mark(session, reason=f"booking {state}", now=now)
    notices.placed(booking, classes=_lines(order, schools))
    return booking


def _lines(order: _Order, schools: Mapping[int, SchoolVersion]) -> list[ClassLine]:
    return [
        ClassLine(
            label=people.tidy(party.label),
            seats=party.seats,
            school=schools[party.school.pk],
        )
        for party in order.parties
        if isinstance(party, ClassParty)
    ]


def _take(order: _Order, session: Session) -> bool:
    """Take the seats, those of the hold first; say whether there were enough. May refuse."""
    held = seats.redeem(order.hold, session=session) if order.hold else 0
    if not order.wait:
        seats.take(session, order.seats - held)
        return True
    if session.take_seats(order.seats - held):
        return True
    seats.take(session, -held)
    return False


def _first_state(
    session: Session, *, patience: datetime.timedelta | None, now: datetime.datetime
) -> tuple[BookingState, datetime.datetime]:
    if patience is not None:
        return BookingState.PENDING, Booking.deadline_by(now + patience, session=session)
    if session.workshop.needs_approval:
        return BookingState.PENDING, session.starts
    return BookingState.CONFIRMED, session.starts


def confirm(
    booking: Booking, *, by: User | None = None, now: datetime.datetime | None = None
) -> Booking:
    """Confirm a pending booking: the guest their mailbox (*by* is None), or a coordinator.

    Where the workshop needs approval, the guest's confirmation leaves it pending until the session
    begins; a coordinator's is the approval. Writes a Transition and a mark, and tells the booker
    and the schools; a confirmed booking is returned as it is.

    Refuses with ``deadline_passed``, ``move_not_allowed`` and ``booking_changed``.
    """
    now = now or timezone.now()
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state == BookingState.CONFIRMED:
            return booking
        if booking.state == BookingState.PENDING:
            _check_deadline(booking, now=now)
            if by is None and booking.session.workshop.needs_approval:
                return _await_approval(booking, now=now)
        booking.expires_at = None
        seats.advance(booking, BookingEvent.CONFIRM, by=by, now=now)
        notices.confirmed(booking)
        return booking


def _check_deadline(booking: Booking, *, now: datetime.datetime) -> None:
    if booking.expires_at and booking.expires_at <= now:
        message = _("The time to confirm this booking has run out. Please book again.")
        raise ValidationError(message, code="deadline_passed")


def _await_approval(booking: Booking, *, now: datetime.datetime) -> Booking:
    """Note that the mailbox is confirmed; the booking waits for a coordinator from now on."""
    if booking.transitions.filter(why=MAILBOX_CONFIRMED).exists():
        return booking
    booking.expires_at = booking.session.starts
    booking.save(update_fields=["expires_at"])
    state = booking.state
    Transition.objects.create(
        booking=booking, origin=state, target=state, why=MAILBOX_CONFIRMED, at=now
    )
    notices.awaiting_approval(booking)
    return booking


def decline(
    booking: Booking, *, by: User | None, why: str = "", now: datetime.datetime | None = None
) -> Booking:
    """Decline a pending or waiting booking: gives its seats back, writes a Transition and a mark,
    tells the booker.

    A declined booking is returned as it is. Refuses with ``move_not_allowed``,
    ``booking_changed`` and the codes of `parties.text` for *why*.
    """
    why = people.text(why, name=_("reason"), longest=200, required=False)
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state != BookingState.DECLINED:
            now = now or timezone.now()
            seats.advance(booking, BookingEvent.DECLINE, by=by, why=why, now=now)
            notices.declined(booking, why=why)
        return booking


def cancel(
    booking: Booking,
    *,
    by: User | None,
    reason: OverReason = OverReason.BY_BOOKER,
    why: str = "",
    now: datetime.datetime | None = None,
) -> Booking:
    """Cancel a live booking: gives its seats back, frees its classes for others, writes a mark,
    tells the booker.

    A cancelled booking is returned as it is. Refuses with ``move_not_allowed``,
    ``booking_changed`` and the codes of `parties.text` for *why*.
    """
    why = people.text(why, name=_("reason"), longest=200, required=False)
    with transaction.atomic():
        booking = seats.lock_booking(booking)
        if booking.state != BookingState.CANCELLED:
            now = now or timezone.now()
            seats.advance(booking, BookingEvent.CANCEL, by=by, why=why, reason=reason, now=now)
            notices.cancelled(booking, why=why, by_organiser=reason == OverReason.BY_ORGANISER)
        return booking


def expire_due(*, now: datetime.datetime | None = None) -> int:
    """Expire every booking whose deadline has passed and free its seats; return their number.

    One transaction for each session. Tidiness only: an overdue booking blocks nobody before this.
    """
    now = now or timezone.now()
    expired = 0
    for pk in sorted(set(Booking.objects.overdue(now).values_list("session_id", flat=True))):
        with transaction.atomic():
            expired += seats.expire_bookings(seats.lock([pk])[pk], now=now)
    return expired
