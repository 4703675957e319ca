"""Booking by the pages: from the first to the last in short, and picking a date."""

import re

import pytest
from django.test import Client

from booking.actions import drafts, groups, parties
from booking.models import Booking, Contact, Draft, Hold, Party
from booking.states import BookingState
from tests import factories
from tests.booking.filling import at, begun, filled, know, pick, soon, teacher
from workshops.models import Audience, Session

pytestmark = pytest.mark.django_db


def test_class_is_booked_in_three_pages_without_account():
    session, school = factories.create_session(), factories.create_school(name="Nyboder Skole")
    know("lone@example.org")

    client, token = begun(session)
    details = client.get(at("booking-details", token))
    to_check = client.post(at("booking-details", token), teacher(school))
    check = client.get(to_check.url)
    to_receipt = client.post(to_check.url)
    receipt = client.get(to_receipt.url)

    assert [page.status_code for page in (details, check, receipt)] == [200, 200, 200]
    assert to_receipt.url == at("booking-receipt", token)
    booking = Booking.objects.get()
    party, contact = Party.objects.get(), Contact.objects.get()
    assert (booking.state, booking.seats, booking.session) == (BookingState.CONFIRMED, 24, session)
    assert (party.school, party.label, party.seats, party.adults) == (school, "7.B", 24, 2)
    assert (contact.name, contact.email) == ("Lone Lærer", "lone@example.org")
    assert (contact.mobile, contact.meeting_place) == ("+4520304050", "Lokale 14")
    assert booking.equipment_confirmed
    assert Hold.objects.count() == 0
    assert Session.objects.get().seats_taken == 24
    assert booking.reference in receipt.content.decode()


def test_pick_holds_the_seats_and_opens_a_form():
    session = factories.create_session()

    _client, token = begun(session, 20)

    draft = Draft.objects.get()
    assert (draft.session, draft.hold.seats, draft.answers) == (session, 20, {"seats": 20})
    assert len(token) == 43
    assert token != draft.token_key
    assert Session.objects.get().seats_taken == 20


def test_seats_are_typed_as_people_write_them_and_nothing_is_cut_off(client):
    session = factories.create_session()
    page = client.get(f"/workshops/{session.workshop.slug}/").content.decode()
    [field] = re.findall(r'<input[^>]* name="seats"[^>]*>', page)

    _client, answer = pick(session, "24 elever", client=client)

    assert "maxlength" not in field
    assert answer.status_code == 302
    assert Draft.objects.get().hold.seats == 24


@pytest.mark.parametrize("audience", [Audience.PARENTS, Audience.PROFESSIONALS])
def test_adults_sign_up(audience):
    session = factories.create_session(audience=audience)

    client, token = filled(session, seats=2)
    receipt = client.post(at("booking-check", token), follow=True)

    assert receipt.status_code == 200
    assert Session.objects.get().seats_taken == 2
    assert (
        sorted(Booking.objects.values_list("seats", flat=True))
        == {
            Audience.PARENTS: [2],
            Audience.PROFESSIONALS: [1, 1],
        }[audience]
    )


# --- picking -----------------------------------------------------------------------------------


def test_double_click_on_a_date_holds_the_seats_once():
    session, browser = factories.create_session(), Client(enforce_csrf_checks=False)
    browser.cookies["csrftoken"] = "a" * 32

    _client, first = begun(session, 20, client=browser)
    _client, second = begun(session, 20, client=browser)

    assert first == second
    assert (Draft.objects.count(), Hold.objects.count()) == (1, 1)
    assert Session.objects.get().seats_taken == 20


def test_pick_again_with_another_number_resizes_the_hold():
    session, browser = factories.create_session(), Client()
    _client, first = begun(session, 20, client=browser)

    _client, second = begun(session, 8, client=browser)

    assert first == second
    assert (Hold.objects.get().seats, Draft.objects.get().answers) == (8, {"seats": 8})
    assert Session.objects.get().seats_taken == 8


def test_two_browsers_get_forms_of_their_own():
    session = factories.create_session()
    _client, first = begun(session, 5, REMOTE_ADDR="192.0.2.1")

    _client, second = begun(session, 5, REMOTE_ADDR="192.0.2.2")

    assert first != second
    assert Session.objects.get().seats_taken == 10


def test_fourth_form_of_one_browser_is_refused():
    browser = Client()
    tokens = [begun(factories.create_session(), 5, client=browser)[1] for _number in range(3)]
    _other, foreign = begun(factories.create_session(), 5, REMOTE_ADDR="192.0.2.9")

    _client, answer = pick(factories.create_session(), 5, client=browser)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert [at("booking-details", token) in text for token in tokens] == [True] * 3
    assert foreign not in text
    assert Hold.objects.count() == 4


@pytest.mark.parametrize(
    ("typed", "held"), [("24", 24), (" 24 ", 24), ("24 elever", 24), ("024", 24), ("٢٤", 24)]
)
def test_number_is_read_as_people_write_it(typed, held):
    session = factories.create_session()

    begun(session, typed)

    assert Hold.objects.get().seats == held


@pytest.mark.parametrize(
    "typed", ["", "0", "-3", "fireogtyve", "1001", "9" * 500, "24,5", "24.5", "2 4", "\x00"]
)
def test_number_that_is_none_is_asked_for_again(typed):
    session = factories.create_session()

    _client, answer = pick(session, typed)

    assert answer.status_code == 422
    assert b'href="#id_seats"' in answer.content
    assert Hold.objects.count() == 0


@pytest.mark.parametrize("typed", ["1000000000", "1.000.000.000", "1 000 001"])
def test_number_that_is_too_large_is_called_a_number(typed):
    _client, answer = pick(factories.create_session(), typed)

    assert "Skriv et tal fra 1 til 1000" in answer.content.decode()


@pytest.mark.parametrize(
    ("audience", "most"),
    [
        (Audience.PUPILS, 2000),
        (Audience.PARENTS, parties.MOST_ADULTS),
        (Audience.PROFESSIONALS, groups.MOST_PEOPLE),
    ],
)
def test_page_of_a_workshop_counts_no_further_than_one_form_takes(client, audience, most):
    session = factories.create_session(audience=audience, capacity=2000)

    large = client.get(f"/workshops/{session.workshop.slug}/").content.decode()
    Session.objects.update(capacity=5)
    small = client.get(f"/workshops/{session.workshop.slug}/").content.decode()

    assert f'data-max="{most}"' in large
    assert 'data-max="5"' in small


@pytest.mark.parametrize(
    ("audience", "most"), [(Audience.PUPILS, "1000"), (Audience.PARENTS, "50")]
)
def test_pick_asks_for_no_more_seats_than_the_form_takes(audience, most):
    session = factories.create_session(audience=audience, capacity=2000)

    _client, answer = pick(session, int(most) + 1)
    begun(session, int(most))

    text = answer.content.decode()
    assert answer.status_code == 422
    assert f"Skriv et tal fra 1 til {most}" in text
    assert f'data-max="{most}"' in text


def test_pick_again_counts_for_the_class_that_was_typed_before():
    session = factories.create_session()
    client, token = filled(session)

    pick(session, 20, client=client)

    text = client.get(at("booking-details", token)).content.decode()
    assert 'name="pupils_1" value="20"' in text
    assert Draft.objects.get().answers["classes"] == [["7.B", 20]]


def test_pick_of_a_reference_that_no_database_can_hold_is_unknown(client):
    session = factories.create_session()
    place = f"/workshops/{session.workshop.slug}/sessions/x%00/book/"

    assert client.post(place, {"seats": "2"}).status_code == 404


def test_eleven_professionals_are_too_many_for_one_form():
    session = factories.create_session(audience=Audience.PROFESSIONALS)

    _client, answer = pick(session, 11)

    assert answer.status_code == 422
    assert b"10" in answer.content
    assert Hold.objects.count() == 0


def test_full_session_shows_the_three_nearest_free_dates():
    workshop = factories.create_workshop()
    session = factories.create_session(workshop=workshop, capacity=5)
    dates = [
        factories.create_session(workshop=workshop, starts=soon(days)) for days in (10, 12, 15, 40)
    ]
    full = factories.create_session(workshop=workshop, starts=soon(13), capacity=5)

    _client, answer = pick(session, 20)

    text = answer.content.decode()
    assert answer.status_code == 409
    shown = [date.reference in text for date in dates]
    assert shown == [True, True, True, False]
    assert full.reference not in text
    assert text.count('name="seats" value="20"') == 3


def test_page_of_the_loser_says_whether_any_seats_are_left():
    session = factories.create_session(capacity=5)
    _client, few = pick(session, 6)
    factories.create_booking(session=session, seats=5)

    _client, none = pick(session, 1)

    for words in ("Der er ikke så mange pladser tilbage", "fm-pill", "Ret antallet"):
        assert words in few.content.decode()
    assert "Tiden er lige blevet taget" in none.content.decode()


@pytest.mark.parametrize(
    ("taken", "title", "left"),
    [
        (3, "Tiden er lige blevet taget", []),
        (1, "Der er ikke så mange pladser tilbage", ["Kun 2 pladser tilbage"]),
    ],
)
def test_loser_of_a_race_reads_how_many_seats_are_left_now(monkeypatch, taken, title, left):
    session = factories.create_session(capacity=3)
    begin = drafts.begin

    def last(*given, **named):
        factories.create_booking(session=Session.objects.get(), seats=taken)
        return begin(*given, **named)

    monkeypatch.setattr(drafts, "begin", last)
    _client, answer = pick(session, 3)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert title in text
    assert re.findall(r'fm-pill-\w+">([^<]+)<', text) == left
    assert ("Ret antallet" in text) is bool(left)


@pytest.mark.parametrize("state", [Session.State.CLOSED, Session.State.CANCELLED])
def test_session_that_is_not_open_offers_other_dates(state):
    session = factories.create_session(state=state)
    other = factories.create_session(workshop=session.workshop, starts=soon(20))

    _client, answer = pick(session, 5)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert other.reference in text
    assert text.partition("</h1>")[2].partition("<h2>")[0].count("fm-pill") == 0


@pytest.mark.parametrize("state", ["draft", "archived", "paused"])
def test_session_of_a_workshop_that_is_not_published_is_unknown(state):
    session = factories.create_session(workshop=factories.create_workshop(state=state))

    _client, answer = pick(session, 5)

    assert answer.status_code == 404


def test_looking_at_a_post_page_leads_back(client):
    session = factories.create_session()
    _client, token = begun(session)

    begin = client.get(f"/workshops/{session.workshop.slug}/sessions/{session.reference}/book/")
    others = [
        client.get(at(page, token)) for page in ("hold-extend", "booking-leave", "booking-switch")
    ]

    assert begin.url == f"/workshops/{session.workshop.slug}/"
    assert {answer.url for answer in others} == {at("booking-details", token)}
    assert Hold.objects.count() == 1
