"""Booking by the pages, step by step: pick, details, check, receipt."""

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.test import Client

from booking.models import Booking, Contact, Draft, Hold, Party, Transition
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
    assert (contact.mobile, contact.meeting_place) == ("20304050", "Lokale 14")
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
    assert token not in (draft.token_key, draft.hold.token)
    assert Session.objects.get().seats_taken == 20


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

    assert "Der er ikke så mange pladser tilbage" in few.content.decode()
    assert "Tiden er lige blevet taget" in none.content.decode()


@pytest.mark.parametrize("state", [Session.State.CLOSED, Session.State.CANCELLED])
def test_session_that_is_not_open_offers_other_dates(state):
    session = factories.create_session(state=state)
    other = factories.create_session(workshop=session.workshop, starts=soon(20))

    _client, answer = pick(session, 5)

    assert answer.status_code == 409
    assert other.reference in answer.content.decode()


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


# --- check and receipt -------------------------------------------------------------------------


def test_check_page_lists_every_answer_with_a_link_to_its_field():
    client, token = filled(factories.create_session())

    text = client.get(at("booking-check", token)).content.decode()

    details = at("booking-details", token)
    fields = ["school", "label_1", "adults", "meeting_place", "equipment_confirmed"]
    for field in [*fields, "name", "email", "mobile", "needs"]:
        assert text.count(f'href="{details}#id_{field}"') == 1
    for value in ("7.B", "24", "Lokale 14", "Lone Lærer", "lone@example.org", "20304050"):
        assert value in text


def test_change_link_leads_to_filled_in_fields_and_back_to_the_check_page():
    session, school = factories.create_session(), factories.create_school(name="Nyboder Skole")
    client, token = begun(session)
    client.post(at("booking-details", token), teacher(school))

    text = client.get(at("booking-details", token)).content.decode()
    for value in (f"Nyboder Skole ({school.number})", "7.B", "Lone Lærer", "20304050"):
        assert f'value="{value}"' in text
    changed = teacher(school, name="Lars Lærer", school=f"Nyboder Skole ({school.number})")
    answer = client.post(at("booking-details", token), changed)

    assert answer.url == at("booking-check", token)
    assert "Lars Lærer" in client.get(answer.url).content.decode()


def test_check_page_before_the_details_leads_to_them():
    client, token = begun(factories.create_session())

    assert client.get(at("booking-check", token)).url == at("booking-details", token)
    assert client.post(at("booking-check", token)).url == at("booking-details", token)
    assert Booking.objects.count() == 0


def test_second_press_and_reload_and_back_make_one_booking():
    client, token = filled(factories.create_session())

    answers = [client.post(at("booking-check", token)) for _press in range(3)]
    pages = [client.get(at(page, token)) for page in ("booking-check", "booking-details")]
    late = client.post(at("booking-details", token), {"name": "Other"})

    receipts = {answer.url for answer in [*answers, *pages, late]}
    assert receipts == {at("booking-receipt", token)}
    assert Booking.objects.count() == 1
    assert [client.get(at("booking-receipt", token)).status_code for _look in "ab"] == [200, 200]


def test_placed_form_forgets_what_was_typed():
    client, token = filled(factories.create_session())

    client.post(at("booking-check", token))

    draft = Draft.objects.get()
    assert (draft.answers, draft.hold) == ({}, None)
    assert draft.references == [Booking.objects.get().reference]


def test_form_left_while_its_button_was_pressed_gets_help():
    client, token = filled(factories.create_session())

    @receiver(post_save, sender=Transition, weak=False)
    def leave(**_: object) -> None:
        Draft.objects.all().delete()

    try:
        answer = client.post(at("booking-check", token))
    finally:
        post_save.disconnect(leave, sender=Transition)

    assert answer.status_code == 404
    assert "Formularen er her ikke længere" in answer.content.decode()
    assert Booking.objects.count() == 0


def test_receipt_before_the_booking_leads_to_the_form():
    client, token = begun(factories.create_session())

    assert client.get(at("booking-receipt", token)).url == at("booking-details", token)


def test_unknown_mailbox_is_asked_to_confirm_and_gets_no_link_here():
    client, token = filled(factories.create_session(), known=False)

    receipt = client.post(at("booking-check", token), follow=True)

    booking = Booking.objects.get()
    text = receipt.content.decode()
    assert booking.state == BookingState.PENDING
    assert "fm-panel-wait" in text
    assert booking.reference in text
    assert "/my/" not in text.replace("/my/lost/", "")


def test_known_mailbox_gets_calendar_and_own_page():
    client, token = filled(factories.create_session())

    text = client.post(at("booking-check", token), follow=True).content.decode()

    reference = Booking.objects.get().reference
    assert text.count(f'href="/my/{reference}/') == 2
    assert "booking.ics" in text


def test_workshop_that_needs_approval_says_so():
    session = factories.create_session(workshop=factories.create_workshop(needs_approval=True))
    client, token = filled(session)

    text = client.post(at("booking-check", token), follow=True).content.decode()

    assert Booking.objects.get().state == BookingState.PENDING
    assert "fm-panel-wait" in text
    assert "Your booking awaits approval" in text or "godkend" in text


def test_receipt_of_professionals_names_each_and_links_nobody():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    client, token = filled(session, seats=2)

    text = client.post(at("booking-check", token), follow=True).content.decode()

    for booking in Booking.objects.all():
        assert booking.reference in text
    assert "ane@example.org" in text
    assert "/my/" not in text.replace("/my/lost/", "")


@pytest.mark.parametrize("page", ["booking-details", "booking-check", "booking-receipt"])
def test_dead_token_gets_help(client, page):
    answer = client.get(at(page, "no-such-token"))

    assert answer.status_code == 404
    assert 'href="/"' in answer.content.decode()


@pytest.mark.parametrize("page", ["booking-details", "booking-check"])
def test_pages_with_personal_data_are_private_and_not_indexed(page):
    client, token = filled(factories.create_session())

    answer = client.get(at(page, token))

    assert answer["Cache-Control"] == "private, no-cache"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Referrer-Policy"] == "same-origin"
    assert b'<meta name="robots" content="noindex">' in answer.content


def test_booking_leaves_no_session_of_the_framework():
    client, token = filled(factories.create_session())
    client.post(at("booking-check", token), follow=True)

    assert "sessionid" not in client.cookies
    assert BrowserSession.objects.count() == 0
