"""Delivery to a real mail server: whole, in its time, and once."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from notifications import delivery, kinds, smtp
from notifications.delivery import Delivered
from notifications.models import Notice
from notifications.tasks import deliver_due
from tests.notifications.letters import NOW, write

# --- the letter itself -------------------------------------------------------------------------


@pytest.mark.django_db
def test_letter_reaches_the_server_whole(sink, settings):
    settings.DEFAULT_FROM_EMAIL = "Skolebooking, København <noreply@city.example>"
    notice = write(html="<p>Kære Anna</p>")

    done = delivery.deliver_due(now=NOW)

    assert done == Delivered(sent=1)
    letter = sink.letters[0]
    assert sink.recipients == [["anna@example.org"]]
    assert letter["From"].addresses[0].display_name == "Skolebooking, København"
    assert letter["From"].addresses[0].addr_spec == "noreply@city.example"
    assert len(letter["From"].addresses) == 1
    assert (letter["To"], letter["Subject"]) == ("anna@example.org", "Du er inviteret")
    assert letter["Message-ID"] == notice.message_id
    assert letter["Date"].datetime == NOW
    assert letter["Content-Language"] == "da"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content().strip()) for part in letter.iter_parts()]
    assert parts == [("text/plain", "Kære Anna"), ("text/html", "<p>Kære Anna</p>")]


@pytest.mark.django_db
def test_letter_without_html_is_plain_text(sink):
    write(html="")

    delivery.deliver_due(now=NOW)

    assert sink.letters[0].get_content_type() == "text/plain"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("configured", "sender"),
    [
        ("noreply@city.example", "noreply@city.example"),
        ('"A, B" <x@city.example>', '"A, B" <x@city.example>'),
    ],
)
def test_sender_is_one_address(settings, configured, sender):
    settings.DEFAULT_FROM_EMAIL = configured

    assert smtp.sender() == sender


@pytest.mark.django_db
def test_sent_letter_is_marked_and_not_sent_again(sink):
    write(text="Kære Anna")

    delivery.deliver_due(now=NOW)
    again = delivery.deliver_due(now=NOW + datetime.timedelta(days=1))

    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.lease_until) == ("sent", 1, None)
    assert notice.sent_at == NOW
    assert notice.text == "Kære Anna"
    assert again == Delivered()
    assert len(sink.letters) == 1


@pytest.mark.django_db
def test_task_says_what_it_did(sink):
    write(now=timezone.now())

    assert deliver_due.run() == "1 sent, 0 postponed, 0 failed"


@pytest.mark.django_db
def test_letter_waits_for_its_time(sink):
    write(now=NOW + datetime.timedelta(seconds=1))

    early = delivery.deliver_due(now=NOW)
    due = delivery.deliver_due(now=NOW + datetime.timedelta(seconds=1))

    assert (early, due) == (Delivered(), Delivered(sent=1))


# --- secrets -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["login_code", "password_reset_key"])
def test_secret_is_blanked_once_it_has_left(sink, kind):
    [fact] = kinds.find(kind).sample
    write(kind=kind, facts={fact: "123456"})

    delivery.deliver_due(now=NOW)

    notice = Notice.objects.get()
    assert (notice.state, notice.facts, notice.text, notice.html) == ("sent", {}, "", "")
    assert notice.blanked_at == NOW
    assert "123456" in sink.letters[0].get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_code_too_old_to_be_of_use_is_blanked_and_never_sent(sink):
    write(kind="login_code")

    done = delivery.deliver_due(now=NOW + datetime.timedelta(minutes=10))

    notice = Notice.objects.get()
    assert done == Delivered(failed=1)
    assert (notice.state, notice.facts, notice.text) == ("failed", {}, "")
    assert notice.blanked_at
    assert sink.letters == []
