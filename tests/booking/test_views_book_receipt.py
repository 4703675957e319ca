"""Booking by the pages: the check page and the receipt."""

import re

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from booking.models import Booking, Draft, Transition
from booking.states import BookingState, OverReason
from tests import factories
from tests.booking.filling import at, begun, filled, teacher
from workshops.models import Audience

pytestmark = pytest.mark.django_db
OVER = {"over_at": timezone.now(), "over_reason": OverReason.BY_BOOKER}


def test_check_page_lists_every_answer_with_a_link_to_its_field():
    client, token = filled(factories.create_session())

    text = client.get(at("booking-check", token)).content.decode()

    details = at("booking-details", token)
    fields = ["school", "label_1", "adults", "meeting_place", "equipment_confirmed"]
    for field in [*fields, "name", "email", "mobile", "needs"]:
        assert text.count(f'href="{details}#id_{field}"') == 1
    for value in ("7.B", "24", "Lokale 14", "Lone Lærer", "lone@example.org", "20 30 40 50"):
        assert value in text


@pytest.mark.parametrize("needs_approval", [True, False])
def test_pages_before_the_booking_say_that_a_coordinator_decides_where_one_does(
    needs_approval, django_assert_num_queries
):
    workshop = factories.create_workshop(needs_approval=needs_approval)
    client, token = filled(factories.create_session(workshop=workshop))
    client.cookies["django_language"] = "en"

    with django_assert_num_queries(1):
        text = client.get(at("booking-check", token)).content.decode()

    page = client.get(f"/workshops/{workshop.slug}/").content.decode()

    words = "A coordinator looks at each booking and answers by e-mail"
    assert text.count(f"<p>{words}.</p>") == needs_approval
    assert page.count(f"<span>{words}</span>") == needs_approval


def test_change_link_leads_to_filled_in_fields_and_back_to_the_check_page():
    session, school = factories.create_session(), factories.create_school(name="Nyboder Skole")
    client, token = begun(session)
    client.post(at("booking-details", token), teacher(school))

    text = client.get(at("booking-details", token)).content.decode()
    for value in (f"Nyboder Skole ({school.number})", "7.B", "Lone Lærer", "20 30 40 50"):
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


@pytest.mark.parametrize("needs_approval", [True, False])
def test_unknown_mailbox_is_told_what_its_button_leads_to(needs_approval):
    workshop = factories.create_workshop(needs_approval=needs_approval)
    client, token = filled(factories.create_session(workshop=workshop), known=False)
    client.cookies["django_language"] = "en"

    text = client.post(at("booking-check", token), follow=True).content.decode()

    assert ("Then a coordinator looks at it." in text) == needs_approval
    assert ("Then the booking is confirmed." in text) != needs_approval


def test_known_mailbox_gets_calendar_and_own_page():
    client, token = filled(factories.create_session())

    text = client.post(at("booking-check", token), follow=True).content.decode()

    reference = Booking.objects.get().reference
    assert text.count(f'href="/my/{reference}/') == 2
    assert "booking.ics" in text


@pytest.mark.parametrize("state", ["cancelled", "expired", "declined"])
def test_receipt_of_a_booking_that_is_over_only_lets_it_be_seen(state):
    client, token = filled(factories.create_session())
    client.post(at("booking-check", token))
    Booking.objects.update(state=state, **OVER)
    client.cookies["django_language"] = "en"

    text = client.get(at("booking-receipt", token)).content.decode()

    reference = Booking.objects.get().reference
    assert re.findall(rf'href="/my/{reference}/[^"]*"[^>]*>([^<]+)</a>', text) == [
        "See the booking"
    ]
    assert "booking.ics" not in text


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


def test_receipt_of_professionals_marks_whose_booking_is_over():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    client, token = filled(session, seats=2)
    client.post(at("booking-check", token))
    Booking.objects.filter(contact__email="bo@example.org").update(state="cancelled", **OVER)
    client.cookies["django_language"] = "en"

    text = client.get(at("booking-receipt", token)).content.decode()

    assert "with a link to see or cancel the booking." in text
    ane, bo = (text.split(email)[1].split("</dd>")[0] for email in ("ane@", "bo@"))
    assert ("This booking is over" in ane, "This booking is over" in bo) == (False, True)


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
