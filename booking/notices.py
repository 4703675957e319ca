"""Which letter about a booking goes to whom. Each is written in the transaction of what it tells.

A letter is in the language of its booking, as text and as HTML. It holds no secret link: "[[name]]"
stands where the outbox puts one when the letter leaves.
"""

import datetime
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from booking import appointments, links
from booking.appointments import ClassLine
from booking.models import Booking, Contact, Errand
from booking.states import BookingState
from notifications import outbox
from notifications.links import SecretLink
from notifications.outbox import Letter
from workshops import moments
from workshops.models import Audience, Session, Workshop

_GAPS = re.compile(r"\n{3,}")
Classes = Sequence[ClassLine] | None


def placed(booking: Booking, *, classes: Classes = None) -> None:
    """Tell the booker what became of a new booking, by its state; tell the schools of it.

    Confirmed, awaiting approval, waiting, or waiting for the mailbox: then the schools hear of it
    only when it is confirmed, since anybody can type an address. *classes* saves asking for them.
    """
    lines = appointments.classes(booking) if classes is None else classes
    kind = _FIRST_LETTER[BookingState(booking.state)]
    if booking.awaits_mailbox:
        _post(_to_booker(booking, "mailbox", lines=lines, page="confirm/"))
        return
    _post(_to_booker(booking, kind, lines=lines), *_to_schools(booking, lines))


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
    _post(_to_booker(booking, "cancelled", why=why, by_organiser=by_organiser))


def declined(booking: Booking, *, why: str = "") -> None:
    """Tell the booker that the booking was not accepted, and why."""
    _post(_to_booker(booking, "declined", why=why))


def expired(booking: Booking) -> None:
    """Tell the booker that the time to confirm ran out and the seats are free again."""
    _post(_to_booker(booking, "expired"))


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
            {
                "mark": f"[[{booking.reference}]]",
                "title": booking.session.workshop.local_title,
                "when": appointments.when(booking.session),
                "reference": booking.reference,
            }
            for booking in bookings
        ]
        context = {**_sender(), "LANGUAGE_CODE": language, "bookings": rows}
        _post(
            _letter(
                "lost",
                context,
                key=f"lost:{name}:{now:%Y%m%dT%H%M}",
                to=email,
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
    """Return the letter to the contact; None when their data have been deleted."""
    contact: Contact | None = getattr(booking, "contact", None)
    if contact is None:
        return None
    lines = appointments.classes(booking) if lines is None else lines
    with translation.override(booking.language):
        context = {**_about(booking, lines, contact=contact), **more}
        if old is not None:
            context["old_when"] = appointments.when(old)
            context["old_where"] = appointments.where(old, lines=lines, contact=contact)
        return _letter(
            kind,
            context,
            key=f"booking:{booking.reference}:{kind}" + (f":{key}" if key else ""),
            to=contact.email,
            links={"booking": links.link(booking, page)},
        )


def _to_schools(booking: Booking, lines: Sequence[ClassLine]) -> list[Letter]:
    """Return a letter for each school of a booking; write an errand for one without a mailbox."""
    schools = {line.school.school_id: line.school for line in lines}
    contact: Contact | None = getattr(booking, "contact", None)
    if contact is None or booking.state == BookingState.WAITING:
        return []
    silent = [pk for pk, school in schools.items() if not school.mailbox]
    if silent:
        Errand.objects.bulk_create(
            [Errand(kind=Errand.Kind.TELL_SCHOOL, booking=booking, school_id=pk) for pk in silent],
            ignore_conflicts=True,
        )
    with translation.override(settings.LANGUAGE_CODE):
        return [
            _to_school(booking, [line for line in lines if line.school.school_id == pk])
            for pk, school in schools.items()
            if school.mailbox
        ]


def _to_school(booking: Booking, own: Sequence[ClassLine]) -> Letter:
    """Return the letter to the school of these classes, in the active language."""
    school = own[0].school
    about = _about(booking, own, contact=booking.contact)
    return _letter(
        "school",
        {**about, "school": school.name, "booker": booking.contact.name},
        key=f"booking:{booking.reference}:school:{school.school_id}",
        to=school.mailbox,
        links={},
    )


def _about(booking: Booking, lines: Sequence[ClassLine], *, contact: Contact) -> dict[str, Any]:
    """Return what every letter about a booking says, in the active language."""
    session, workshop = booking.session, booking.session.workshop
    return {
        **_sender(),
        "LANGUAGE_CODE": translation.get_language(),
        "title": workshop.local_title,
        "dates": _dates(workshop),
        "day": moments.day(session.local_date, short=True, today=timezone.localdate()),
        "when": appointments.when(session),
        "where": appointments.where(session, lines=lines, contact=contact),
        "who": appointments.who(booking, lines),
        "preparation": workshop.local_preparation,
        "school_provides": workshop.local_school_provides,
        "reference": booking.reference,
        "for_class": session.audience == Audience.PUPILS,
        "deadline": booking.expires_at and moments.moment(booking.expires_at),
        "deleted_on": moments.day(contact.expires_on),
    }


def _dates(workshop: Workshop) -> str:
    """Return where other dates of a workshop stand: on its page, else on the first page."""
    is_shown = workshop.state == Workshop.State.PUBLISHED
    page = reverse("public:workshop", args=[workshop.slug]) if is_shown else "/"
    return f"{settings.SITE_URL}{page}"


def _sender() -> dict[str, Any]:
    return {
        "BRAND_NAME": settings.BRAND_NAME,
        "BRAND_COLOUR": settings.BRAND_COLOUR,
        "BRAND_OWNER": settings.BRAND_OWNER,
        "BRAND_EMAIL": settings.BRAND_EMAIL,
        "BRAND_PHONE": settings.BRAND_PHONE,
        "SITE_URL": settings.SITE_URL,
    }


def _letter(
    kind: str, context: dict[str, Any], *, key: str, to: str, links: Mapping[str, SecretLink]
) -> Letter:
    return Letter(
        key=key,
        kind=kind,
        to=to,
        language=context["LANGUAGE_CODE"],
        subject=render_to_string(f"booking/mail/{kind}.subject.txt", context),
        text=_GAPS.sub("\n\n", render_to_string(f"booking/mail/{kind}.txt", context)),
        html=render_to_string(f"booking/mail/{kind}.html", context),
        links=links,
    )
