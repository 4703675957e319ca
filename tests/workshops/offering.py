"""Workshops with dates, and what the catalogue finds of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from tests.factories import create_session, create_workshop
from workshops.models import Audience, Session, Workshop
from workshops.reports import offers
from workshops.reports.offers import Wanted


def workshop_with(**fields: Any) -> Workshop:
    """A published workshop with these columns."""
    workshop = create_workshop(audience=fields.pop("audience", Audience.PUPILS))
    Workshop.objects.filter(pk=workshop.pk).update(**fields)
    workshop.refresh_from_db()
    return workshop


def offered(title: str, *, sessions: int = 1, **fields: Any) -> Workshop:
    """A published workshop with this title and so many coming sessions."""
    workshop = create_workshop(title=title, audience=fields.pop("audience", Audience.PUPILS))
    Workshop.objects.filter(pk=workshop.pk).update(**fields)
    for number in range(sessions):
        starts = timezone.now() + datetime.timedelta(days=7 + number)
        create_session(workshop=workshop, starts=starts, capacity=30)
    workshop.refresh_from_db()
    return workshop


def session_of(workshop: Workshop, *, days: int = 14, taken: int = 0, **fields: Any) -> Session:
    """An open session so many days from now."""
    starts = timezone.now() + datetime.timedelta(days=days)
    session = create_session(workshop=workshop, starts=starts, capacity=fields.pop("capacity", 30))
    Session.objects.filter(pk=session.pk).update(seats_taken=taken, **fields)
    session.refresh_from_db()
    return session


def catalogue(wanted: Wanted, *, now: datetime.datetime) -> offers.Catalogue:
    """Read and find, as the page of the catalogue does."""
    return offers.found_in(offers.read(wanted, now=now), wanted)


def titles(wanted: Wanted, now: datetime.datetime) -> list[str]:
    return [offer.title for offer in catalogue(wanted, now=now).offers]


def only(now: datetime.datetime, wanted: Wanted | None = None) -> offers.Offer:
    (offer,) = catalogue(wanted or Wanted(), now=now).offers
    return offer
