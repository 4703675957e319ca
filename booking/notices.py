"""Which letter about a booking goes to whom, and what it tells; see `letters` for the kinds.

Each is written in the transaction of what it tells, as facts: what must be as it was then, in the
language of the booking where it is words. The outbox puts them into a letter when it leaves, and
a secret link where the templates have "[[name]]".
"""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation

from booking import appointments, links
from booking.appointments import ClassLine
from booking.models import Booking, Contact, Errand
from booking.states import BookingState
from notifications import outbox
from notifications.models import NUMBERED
from notifications.outbox import Letter
from workshops.models import Audience, Session, Workshop

Classes = Sequence[ClassLine] | None


def placed(booking: Booking, *, classes: Classes = None) -> None:
    """Tell the booker what became of a new booking, by its state; tell the schools of it.

    Confirmed, awaiting approval, waiting, or waiting for the mailbox: then the schools hear of it
    only when it is confirmed, since anybody can type an address. *classes* saves asking for them.
    """
    lines = appointments.classes(booking) if classes is None else classes
    kind = _FIRST_LETTER[BookingState(booking.state)]
    if booking.awaits_mailbox:
        deadline = booking.expires_at and booking.expires_at.isoformat()
        _post(_to_booker(booking, "mailbox", lines=lines, page="confirm/", deadline=deadline))
        return
    more = _to_prepare(booking) if kind == "confirmed" else {}
    _post(_to_booker(booking, kind, lines=lines, **more), *_to_schools(booking, lines))


_FIRST_LETTER = {
    BookingState.CONFIRMED: "confirmed",
    BookingState.PENDING: "awaiting_approval",
    BookingState.WAITING: "waiting",
}


def confirmed(booking: Booking) -> None:
    """Tell the booker that the booking stands, and the schools that have not heard of it."""
    placed(booking)


def awaiting_approval(booking: Booking) -> None:
    """Tell the booker that the mailbox is confirmed and a coordinator decides; tell the schools."""
    placed(booking)


def cancelled(booking: Booking, *, why: str = "", by_organiser: bool = False) -> None:
    """Tell the booker that the booking is cancelled, by whom and why."""
    page = _other_dates(booking.session.workshop)
    _post(_to_booker(booking, "cancelled", why=why, by_organiser=by_organiser, dates_page=page))


def declined(booking: Booking, *, why: str = "") -> None:
    """Tell the booker that the booking was not accepted, and why."""
    page = _other_dates(booking.session.workshop)
    _post(_to_booker(booking, "declined", why=why, dates_page=page))


def expired(booking: Booking) -> None:
    """Tell the booker that the time to confirm ran out and the seats are free again."""
    _post(_to_booker(booking, "expired", dates_page=_other_dates(booking.session.workshop)))


def moved(booking: Booking, *, old: Session) -> None:
    """Tell the booker of the new time and place, the old ones beside them.

    *old* is the session as it was: another one, or the same one before it was changed.
    """
    times = f"{booking.transitions.count()}:{booking.session.revision}"
    key = f"{booking.session.reference}:{booking.session.starts:%Y%m%dT%H%M}:{times}"
    _post(_to_booker(booking, "moved", key=key, old=old))


def lost(email: str, bookings: Sequence[Booking], *, now: datetime.datetime | None = None) -> None:
    """Send the links of these bookings to their address; each once a minute at the most."""
    now = now or timezone.now()
    name = bookings[0].reference if bookings else uuid.uuid4().hex
    language = bookings[0].language if bookings else settings.LANGUAGE_CODE
    with translation.override(language):
        rows = [
            {**_session(booking.session), "reference": booking.reference} for booking in bookings
        ]
    _post(
        Letter(
            key=f"lost:{name}:{now:%Y%m%dT%H%M}",
            kind="lost",
            to=email,
            language=language,
            facts={"bookings": rows},
            links={booking.reference: links.link(booking) for booking in bookings},
        )
    )


# --- building ------------------------------------------------------------------------------------


def _post(*letters: Letter | None) -> None:
    outbox.post([letter for letter in letters if letter])


def _to_booker(
    booking: Booking,
    kind: str,
    *,
    lines: Classes = None,
    page: str = "",
    key: str = "",
    old: Session | None = None,
    **more: Any,
) -> Letter | None:
    """Return the letter to the contact; None when their data have been deleted.

    Its link leads to *page* of the booking; *more* are facts of this kind alone.
    """
    contact: Contact | None = getattr(booking, "contact", None)
    if contact is None:
        return None
    lines = appointments.classes(booking) if lines is None else lines
    with translation.override(booking.language):
        facts = {**_about(booking, lines, contact=contact), **more}
        if old is not None:
            facts["old_starts"], facts["old_ends"] = old.starts.isoformat(), old.ends.isoformat()
            facts["old_where"] = appointments.where(old, lines=lines, contact=contact)
    return Letter(
        key=f"{NUMBERED}{booking.reference}:{kind}" + (f":{key}" if key else ""),
        kind=kind,
        to=contact.email,
        language=booking.language,
        facts={
            **facts,
            "for_class": booking.session.audience == Audience.PUPILS,
            "deleted_on": contact.expires_on.isoformat(),
        },
        links={"booking": links.link(booking, page)},
    )


def _to_schools(booking: Booking, lines: Sequence[ClassLine]) -> list[Letter]:
    """Return a letter for each school of a booking; write an errand for one without a mailbox."""
    schools = {line.school.school_id: line.school for line in lines}
    contact: Contact | None = getattr(booking, "contact", None)
    if contact is None or booking.state == BookingState.WAITING:
        return []
    silent = [pk for pk, school in schools.items() if not school.email]
    if silent:
        Errand.objects.bulk_create(
            [Errand(kind=Errand.Kind.TELL_SCHOOL, booking=booking, school_id=pk) for pk in silent],
            ignore_conflicts=True,
        )
    with translation.override(settings.LANGUAGE_CODE):
        return [
            _to_school(booking, [line for line in lines if line.school.school_id == pk])
            for pk, school in schools.items()
            if school.email
        ]


def _to_school(booking: Booking, own: Sequence[ClassLine]) -> Letter:
    """Return the letter to the school of these classes, in the active language."""
    school = own[0].school
    about = _about(booking, own, contact=booking.contact)
    return Letter(
        key=f"{NUMBERED}{booking.reference}:school:{school.school_id}",
        kind="school",
        to=school.email,
        language=settings.LANGUAGE_CODE,
        facts={**about, "school": school.name, "booker": booking.contact.name},
    )


def _about(booking: Booking, lines: Sequence[ClassLine], *, contact: Contact) -> dict[str, Any]:
    """Return the facts of every letter about a booking, in the active language."""
    session = booking.session
    return {
        **_session(session),
        "where": appointments.where(session, lines=lines, contact=contact),
        "reference": booking.reference,
        "who": [[line.label, line.seats, line.school.name] for line in lines]
        or [["", booking.seats, ""]],
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "title": session.workshop.local_title,
        "starts": session.starts.isoformat(),
        "ends": session.ends.isoformat(),
    }


def _to_prepare(booking: Booking) -> dict[str, Any]:
    """Return what the workshop asks of who comes, in the language of the booking."""
    workshop = booking.session.workshop
    with translation.override(booking.language):
        return {
            "preparation": workshop.local_preparation,
            "school_provides": workshop.local_school_provides,
        }


def _other_dates(workshop: Workshop) -> str:
    """Return the page where other dates of a workshop stand: its own, else the first one."""
    is_shown = workshop.state == Workshop.State.PUBLISHED
    return reverse("public:workshop", args=[workshop.slug]) if is_shown else "/"
