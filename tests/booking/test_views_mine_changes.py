"""A booking's own page: cancelling, confirming the mailbox, and the calendar file."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from booking import links
from booking.actions import bookings
from booking.models import Booking, Mailbox, Transition
from notifications.models import Notice
from tests import factories
from tests.booking.orders import TEACHER, open_session
from tests.booking.own_page import HOUR, book, soon, text_of
from workshops.models import Session

pytestmark = pytest.mark.django_db


# --- cancelling ----------------------------------------------------------------------------------


def test_cancelling_takes_one_page_and_one_button_and_frees_the_seats_at_once(client):
    client.cookies["django_language"] = "en"
    booking = book()
    path = links.path(booking, "cancel/")

    asked = client.get(path)
    still = Booking.objects.get().state
    done = client.post(path, follow=True)

    assert "Do you want to cancel your booking?" in text_of(asked)
    assert asked.content.count(b"button-primary") == 1
    assert still == "confirmed"
    assert done.redirect_chain == [(links.path(booking), 302)]
    assert "Your booking is cancelled" in text_of(done)
    assert f"/workshops/{booking.session.workshop.slug}/".encode() in done.content
    assert (Booking.objects.get().state, Session.objects.get().seats_taken) == ("cancelled", 0)
    assert Transition.objects.latest("pk").by is None


def test_cancelling_twice_is_once(client):
    booking = book()
    path = links.path(booking, "cancel/")

    codes = [client.post(path).status_code for _twice in range(2)]

    assert codes == [302, 302]
    assert Transition.objects.count() == 2
    assert Notice.objects.filter(kind="cancelled").count() == 1


def test_cancelling_after_the_session_began_is_refused_in_words(client):
    client.cookies["django_language"] = "en"
    session = soon()
    booking = book(session)
    Session.objects.update(starts=timezone.now() - HOUR)

    shown, asked, pressed = (
        client.get(links.path(booking)),
        client.get(links.path(booking, "cancel/")),
        client.post(links.path(booking, "cancel/")),
    )

    assert b"/cancel/" not in shown.content
    assert "It is too late to cancel here" in text_of(asked)
    assert (pressed.status_code, text_of(pressed)) == (409, text_of(asked))
    assert Booking.objects.get().state == "confirmed"


@pytest.mark.parametrize("state", ["declined", "expired"])
def test_cancelling_what_is_over_changes_nothing(client, state):
    booking = factories.create_booking(state=state)

    response = client.post(links.path(booking, "cancel/"))

    assert response.status_code == 409
    assert Booking.objects.get().state == state


# --- confirming the mailbox ----------------------------------------------------------------------


def test_confirming_takes_a_button_since_scanners_follow_links(client):
    booking = book(needs_mailbox=True)
    path = links.path(booking, "confirm/")

    asked, again = client.get(path), client.head(path)
    still = Booking.objects.get().state
    done = client.post(path)

    assert (asked.status_code, again.status_code, still) == (200, 200, "pending")
    assert asked.content.count(b"button-primary") == 1
    assert (done.status_code, done["Location"]) == (302, links.path(booking))
    assert Booking.objects.get().state == "confirmed"
    assert Mailbox.objects.count() == 1


def test_confirming_twice_is_once(client):
    booking = book(needs_mailbox=True)
    path = links.path(booking, "confirm/")

    codes = [client.post(path).status_code for _twice in range(2)]

    assert codes == [302, 302]
    assert (Mailbox.objects.count(), Transition.objects.count()) == (1, 2)
    assert Notice.objects.filter(kind="confirmed").count() == 1
    assert "There is nothing to confirm" not in text_of(client.get(links.path(booking)))


def test_confirming_too_late_is_refused_politely_with_a_way_on(client):
    client.cookies["django_language"] = "en"
    booking = book(needs_mailbox=True)
    Booking.objects.update(expires_at=timezone.now() - HOUR)
    path = links.path(booking, "confirm/")

    asked, pressed = client.get(path), client.post(path)

    assert "The time to confirm has run out" in text_of(asked)
    assert f"/workshops/{booking.session.workshop.slug}/".encode() in asked.content
    assert (pressed.status_code, text_of(pressed)) == (409, text_of(asked))
    assert (Booking.objects.get().state, Mailbox.objects.count()) == ("pending", 0)


def test_confirming_what_needs_no_confirming_says_so(client):
    client.cookies["django_language"] = "en"

    said = text_of(client.get(links.path(book(), "confirm/")))

    assert "There is nothing to confirm" in said
    assert "confirmed already" in said


# --- the calendar file ---------------------------------------------------------------------------


def test_calendar_file_is_for_download_and_holds_no_secret(client):
    booking = book(open_session(starts=factories.local(2031, 7, 1, 9, 0), minutes=90))

    response = client.get(links.path(booking, "booking.ics"))
    again = client.get(links.path(booking, "booking.ics"))

    body = response.content.decode().replace("\r\n ", "")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="workshop.ics"'
    assert "DTSTART;TZID=Europe/Copenhagen:20310701T090000" in body
    assert "STATUS:CONFIRMED" in body
    assert "METHOD" not in body
    assert again.content == response.content
    for word in (links.token(booking), TEACHER.name, TEACHER.email, TEACHER.mobile):
        assert word not in body


def test_calendar_file_of_a_cancelled_booking_says_cancelled(client):
    booking = book()
    before = client.get(links.path(booking, "booking.ics")).content.decode()
    bookings.cancel(booking, by=None)

    after = client.get(links.path(booking, "booking.ics")).content.decode()

    def uid(text):
        return re.search(r"UID:.*", text)[0]

    assert "STATUS:CANCELLED" in after
    assert "TRANSP:TRANSPARENT" in after
    assert uid(after) == uid(before)
    assert ("SEQUENCE:0" in before, "SEQUENCE:1" in after) == (True, True)
