"""Batches of letters: claimed by one worker, shared by several, given back, marked together."""

from __future__ import annotations

import datetime
import smtplib
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django.utils import timezone

from notifications import delivery, smtp
from notifications.delivery import Delivered
from notifications.models import Notice
from tests.notifications.letters import FACTS, NOW, write


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
def test_batch_costs_the_database_the_same_however_large(
    sink, monkeypatch, django_assert_num_queries, number
):
    monkeypatch.setattr(delivery, "MARK_SECONDS", 1000)  # however busy the machine
    for place in range(number):
        write(f"k{place}", facts=FACTS)

    with django_assert_num_queries(6):  # claim, savepoint, words, its end, mark, nothing left
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
    clock = iter([0, *[1] * 4, delivery.RUN_SECONDS])  # begin, go on?, batch, first letter, mark?
    # The room's own clock: other threads, the sink's among them, read the machine's.
    own = SimpleNamespace(monotonic=lambda: next(clock, delivery.RUN_SECONDS))
    monkeypatch.setattr(delivery, "time", own)

    done = delivery.deliver_due(now=NOW)

    rows = Notice.objects.order_by("pk").values_list("state", "attempts", "lease_until")
    assert done.sent == 1
    assert list(rows)[1:] == [("queued", 0, None)] * 2


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
    monkeypatch.setattr(smtp, "LINE_SECONDS", 1000)
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
