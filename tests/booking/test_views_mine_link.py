"""A booking's own page: what its link opens, and what every other link says."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from booking import links
from booking.models import Booking, Mailbox
from notifications import links as secret
from tests import factories
from tests.booking.orders import TEACHER, a_class
from tests.booking.own_page import book, soon, text_of

pytestmark = pytest.mark.django_db


def pages(booking):
    return [links.path(booking, page) for page in ("", "confirm/", "cancel/", "booking.ics")]


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
