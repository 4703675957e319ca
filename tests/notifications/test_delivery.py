"""Delivery to a real mail server: whole, in its time, and once."""

from __future__ import annotations

import datetime
import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.utils import timezone

from notifications import delivery, kinds, smtp
from notifications.delivery import Delivered
from notifications.models import Notice
from notifications.tasks import deliver_due
from tests.notifications.letters import NOW, write

FACTS = {"name": "Anna", "invited_by": "Mette", "access_ends": "", "email": "a@example.org"}

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


# --- claims ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_claim_is_given_once(sink):
    write()

    [first] = delivery.claim(now=NOW)
    second = delivery.claim(now=NOW)

    assert (first.state, first.lease_until) == ("sending", NOW + delivery.LEASE)
    assert (first.attempts, first.facts["name"]) == (1, "Anna Holm")
    assert second == []
    assert delivery.deliver_due(now=NOW) == Delivered()


@pytest.mark.django_db
def test_claim_is_one_statement_and_takes_the_oldest_first(django_assert_num_queries):
    letters = [write(f"k{number}") for number in range(5)]

    with django_assert_num_queries(1):
        taken = delivery.claim(now=NOW, number=3)

    assert taken == letters[:3]
    assert list(Notice.objects.filter(state="queued")) == letters[3:]


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 20])
def test_batch_costs_the_database_the_same_however_large(sink, django_assert_num_queries, number):
    for place in range(number):
        write(f"k{place}", facts=FACTS)

    with django_assert_num_queries(4):  # claim, words, mark, nothing left
        assert delivery.deliver_due(now=NOW) == Delivered(sent=number)


@pytest.mark.django_db
def test_lease_that_ran_out_returns_the_letter(sink):
    write()
    delivery.claim(now=NOW)

    early = delivery.deliver_due(now=NOW + delivery.LEASE - datetime.timedelta(seconds=1))
    late = delivery.deliver_due(now=NOW + delivery.LEASE)

    assert (early, late) == (Delivered(), Delivered(sent=1))
    assert Notice.objects.get().attempts == 2


@pytest.mark.django_db
def test_overtaken_worker_marks_nothing(sink):
    write(text="Kære Anna")
    overtaken = delivery.claim(now=NOW)
    delivery.claim(now=NOW + delivery.LEASE)

    delivery.mark_sent(overtaken, now=NOW + delivery.LEASE)

    stored = Notice.objects.get()
    assert (stored.state, stored.attempts) == ("sending", 2)


@pytest.mark.django_db
def test_run_that_has_lasted_long_enough_gives_back_what_it_did_not_come_to(sink, monkeypatch):
    for key in ("a", "b", "c"):
        write(key)
    clock = iter([0, *[1] * 3, delivery.RUN_SECONDS])  # begin, go on?, batch, first letter
    monkeypatch.setattr(delivery.time, "monotonic", lambda: next(clock, delivery.RUN_SECONDS))

    done = delivery.deliver_due(now=NOW)

    rows = Notice.objects.order_by("pk").values_list("state", "attempts", "lease_until")
    assert done.sent >= 1
    assert list(rows)[done.sent :] == [("queued", 0, None)] * (3 - done.sent)
    assert done.sent < 3


@pytest.mark.django_db
def test_fault_of_ours_returns_what_was_not_tried_and_marks_what_left(sink, monkeypatch):
    for key in ("a", "b", "c"):
        write(key)
    build, seen = smtp.build, []

    def fail_at_the_second(notice):
        seen.append(notice)
        if len(seen) == 2:
            raise RuntimeError
        return build(notice)

    monkeypatch.setattr(smtp, "build", fail_at_the_second)

    with pytest.raises(RuntimeError):
        delivery.deliver_due(now=NOW)

    rows = Notice.objects.order_by("pk").values_list("state", "attempts")
    assert list(rows) == [("sent", 1), ("sending", 1), ("queued", 0)]


@pytest.mark.django_db
def test_letters_share_a_connection_of_bounded_life(sink, monkeypatch):
    opened = []
    connect = smtplib.SMTP.connect
    monkeypatch.setattr(
        smtplib.SMTP, "connect", lambda line, *to: opened.append(to) or connect(line, *to)
    )
    monkeypatch.setattr(smtp, "LINE_LETTERS", 3)
    for number in range(7):
        write(f"k{number}")

    delivery.deliver_due(now=NOW)

    assert (len(sink.letters), len(opened)) == (7, 3)


@pytest.mark.django_db
def test_slow_server_does_not_keep_letters_that_have_left_unmarked(sink, monkeypatch):
    for key in ("a", "b", "c"):
        write(key)
    monkeypatch.setattr(delivery, "MARK_SECONDS", 0)
    marked = []
    mark = delivery.mark_sent
    monkeypatch.setattr(
        delivery, "mark_sent", lambda done, **now: marked.append(len(done)) or mark(done, **now)
    )

    delivery.deliver_due(now=NOW)

    assert marked == [1, 1, 1, 0]
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def at_once(work, number=6):
    """What *work* returns in so many threads that begin together."""
    gate = threading.Barrier(number)

    def start():
        try:
            connection.ensure_connection()  # the first there would else be done before the last
            gate.wait()
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as workers:
        return [worker.result() for worker in [workers.submit(start) for _worker in range(number)]]


def test_claims_at_once_never_share_a_letter(own_database):
    letters = [write(f"k{number}") for number in range(120)]

    def claim_all():
        taken = []
        while batch := delivery.claim(now=NOW, number=2):
            taken += [notice.pk for notice in batch]
        return taken

    taken = at_once(claim_all)

    assert sorted(pk for own in taken for pk in own) == [letter.pk for letter in letters]
    assert sum(1 for own in taken if own) > 1
    assert set(Notice.objects.values_list("attempts", flat=True)) == {1}


def test_many_workers_send_each_letter_once(own_database, sink, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 5)
    letters = [write(f"k{number}", now=timezone.now()) for number in range(60)]

    sent = at_once(lambda: delivery.deliver_due().sent)

    arrived = sorted(letter["Message-ID"] for letter in sink.letters)
    assert arrived == sorted(letter.message_id for letter in letters)
    assert sum(sent) == 60
    assert sum(1 for number in sent if number) > 1
