"""A few bookings of today, made as a guest makes them, so that letters stand in the outbox."""

import uuid
from datetime import timedelta
from random import Random

from booking.actions import bookings
from booking.actions.parties import Booker, ClassParty, PersonParty
from booking.models import Booking
from demo.stage import Town
from workshops.models import Audience, School, Session

_NAMESPACE = uuid.UUID("5f0c1d9e-3f1c-4a4e-9d55-0c6a2c0a7d11")
# Long enough to be seen pending for some days; a real one has two hours.
_DEADLINE = timedelta(days=3)


def play(stage: Town, chance: Random) -> None:
    """Book a class at a school with a mailbox and at one without, two parents, a professional."""
    _book(stage, Audience.PUPILS, "Line Eksempelsen", school=_school(stage, chance, silent=False))
    _book(stage, Audience.PUPILS, "Bo Prøvestrup", school=_school(stage, chance, silent=True))
    _book(stage, Audience.PARENTS, "Tina Demoholm", is_new=True)
    _book(stage, Audience.PARENTS, "Paul Attrapgaard", language="en")
    _book(stage, Audience.PROFESSIONALS, "Stine Skabelonsen", is_new=True)


def _school(stage: Town, chance: Random, *, silent: bool) -> School:
    schools = [s for s in stage.schools["folk"] if (s.pk in stage.silent) == silent]
    return chance.choice(schools)


def _book(
    stage: Town,
    audience: Audience,
    name: str,
    *,
    school: School | None = None,
    language: str = "da",
    is_new: bool = False,
) -> Booking | None:
    """Place one booking in the first session with room enough; None when there is none."""
    wanted = 22 if school else 1
    soon = Session.objects.bookable(stage.now + timedelta(days=6)).filter(audience=audience)
    fitting = soon.filter(workshop__needs_approval=False).order_by("starts")
    session = next((found for found in fitting if found.seats_left >= wanted), None)
    if session is None:
        return None
    address = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha())
    party = (
        ClassParty(school=school, label=f"{session.workshop.grade_from}.D", seats=22, adults=2)
        if school
        else PersonParty(seats=1)
    )
    return bookings.place(
        session,
        parties=[party],
        contact=Booker(name=name, email=f"{address}@gaest.example", equipment_confirmed=True),
        request_key=uuid.uuid5(_NAMESPACE, name),
        language=language,
        needs_mailbox=is_new,
        mailbox_deadline=_DEADLINE,
        now=stage.now,
    )
