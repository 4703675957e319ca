"""A booking's own page: what it says in each state."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from booking import links
from booking.actions import bookings
from booking.models import Booking, Need, NeedCode
from booking.states import OverReason
from tests import factories
from tests.booking.orders import a_class
from tests.booking.own_page import HOUR, book, soon, text_of
from workshops.models import Audience, Session, Venue, Workshop

pytestmark = pytest.mark.django_db


def test_page_says_what_when_where_who_and_until_when_we_know_it(client):
    venue = Venue.objects.create(name="Medborgerhuset", address="Gade 1, 2300 København S")
    session = soon(starts=factories.local(2031, 3, 17, 9, 30), minutes=60)
    session.venue, session.room = venue, "Sal 2"
    session.save()
    booking = book(session, a_class(school=factories.create_school(name="Skolen ved Søen")))
    Need.objects.create(
        booking=booking, code=NeedCode.HEARING_LOOP, expires_on=datetime.date(2031, 3, 24)
    )

    said = text_of(client.get(links.path(booking)))

    for words in (
        session.workshop.title,
        "mandag den 17. marts 2031 kl. 9.30–10.30",
        "Medborgerhuset, Sal 2, Gade 1, 2300 København S",
        "7.B, 20 elever, Skolen ved Søen",
        booking.reference,
        "Lone Lærer",
        "lone@example.org",
        "20 30 40 50",
        "Teleslynge",
        "16. april 2031",
    ):
        assert words in said, words


def test_page_is_english_for_who_chose_english(client):
    client.cookies["django_language"] = "en"
    booking = book(soon(starts=factories.local(2031, 3, 17, 9, 30), minutes=60))

    said = text_of(client.get(links.path(booking)))

    assert "Your booking is confirmed" in said
    assert "Monday 17 March 2031, 9:30–10:30" in said


STATES = {
    "pending": "Confirm your booking",
    "confirmed": "Your booking is confirmed",
    "waiting": "You are on the waiting list",
    "offered": "A place has been offered to you",
    "cancelled": "Your booking is cancelled",
    "declined": "Your booking was not accepted",
    "expired": "Your booking has lapsed",
}


@pytest.mark.parametrize(("state", "title"), STATES.items())
def test_each_state_has_its_words(client, state, title):
    client.cookies["django_language"] = "en"
    booking = factories.create_booking(state=state)

    response = client.get(links.path(booking))

    assert title in text_of(response)
    offers = b"/cancel/" in response.content
    assert offers == (state in {"pending", "confirmed", "waiting", "offered"})


def test_adult_reads_of_a_sign_up(client):
    client.cookies["django_language"] = "en"
    booking = factories.create_booking(session=soon(audience=Audience.PARENTS), seats=2)

    said = text_of(client.get(links.path(booking)))

    assert "You are signed up" in said
    assert "2 people" in said
    assert "booking is confirmed" not in said


def test_booking_that_awaits_approval_says_so(client):
    client.cookies["django_language"] = "en"
    booking = book(soon(workshop=factories.create_workshop(needs_approval=True)))

    assert "Your booking awaits approval" in text_of(client.get(links.path(booking)))


def test_overdue_booking_is_over_before_anybody_ends_it(client):
    client.cookies["django_language"] = "en"
    booking = factories.create_booking(state="pending", expires_at=timezone.now() - HOUR)

    shown = text_of(client.get(links.path(booking)))
    asked = text_of(client.get(f"{links.path(booking)}cancel/"))

    assert "Your booking has lapsed" in shown
    assert "What the school provides" not in shown
    assert "There is nothing to cancel." in asked
    assert Booking.objects.get().state == "pending"


def test_page_of_a_session_that_is_past_says_so_and_asks_for_no_preparation(client):
    client.cookies["django_language"] = "en"
    booking = book()
    Workshop.objects.update(preparation="Dan grupper.", school_provides="Et lokale.")
    before = text_of(client.get(links.path(booking)))
    Session.objects.update(starts=timezone.now() - 2 * HOUR, ends=timezone.now() - HOUR)

    response = client.get(links.path(booking))

    said = text_of(response)
    assert "The workshop has ended" in said
    for words in ("Dan grupper.", "Et lokale."):
        assert (words in before, words in said) == (True, False)
    for words in ("Your booking is confirmed", "has begun", "look forward"):
        assert words not in said
    assert b"booking.ics" not in response.content
    assert b"/cancel/" not in response.content


def test_booking_called_off_by_us_says_it_was_us(client):
    client.cookies["django_language"] = "en"
    booking = book()
    bookings.cancel(booking, by=None, reason=OverReason.BY_ORGANISER, why="Sygdom")

    assert "We have had to cancel your booking" in text_of(client.get(links.path(booking)))
