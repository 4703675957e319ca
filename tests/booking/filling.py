"""Filling in the booking form as a browser does: what each audience writes, and the steps."""

import datetime
import html
import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from booking.actions import parties
from booking.models import Mailbox
from tests import factories
from workshops.models import Audience

TEACHER = {
    "rows": "1",
    "label_1": "7.B",
    "pupils_1": "24",
    "adults": "2",
    "meeting_place": "Lokale 14",
    "equipment_confirmed": "on",
    "name": "Lone Lærer",
    "email": "lone@example.org",
    "mobile": "+45 20 30 40 50",
}
PARENT = {"name": "Peter Far", "email": "peter@example.org", "seats": "2"}
COLLEAGUES = {
    "rows": "2",
    "workplace": "Klub Nord",
    "job_group": "club",
    "name_1": "Ane",
    "email_1": "ane@example.org",
    "name_2": "Bo",
    "email_2": "bo@example.org",
}


def know(*emails):
    """Let these mailboxes be confirmed before."""
    for email in emails:
        Mailbox.objects.create(key=parties.person_key(email), confirmed_at=timezone.now())


def pick(session, seats=24, *, client=None, **more):
    """Press "Book" at a session; return the client and the answer."""
    client = client or Client()
    place = reverse("public:booking-begin", args=[session.workshop.slug, session.reference])
    return client, client.post(place, {"seats": str(seats)}, **more)


def begun(session, seats=24, *, client=None, **more):
    """Pick a session where there is room; return the client and the token of the form."""
    client, answer = pick(session, seats, client=client, **more)
    assert answer.status_code == 302, answer.content.decode()
    return client, answer.url.split("/")[2]


def at(page, token):
    """Where a step of the form stands."""
    return reverse(f"public:{page}", args=[token])


def teacher(chosen, **changes):
    """What a teacher of the chosen school writes."""
    return {**TEACHER, "school": chosen.number, **changes}


def filled(session, *, client=None, seats=24, known=True, **changes):
    """Pick and fill in whatever the session's audience is asked; return client and token."""
    client, token = begun(session, seats, client=client)
    answers = {
        Audience.PUPILS: lambda: teacher(factories.create_school()),
        Audience.PARENTS: PARENT.copy,
        Audience.PROFESSIONALS: COLLEAGUES.copy,
    }[Audience(session.audience)]() | changes
    if known:
        know(*{value for name, value in answers.items() if name.startswith("email")})
    answer = client.post(at("booking-details", token), answers)
    assert (answer.status_code, answer.url) == (302, at("booking-check", token)), answer.content
    return client, token


def soon(days=14, hour=10):
    """A time of day some days from now."""
    there = timezone.localtime() + datetime.timedelta(days=days)
    return there.replace(hour=hour, minute=0, second=0, microsecond=0)


def errors(answer):
    """The links of the error summary: field → text."""
    assert answer.status_code == 422, answer.status_code
    links = re.findall(r'<li><a href="#id_([a-z_0-9]+)">([^<]+)</a></li>', answer.content.decode())
    return {field: html.unescape(text) for field, text in links}


def sent(session, answers, seats=24):
    client, token = begun(session, seats)
    return client.post(at("booking-details", token), answers)
