"""Delivery to a mail server that refuses: later and later, or never."""

from __future__ import annotations

import datetime

import pytest

from notifications import delivery
from notifications.delivery import Delivered
from notifications.models import Notice
from tests.notifications.letters import NOW, write
from tests.services import free_port


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
    Notice.objects.filter(pk=notice.pk).update(recipient="two\n@example.org")

    assert delivery.deliver_due(now=NOW) == Delivered(failed=1)
    assert Notice.objects.get().last_error.startswith("ValueError: Invalid address")


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
