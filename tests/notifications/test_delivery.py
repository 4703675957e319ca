"""Delivery to a real mail server: once, later, never, and after a crash once more."""

from __future__ import annotations

import datetime
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from notifications import delivery, outbox
from notifications.delivery import Delivered
from notifications.models import Notice
from notifications.tasks import deliver_due
from tests import projects
from tests.services import free_port

UTC = datetime.UTC
NOW = datetime.datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def write(key: str = "k", *, now: datetime.datetime = NOW, **changes) -> Notice:
    """A letter that is due from *now* on."""
    letter = {
        "kind": "invited",
        "to": "anna@example.org",
        "language": "da",
        "subject": "Du er inviteret",
        "text": "Kære Anna",
    }
    with transaction.atomic():
        notice = outbox.enqueue(key, **letter | changes)
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=now, created_at=now)
    notice.refresh_from_db()
    return notice


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
    write()

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

    assert delivery.sender() == sender


@pytest.mark.django_db
def test_sent_letter_is_marked_and_not_sent_again(sink):
    write()

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
@pytest.mark.parametrize("kind", sorted(delivery.SECRET_KINDS))
def test_secret_is_blanked_once_it_has_left(sink, kind):
    write(kind=kind, text="Your code: 123456", html="<p>123456</p>")

    delivery.deliver_due(now=NOW)

    notice = Notice.objects.get()
    assert (notice.state, notice.text, notice.html) == ("sent", "(blanked)", "")
    assert "123456" in sink.letters[0].get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_code_too_old_to_be_of_use_is_blanked_and_never_sent(sink):
    write(kind="login_code", text="123456")

    done = delivery.deliver_due(now=NOW + datetime.timedelta(minutes=10))

    notice = Notice.objects.get()
    assert done == Delivered(failed=1)
    assert (notice.state, notice.text) == ("failed", "(blanked)")
    assert sink.letters == []


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_temporary_refusal_is_tried_again_later_and_later(sink):
    write()
    sink.answers.extend(["451 come back later"] * 3)

    waits, now = [], NOW
    for _attempt in range(3):
        done = delivery.deliver_due(now=now)
        notice = Notice.objects.get()
        assert done == Delivered(postponed=1)
        assert (notice.state, notice.last_error) == ("queued", "451 come back later")
        waits.append((notice.next_attempt_at - now).total_seconds())
        now = notice.next_attempt_at
    delivery.deliver_due(now=now)

    assert [24 <= waits[0] <= 36, 48 <= waits[1] <= 72, 240 <= waits[2] <= 360] == [True] * 3
    assert Notice.objects.get().state == "sent"
    assert Notice.objects.get().last_error == ""
    assert len(sink.letters) == 1


@pytest.mark.django_db
def test_waits_are_jittered(sink):
    for number in range(8):
        write(f"k{number}")
    sink.answers.extend(["451 later"] * 8)

    delivery.deliver_due(now=NOW)

    assert len(set(Notice.objects.values_list("next_attempt_at", flat=True))) > 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by_data", "by_recipient", "said"),
    [
        (["554 no such content"], [], "554 no such content"),
        ([], ["550 no such user"], "550 no such user"),
    ],
)
def test_final_refusal_fails_for_good(sink, by_data, by_recipient, said):
    write()
    sink.answers.extend(by_data)
    sink.recipient_answers.extend(by_recipient)

    done = delivery.deliver_due(now=NOW)
    again = delivery.deliver_due(now=NOW + datetime.timedelta(days=2))

    notice = Notice.objects.get()
    assert (done, again) == (Delivered(failed=1), Delivered())
    assert (notice.state, notice.last_error, notice.lease_until) == ("failed", said, None)


@pytest.mark.django_db
def test_greylisted_recipient_is_tried_again(sink):
    write()
    sink.recipient_answers.append("450 greylisted")

    assert delivery.deliver_due(now=NOW) == Delivered(postponed=1)
    assert Notice.objects.get().last_error == "450 greylisted"


@pytest.mark.django_db
def test_refused_letter_does_not_hold_up_the_next(sink):
    for key in ("a", "b", "c"):
        write(key)
    sink.answers.extend(["250 OK", "554 no", "250 OK"])

    done = delivery.deliver_due(now=NOW)

    assert done == Delivered(sent=2, failed=1)
    assert list(Notice.objects.order_by("pk").values_list("state", flat=True)) == [
        "sent",
        "failed",
        "sent",
    ]


@pytest.mark.django_db
def test_letter_that_cannot_be_built_fails_for_good(sink):
    notice = write()
    Notice.objects.filter(pk=notice.pk).update(subject="Two\nlines")

    assert delivery.deliver_due(now=NOW) == Delivered(failed=1)
    assert Notice.objects.get().last_error.startswith("BadHeaderError")


@pytest.mark.django_db
def test_unreachable_server_postpones_one_letter_and_leaves_the_rest(server_at):
    server_at(free_port())
    for key in ("a", "b", "c"):
        write(key)

    done = delivery.deliver_due(now=NOW)

    assert done == Delivered(postponed=1)
    assert list(Notice.objects.order_by("pk").values_list("attempts", "state")) == [
        (1, "queued"),
        (0, "queued"),
        (0, "queued"),
    ]
    assert Notice.objects.first().last_error.startswith("ConnectionRefusedError")


@pytest.mark.django_db
def test_server_closing_the_channel_ends_the_run(sink):
    for key in ("a", "b"):
        write(key)
    sink.answers.append("421 too many connections")

    assert delivery.deliver_due(now=NOW) == Delivered(postponed=1)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["invited", "login_code"])
def test_last_attempt_fails_for_good(sink, kind):
    write(kind=kind)
    Notice.objects.update(attempts=delivery.MAX_ATTEMPTS - 1)
    sink.answers.append("451 later")

    done = delivery.deliver_due(now=NOW)

    assert done == Delivered(failed=1)
    assert Notice.objects.get().state == "failed"


@pytest.mark.django_db
def test_letter_that_breaks_every_worker_is_given_up(sink):
    write()
    Notice.objects.update(state="sending", lease_until=NOW, attempts=delivery.MAX_ATTEMPTS)

    done = delivery.deliver_due(now=NOW)

    notice = Notice.objects.get()
    assert done == Delivered(failed=1)
    assert (notice.state, notice.last_error) == ("failed", "Every attempt broke off.")
    assert sink.letters == []


# --- claims ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_claim_is_given_once(sink):
    notice = write()

    first = delivery.claim(notice.pk, now=NOW)
    second = delivery.claim(notice.pk, now=NOW)

    assert (first.state, first.lease_until) == ("sending", NOW + delivery.LEASE)
    assert second is None
    assert delivery.deliver_due(now=NOW) == Delivered()


@pytest.mark.django_db
def test_letter_taken_by_another_worker_meanwhile_is_passed_over(sink, monkeypatch):
    write()
    monkeypatch.setattr(delivery, "claim", lambda *_pk, **_now: None)

    assert delivery.deliver_due(now=NOW) == Delivered()
    assert sink.letters == []


@pytest.mark.django_db
def test_lease_that_ran_out_returns_the_letter(sink):
    notice = write()
    delivery.claim(notice.pk, now=NOW)

    early = delivery.deliver_due(now=NOW + delivery.LEASE - datetime.timedelta(seconds=1))
    late = delivery.deliver_due(now=NOW + delivery.LEASE)

    assert (early, late) == (Delivered(), Delivered(sent=1))
    assert Notice.objects.get().attempts == 2


@pytest.mark.django_db
def test_overtaken_worker_marks_nothing(sink):
    notice = write()
    overtaken = delivery.claim(notice.pk, now=NOW)
    delivery.claim(notice.pk, now=NOW + delivery.LEASE)

    delivery.mark_sent(overtaken, now=NOW + delivery.LEASE)

    stored = Notice.objects.get()
    assert (stored.state, stored.attempts) == ("sending", 2)


def test_many_workers_send_each_letter_once(own_database, sink):
    letters = [write(f"k{number}", now=timezone.now()) for number in range(60)]
    gate = threading.Barrier(6)

    def work():
        try:
            gate.wait()
            return delivery.deliver_due().sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as workers:
        sent = [worker.result() for worker in [workers.submit(work) for _worker in range(6)]]

    arrived = sorted(letter["Message-ID"] for letter in sink.letters)
    assert arrived == sorted(letter.message_id for letter in letters)
    assert sum(sent) == 60
    assert sum(1 for number in sent if number) > 1


# --- a crash between 250 and the mark ----------------------------------------------------------

CRASH = """
import os, signal, django
django.setup()
from notifications import delivery
delivery.{place} = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)
delivery.deliver_due()
"""


@pytest.fixture
def worker_env(own_database, request, tmp_path):
    """The environment of a process with this test's database and a mail server on a port."""
    address = f"sqlite:///{own_database}"
    if connection.vendor == "postgresql":
        address = projects.at_database(request.getfixturevalue("postgres_server"), own_database)
    return lambda port: {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENVIRONMENT": "test",
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "VAR_DIR": str(tmp_path / "var"),
    }


@pytest.mark.parametrize(("place", "copies"), [("mark_sent", 2), ("build", 1)])
def test_kill_around_the_servers_answer(own_database, sink, worker_env, place, copies):
    """Killed after 250: exactly one repeat, the same to the eye. Killed before it: one copy."""
    notice = write(now=timezone.now(), html="<p>Kære Anna</p>")

    worker = subprocess.run(
        [sys.executable, "-c", CRASH.format(place=place)],
        env=worker_env(sink.port),
        cwd=projects.ROOT,
        check=False,
        timeout=60,
    )
    caught = Notice.objects.get()
    too_early = delivery.deliver_due(now=timezone.now())
    healed = delivery.deliver_due(now=timezone.now() + delivery.LEASE)
    after = delivery.deliver_due(now=timezone.now() + 2 * delivery.LEASE)

    assert worker.returncode == -signal.SIGKILL
    assert (caught.state, caught.attempts) == ("sending", 1)
    assert (too_early, healed, after) == (Delivered(), Delivered(sent=1), Delivered())
    assert len(sink.letters) == copies
    assert {letter["Message-ID"] for letter in sink.letters} == {notice.message_id}
    assert len({_visible(letter) for letter in sink.letters}) == 1
    assert Notice.objects.get().state == "sent"


def _visible(letter) -> tuple[object, ...]:
    """Everything but the boundary between the parts."""
    headers = [(name, str(value)) for name, value in letter.items() if name != "Content-Type"]
    return (*headers, *(part.get_content() for part in letter.iter_parts()))
