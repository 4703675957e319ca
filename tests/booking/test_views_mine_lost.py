"""Whoever has lost the link gets it by letter, and nobody learns who has booked."""

from __future__ import annotations

import datetime
import time

import pytest
from django.utils import timezone

from booking import links
from booking.actions import mailboxes
from notifications.models import Notice
from tests import factories
from tests.booking.letters import as_sent
from tests.notifications.letters import in_words

PATH = "/my/lost/"


def ask(client, email):
    return client.post(PATH, {"email": email}, follow=True)


@pytest.mark.django_db
def test_known_and_unknown_address_get_the_same_answer(client):
    factories.create_booking(email="lone@example.org")

    known, unknown = ask(client, "lone@example.org"), ask(client, "nobody@example.org")

    assert known.redirect_chain == unknown.redirect_chain == [(f"{PATH}?sent", 302)]
    assert known.content == unknown.content
    assert [notice.recipient for notice in Notice.objects.all()] == ["lone@example.org"]


@pytest.mark.django_db
def test_letter_has_a_link_for_each_coming_booking_and_no_other():
    mine = [factories.create_booking(email="lone@example.org") for _number in range(2)]
    factories.create_booking(email="lone@example.org", state="cancelled")
    factories.create_booking(email="other@example.org")
    yesterday = timezone.now() - datetime.timedelta(days=1)
    factories.create_booking(
        email="lone@example.org", session=factories.create_session(starts=yesterday)
    )

    sent = mailboxes.send_links(" LONE@example.org ")

    notice = Notice.objects.get()
    _subject, text, html = as_sent(notice)
    assert sent == 2
    assert sorted(notice.links) == sorted(booking.reference for booking in mine)
    words = in_words(notice)
    assert "/my/" not in words.text + words.html + str(notice.facts)
    for booking in mine:
        assert f"http://localhost:8000{links.path(booking)}" in text
        assert f'href="http://localhost:8000{links.path(booking)}"' in html


@pytest.mark.django_db
def test_asking_again_in_the_same_minute_is_one_letter(client):
    factories.create_booking(email="lone@example.org")
    now = timezone.now()

    for _twice in range(2):
        mailboxes.send_links("lone@example.org", now=now)
    mailboxes.send_links("lone@example.org", now=now + datetime.timedelta(minutes=1))

    assert Notice.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "lone", "lone@"])
def test_what_is_no_address_is_refused_at_the_field(client, typed):
    response = client.post(PATH, {"email": typed})

    assert response.status_code == 422
    assert b'aria-invalid="true"' in response.content


@pytest.mark.django_db
@pytest.mark.usefixtures("one_window")
def test_asking_too_often_is_refused_for_known_and_unknown_alike(client, settings):
    settings.THROTTLE_EMAIL = 2
    factories.create_booking(email="lone@example.org")

    codes = {
        email: [ask(client, email).status_code for _often in range(4)]
        for email in ("lone@example.org", "nobody@example.org")
    }

    assert list(codes.values()) == [[200, 200, 429, 429]] * 2


@pytest.mark.django_db
@pytest.mark.usefixtures("one_window")
def test_one_client_asking_for_many_addresses_is_refused(client, settings):
    settings.THROTTLE_ADDRESS = 3

    codes = [ask(client, f"a{number}@example.org").status_code for number in range(5)]

    assert codes == [200, 200, 200, 429, 429]


@pytest.mark.django_db
def test_unknown_address_takes_the_same_statements(django_assert_num_queries, client):
    factories.create_booking(email="lone@example.org")
    mailboxes.send_links("lone@example.org")  # templates and formats are loaded now

    with django_assert_num_queries(4):  # savepoint, bookings, letter, end of the savepoint
        mailboxes.send_links("lone@example.org")
    with django_assert_num_queries(5):  # the same, and back to the savepoint
        mailboxes.send_links("nobody@example.org")


def test_unknown_address_takes_about_as_long(own_database, figure):
    factories.create_booking(email="lone@example.org")
    times = {"lone@example.org": [], "nobody@example.org": []}

    for round_ in range(40):
        now = timezone.now() + datetime.timedelta(minutes=round_)
        for email, taken in times.items():
            began = time.perf_counter()
            mailboxes.send_links(email, now=now)
            taken.append(time.perf_counter() - began)

    # The quickest of each: what else the machine does makes neither quicker.
    known, unknown = (min(taken) * 1000 for taken in times.values())
    figure("lost link, known and unknown address", f"{known:.1f} ms and {unknown:.1f} ms")
    assert 0.4 < known / unknown < 2.5
