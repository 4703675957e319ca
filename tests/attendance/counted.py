"""Sessions that have begun, with classes, and what a browser sends when they are counted."""

from __future__ import annotations

import datetime
import uuid

from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from booking.models import Contact
from tests.cast import seat
from tests.factories import create_booking, create_session, create_user
from workshops.models import Audience


def english(browser):
    """The same browser, in English."""
    browser.cookies["django_language"] = "en"
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def browser(role, **fields):
    """A signed-in person of this role, in English."""
    return english(seat(create_user(role=role, **fields)))


def ago(**delta):
    return timezone.now() - datetime.timedelta(**delta)


def begun(leader, *, booked=(24,), starts=None, **fields):
    """A session of today's clock that began two hours ago, with a class for each number."""
    session = create_session(
        leader=leader,
        starts=starts or ago(hours=2),
        **{"capacity": sum(booked) or 30} | fields,
    )
    for number, seats in enumerate(booked):
        create_booking(session=session, seats=seats, label=f"{number + 7}.A")
    return session


def evening(leader, *, booked=(2, 1), starts=None):
    session = create_session(
        leader=leader, starts=starts or ago(hours=2), capacity=100, audience=Audience.PARENTS
    )
    for seats in booked:
        create_booking(session=session, seats=seats)
    return session


def parties(session):
    return list(session.parties.order_by("pk"))


def count_page(session, name="facilitate:session-count"):
    return reverse(name, args=[session.pk])


def submit_page(session, name="facilitate:register-submit"):
    return reverse(name, args=[session.pk])


def typed(party=None, *, present="", client_id=None, **fields):
    """What the page sends for one line."""
    key = f"party-{party.pk}" if party and party.booking_id else "everyone"
    values = {"present": present, "client_id": client_id or uuid.uuid4(), **fields}
    return {f"{key}-{name}": str(value) for name, value in values.items()}


def said(answer):
    """What this answer has told; a message that no page has shown yet is still among them."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def words(answer):
    """The content of a page as one line of text, tags and all."""
    return " ".join(answer.content.decode().split("<main")[1].split("</main>")[0].split())


def reachable(booking, **fields):
    """Give the booking's contact what a facilitator calls."""
    Contact.objects.filter(booking=booking).update(**fields)
