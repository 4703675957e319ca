"""An order for seats: what it must say, and how it becomes a booking in a locked session."""

import datetime
import json
import uuid
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from booking import notices
from booking.actions import parties as people
from booking.actions import seats
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.appointments import ClassLine
from booking.models import Booking, Hold, Transition
from booking.states import BookingState
from workshops import texts
from workshops.models import SchoolVersion, Session, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for. The same *request_key* again is the same order.

    *needs_mailbox*: unless its owner has followed a link of ours, the booking is PENDING until they
    do, for *mailbox_deadline* (else setting MAILBOX_HOURS). *wait*: without seats when full.
    """

    session: Session
    parties: tuple[ClassParty | PersonParty, ...]
    booker: Booker
    request_key: uuid.UUID
    language: str = "da"
    hold: Hold | None = None
    wait: bool = False
    needs_mailbox: bool = False
    mailbox_deadline: datetime.timedelta | None = None

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


def checked(order: Order) -> Order:
    """Return the order with tidy texts; refuse what can never be booked. Reads no table.

    Codes: ``language_unknown`` and those of `parties.check` and `parties.check_booker`.
    """
    people.check(order.session, order.parties)
    if order.language not in dict(settings.LANGUAGES):
        message = _("The language %(language)s is not one of ours.")
        raise ValidationError(message, code="language_unknown", params={"language": order.language})
    return replace(order, booker=people.check_booker(order.booker))


def known(order: Order) -> Booking | None:
    """Return the booking that the request made before.

    Refuses its key with other content: ``request_key_reused``.
    """
    found = Booking.objects.filter(request_key=order.request_key).first()
    if found and found.request_digest != order.digest:
        message = _("This form was sent before with other content. Open it anew and fill it in.")
        raise ValidationError(message, code="request_key_reused")
    return found


def fulfil(order: Order, *, by: User | None = None, now: datetime.datetime) -> Booking:
    """Make the booking of a checked order, in the caller's transaction, which a refusal must end.

    Locks the session. A known request with the same content returns the booking it made. Drops
    expired holds and overdue bookings there. Takes the seats by one conditional UPDATE; those of
    the hold are transferred, never released and taken again. Writes the Booking, a Party for each
    class, the Contact (deleted by setting CONTACT_DAYS), a Transition, a mark and the letters. An
    expired hold is no hindrance where there is room still.

    CONFIRMED; PENDING until the mailbox is confirmed, or until the session begins where the
    workshop needs approval; WAITING without seats when full and asked for.

    Refuses with ``request_key_reused``, ``session_full``, ``session_begun``, ``session_not_open``,
    ``session_changed`` (when or where it is, since *order* read it) and ``school_closed``; by
    constraints (see `refusals.from_constraints`) with ``class_already_booked`` and
    ``person_already_signed_up``.
    """
    mailbox = people.person_key(order.booker.email)
    seen = seats.lock_to_book(
        order.session.pk, request_key=order.request_key, mailbox=mailbox, now=now
    )
    before = known(order) if seen.knows_request else None
    return before or _book(order, seen, by=by, now=now)


def _book(order: Order, seen: seats.Seen, *, by: User | None, now: datetime.datetime) -> Booking:
    session = seen.session
    seats.check_bookable(session, now=now)
    if seats.slot(session) != seats.slot(order.session):
        message = _("This date has been changed meanwhile. Look at it again, then book.")
        raise ValidationError(message, code="session_changed")
    schools = people.check_schools(
        {party.school.pk for party in order.parties if isinstance(party, ClassParty)},
        day=session.local_date,
    )
    if seen.has_overdue:
        seats.clear(session, now=now)
    state, deadline = BookingState.WAITING, session.starts
    if _take(order, session):
        state, deadline = _first_state(order, seen, now=now)
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


def _lines(order: Order, schools: Mapping[int, SchoolVersion]) -> list[ClassLine]:
    return [
        ClassLine(
            label=texts.tidy(party.label),
            seats=party.seats,
            school=schools[party.school.pk],
        )
        for party in order.parties
        if isinstance(party, ClassParty)
    ]


def _take(order: Order, session: Session) -> bool:
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
    order: Order, seen: seats.Seen, *, now: datetime.datetime
) -> tuple[BookingState, datetime.datetime]:
    session = seen.session
    if order.needs_mailbox and not seen.knows_mailbox:
        patience = order.mailbox_deadline or datetime.timedelta(hours=settings.MAILBOX_HOURS)
        return BookingState.PENDING, Booking.deadline_by(now + patience, session=session)
    if session.workshop.needs_approval:
        return BookingState.PENDING, session.starts
    return BookingState.CONFIRMED, session.starts
