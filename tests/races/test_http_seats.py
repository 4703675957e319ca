"""Scarce seats by the pages themselves: real views, real threads, PostgreSQL and SQLite.

Each attempt has an address of its own, through the trusted proxy's header, and a mailbox confirmed
before; no guard is off.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler

from booking import notices
from booking.actions import drafts, placing
from booking.actions.answers import is_filled
from booking.models import Booking, Draft, Hold, Transition
from tests import factories
from tests.booking.filling import at, filled, know, teacher
from tests.races import harness
from workshops.models import Session

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")
SITE = ClientHandler(enforce_csrf_checks=False)


@pytest.fixture(autouse=True)
def behind_a_proxy(settings):
    settings.TRUSTED_PROXY_COUNT = 1


@pytest.fixture(autouse=True)
def one_site(behind_a_proxy):
    """The site is loaded once for all browsers, as a server does it."""
    SITE._middleware_chain = None
    SITE.load_middleware()


def visitor(number):
    """A browser at an address of its own."""
    address = f"10.9.{number // 250}.{number % 250}"
    client = Client(raise_request_exception=False, headers={"x-forwarded-for": address})
    client.handler = SITE
    return client


def book(session, school, number):
    """Pick, fill in, book; say how it ended: the status that was not a redirect, or booked."""
    client = visitor(number)
    place = f"/workshops/{session.workshop.slug}/sessions/{session.reference}/book/"
    picked = client.post(place, {"seats": "1"})
    if picked.status_code != 302:
        return picked.status_code
    answers = teacher(school, label_1=f"{number}.x", pupils_1="1", email=f"t{number}@example.org")
    saved = client.post(picked.url, answers)
    if saved.status_code != 302:
        return saved.status_code
    placed = client.post(saved.url)
    return placed.url if placed.status_code == 302 else placed.status_code


def sent(token, number):
    """Press the last button of a form."""
    answer = visitor(number).post(at("booking-check", token))
    return answer.url if answer.status_code == 302 else answer.status_code


def contest(*, capacity=25, attempts=200):
    session, school = factories.create_session(capacity=capacity), factories.create_school()
    know(*(f"t{number}@example.org" for number in range(attempts)))
    tries = [partial(book, session, school, number) for number in range(attempts)]
    return session, harness.all_at_once(tries)


def ends(answers):
    """How many were booked, and how often each other status was given."""
    booked = [value for value in answers.values if isinstance(value, str)]
    others = [value for value in answers.values if not isinstance(value, str)]
    return len(booked), {status: others.count(status) for status in set(others)}


def test_200_attempts_for_25_seats(figure):
    session, answers = contest()

    assert answers.errors == {}
    assert ends(answers) == (25, {409: 175})
    assert harness.faults(session) == []
    assert (Booking.objects.count(), Transition.objects.count()) == (25, 25)
    assert Session.objects.get().seats_taken == 25
    figure(
        f"200 attempts for 25 seats over HTTP on {connection.vendor}",
        f"{ends(answers)}, {answers.seconds:.1f} s",
    )


def test_100_filled_in_forms_whose_holds_ran_out_for_25_seats(figure):
    session, school = factories.create_session(capacity=25), factories.create_school()
    know(*(f"t{number}@example.org" for number in range(100)))
    tokens = [draft_of(session, school, number) for number in range(100)]

    answers = harness.all_at_once(
        [partial(sent, token, number) for number, token in enumerate(tokens)]
    )

    assert answers.errors == {}
    assert ends(answers) == (25, {409: 75})
    assert harness.faults(session) == []
    kept = [draft for draft in Draft.objects.filter(references=[]) if is_filled(draft)]
    assert len(kept) == 75
    figure(
        f"100 last buttons for 25 seats over HTTP on {connection.vendor}",
        f"{ends(answers)}, {answers.seconds:.1f} s",
    )


def draft_of(session, school, number):
    """A filled-in form without hold; returns its token."""
    row = {"pk": school.pk, "number": school.number, "name": "Skolen", "address": ""}
    draft = Draft(
        session=session,
        answers={
            "seats": 1,
            "school": row,
            "classes": [[f"{number}.x", 1]],
            "adults": 1,
            "meeting_place": "14",
            "equipment_confirmed": True,
            "name": "Lone",
            "email": f"t{number}@example.org",
            "mobile": "20304050",
            "needs": [],
        },
    )
    token = drafts._token(draft)
    draft.token_key = drafts._key(token)
    draft.expires_at = draft.created_at + drafts.LIFETIME
    draft.save()
    return token


def test_one_form_sent_15_times_at_once_is_one_booking(figure):
    client, token = filled(factories.create_session(capacity=24))

    answers = harness.all_at_once([partial(sent, token, number) for number in range(15)])

    assert answers.errors == {}
    assert set(answers.values) == {at("booking-receipt", token)}
    assert (Booking.objects.count(), Session.objects.get().seats_taken) == (1, 24)
    assert client.get(at("booking-receipt", token)).status_code == 200
    figure(f"one form sent 15 times at once on {connection.vendor}", "1 booking, 1 receipt")


def test_one_browser_that_picks_20_times_at_once_holds_once():
    session = factories.create_session()
    place = f"/workshops/{session.workshop.slug}/sessions/{session.reference}/book/"

    answers = harness.all_at_once([lambda: visitor(1).post(place, {"seats": "20"}).url] * 20)

    assert answers.errors == {}
    assert len(set(answers.values)) == 1
    assert (Hold.objects.count(), Session.objects.get().seats_taken) == (1, 20)


def test_planted_carelessness_is_seen(monkeypatch):
    harness.drop_check()
    harness.plant_carelessness(monkeypatch)
    monkeypatch.setattr(placing, "transaction", SimpleNamespace(atomic=harness.no_transaction))
    monkeypatch.setattr(notices, "placed", lambda *_booking, **_classes: None)  # it wants one

    session, school = factories.create_session(capacity=25), factories.create_school()
    know(*(f"t{number}@example.org" for number in range(100)))
    tokens = [draft_of(session, school, number) for number in range(100)]
    answers = harness.all_at_once(
        [partial(sent, token, number) for number, token in enumerate(tokens)]
    )

    assert "overbooked" in harness.faults(session)
    assert ends(answers)[0] > 25
