"""A booking's own page: what its link opens, and what every other link says."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import links
from booking.actions import bookings
from booking.models import Booking, Mailbox, Need, NeedCode, Transition
from booking.states import OverReason
from notifications import links as secret
from notifications.models import Notice
from tests import factories
from tests.booking.orders import TEACHER, a_class, open_session, place
from workshops.models import Audience, Session, Venue

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def soon(**fields):
    """An open session in a fortnight from the real clock, which the pages read."""
    return factories.create_session(**fields)


def book(session=None, *parties, **fields):
    """Book a class at the real clock, by the action."""
    return place(session or soon(), *parties, now=timezone.now(), **fields)


def pages(booking):
    return [links.path(booking, page) for page in ("", "confirm/", "cancel/", "booking.ics")]


def text_of(response):
    """What a reader sees of the page, with single spaces."""
    body = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# --- the link ------------------------------------------------------------------------------------


def test_path_is_the_address_that_django_knows():
    booking = factories.create_booking()
    parts = [booking.reference, links.token(booking)]

    names = ("booking", "mailbox-confirm", "booking-cancel", "booking-ics")
    assert pages(booking) == [reverse(f"public:{name}", args=parts) for name in names]


def test_token_is_long_and_differs_by_booking_and_generation():
    one, other = factories.create_booking(), factories.create_booking()
    before = links.token(one)
    one.link_generation += 1

    assert len(before) == 32  # 192 bits
    assert len({before, links.token(one), links.token(other)}) == 3


def dead(booking):
    """Links that must not open this booking, each for another reason."""
    token = links.token(booking)
    other = factories.create_booking()
    earlier = secret.token("booking", booking.reference, booking.link_generation - 1)
    foreign = secret.token("draft", booking.reference, booking.link_generation)
    return {
        "wrong token": f"/my/{booking.reference}/{token[:-1]}A/"
        if token[-1] != "A"
        else f"/my/{booking.reference}/{token[:-1]}B/",
        "another's token": f"/my/{booking.reference}/{links.token(other)}/",
        "unknown reference": f"/my/ZZZZZZZZZZ/{token}/",
        "earlier generation": f"/my/{booking.reference}/{earlier}/",
        "another purpose": f"/my/{booking.reference}/{foreign}/",
        "empty-like token": f"/my/{booking.reference}/-/",
        "what no database can hold": f"/my/x%00/{token}/",
        "letters of other alphabets": f"/my/{booking.reference}/æøå/",
    }


def test_dead_links_all_get_one_plain_answer_that_says_nothing(client):
    booking = book()

    answers = {why: client.get(path) for why, path in dead(booking).items()}

    assert {response.status_code for response in answers.values()} == {404}
    assert len({text_of(response) for response in answers.values()}) == 1
    said = answers["wrong token"].content.decode()
    for word in (TEACHER.name, TEACHER.email, "7.B", booking.session.workshop.title):
        assert word not in said
        assert word in client.get(links.path(booking)).content.decode()


@pytest.mark.parametrize("page", ["", "confirm/", "cancel/", "booking.ics"])
def test_dead_link_opens_no_page_by_any_method(client, page):
    booking = book(needs_mailbox=True)

    for path in dead(booking).values():
        assert client.get(path + page).status_code == 404
        assert client.post(path + page).status_code == 404
    assert Booking.objects.get(pk=booking.pk).state == "pending"
    assert not Mailbox.objects.exists()


def test_link_dies_with_the_contact_and_with_its_last_day(client):
    gone, expired, living = book(), book(), book()
    gone.contact.delete()
    expired.contact.expires_on = timezone.localdate()
    expired.contact.save()

    codes = [client.get(links.path(booking)).status_code for booking in (gone, expired, living)]

    assert codes == [404, 404, 200]


def test_link_dies_when_the_generation_rises(client):
    booking = book()
    path = links.path(booking)
    before = client.get(path).status_code
    Booking.objects.filter(pk=booking.pk).update(link_generation=2)

    assert (before, client.get(path).status_code) == (200, 404)


def test_link_of_a_former_secret_key_lives_while_that_is_a_fallback(client, settings):
    booking = book()
    path, old = links.path(booking), settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-altogether" * 3
    without = client.get(path).status_code
    settings.SECRET_KEY_FALLBACKS = [old]

    assert (without, client.get(path).status_code) == (404, 200)


@pytest.mark.parametrize("number", range(4))
def test_page_is_kept_by_nobody(client, number):
    booking = book(needs_mailbox=True)

    response = client.get(pages(booking)[number])

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "same-origin"


def test_page_asks_the_database_four_times(client, django_assert_num_queries):
    school = factories.create_school()
    booking = book(soon(capacity=200), *[a_class(school=school, label=f"{n}.x") for n in range(5)])

    with django_assert_num_queries(4):
        client.get(links.path(booking))


# --- seeing it -----------------------------------------------------------------------------------


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
        "12345678",
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

    assert "Your booking has lapsed" in text_of(client.get(links.path(booking)))
    assert Booking.objects.get().state == "pending"


def test_booking_called_off_by_us_says_it_was_us(client):
    client.cookies["django_language"] = "en"
    booking = book()
    bookings.cancel(booking, by=None, reason=OverReason.BY_ORGANISER, why="Sygdom")

    assert "We have had to cancel your booking" in text_of(client.get(links.path(booking)))


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
