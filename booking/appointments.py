"""What a booking is about, in words: when, where, who comes; and as an entry for a calendar."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Booking, Contact, Party
from booking.states import OVER, BookingState
from notifications.ics import Appointment
from workshops import moments, places
from workshops.histories import Histories
from workshops.models import Audience, SchoolVersion, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLine:
    """One class of a booking, with its school as the register had it on the day."""

    label: str
    seats: int
    school: SchoolVersion


def classes(booking: Booking) -> list[ClassLine]:
    """Return the classes of a booking in the order they were named. Two queries at the most."""
    if booking.session.audience != Audience.PUPILS:
        return []
    rows = list(booking.parties.filter(kind=Party.Kind.CLASS).order_by("pk"))
    schools = versions_on(
        [row.school_id for row in rows if row.school_id], day=booking.session.local_date
    )
    return [
        ClassLine(label=row.label, seats=row.seats, school=schools[row.school_id])
        for row in rows
        if row.school_id in schools
    ]


def versions_on(schools: Iterable[int], *, day: datetime.date) -> dict[int, SchoolVersion]:
    """Return what the register says of each school on *day*, by its key. One query."""
    return SchoolVersion.objects.histories(set(schools)).all_on(day)


def in_force(versions: Iterable[SchoolVersion], *, day: datetime.date) -> dict[int, SchoolVersion]:
    """Pick of each school's *versions* the one in force on *day*, else its first."""
    rows = ((version.school_id, version.valid_from, version) for version in versions)
    return Histories(rows).all_on(day)


# --- in words, in the active language ------------------------------------------------------------


def when(session: Session) -> str:
    """Return "onsdag den 2. december 2026 kl. 9.00–11.30"."""
    return moments.span(session.starts, session.ends)


def where(session: Session, *, lines: Sequence[ClassLine], contact: Contact | None) -> str:
    """Return where a booking takes place: our venue, a school, or the school that books."""
    if session.venue is not None:
        return places.joined(session.venue.name, session.room, session.venue.address)
    if session.school_id is not None:
        host = versions_on([session.school_id], day=session.local_date).get(session.school_id)
        return places.joined(*_school(host), session.room)
    if session.audience == Audience.PUPILS:
        meeting_place = contact.meeting_place if contact else ""
        return places.joined(*_school(lines[0].school if lines else None), meeting_place)
    return places.told("", session.room, session.audience)


def who(booking: Booking, lines: Sequence[ClassLine]) -> list[str]:
    """Return a line for each class, "7.B, 24 pupils, Skolen", or the number of people."""
    if not lines:
        return [people(booking.seats)]
    return [class_of(line.label, line.seats, line.school.name) for line in lines]


def people(number: int) -> str:
    """Return "2 people"."""
    return ngettext("%(number)d person", "%(number)d people", number) % {"number": number}


def class_of(label: str, seats: int, school: str) -> str:
    """Return "7.B, 24 pupils, Skolen"."""
    pupils = ngettext("%(number)d pupil", "%(number)d pupils", seats)
    return places.joined(label, pupils % {"number": seats}, school)


def _school(version: SchoolVersion | None) -> tuple[str, ...]:
    if version is None:
        return (_("At your school"),)
    return version.name, version.address, f"{version.postcode} {version.town}".strip()


# --- for a calendar ------------------------------------------------------------------------------


def of(booking: Booking) -> Appointment:
    """Return the calendar entry of a booking. It holds no secret link and nobody's name.

    Its stamp is that of the booking's latest move, so that the same booking is the same bytes.
    """
    lines = classes(booking)
    moves = list(booking.transitions.order_by("pk").values_list("at", flat=True))
    lost = f"{settings.SITE_URL}/my/lost/"
    about = _("Booking number %(reference)s. Have you lost the link to it? Ask for it at %(page)s")
    return Appointment(
        uid=f"b-{booking.reference.lower()}@fremmoede",
        summary=booking.session.workshop.local_title,
        starts=booking.session.starts,
        ends=booking.session.ends,
        stamp=moves[-1] if moves else booking.created_at,
        location=where(booking.session, lines=lines, contact=getattr(booking, "contact", None)),
        description=about % {"reference": booking.reference, "page": lost},
        sequence=max(len(moves) - 1, 0),
        is_confirmed=booking.state == BookingState.CONFIRMED,
        is_cancelled=booking.state in OVER,
    )
