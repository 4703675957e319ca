"""Booking by the pages, step by step: pick, details, check, receipt."""

import pytest

from booking.models import Booking, Contact, Draft, Hold, Party
from booking.states import BookingState
from tests import factories
from tests.booking.filling import at, begun, filled, know, teacher
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
