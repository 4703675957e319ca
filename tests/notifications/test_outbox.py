"""The outbox: written with what it tells of, once by key, ringing on commit."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications import delivery, kinds, outbox, tasks
from notifications.models import Notice
from notifications.outbox import Letter
from tests import patience
from tests.notifications.letters import FACTS

LETTER = {"kind": "invited", "to": "anna@example.org", "language": "da", "facts": FACTS}
SCRIPT = """
from django.db import transaction
from notifications import outbox
with transaction.atomic():
    facts = {"code": "123"}
    outbox.enqueue("k", kind="login_code", to="a@example.org", language="da", facts=facts)
"""


@pytest.fixture
def rings(monkeypatch):
    """How often the bell has been rung."""
    heard: list[dict[str, object]] = []
    monkeypatch.setattr("notifications.bell._next", 0.0)  # nobody has rung lately
    monkeypatch.setattr(
        "notifications.tasks.deliver_due.apply_async", lambda **options: heard.append(options)
    )
    return heard


def test_letter_is_written_in_the_callers_transaction(own_database, rings):
    with transaction.atomic():
        notice = outbox.enqueue("k", **LETTER)
        rung_before_commit = list(rings)

    stored = Notice.objects.get()
    assert stored == notice
    assert (stored.kind, stored.recipient, stored.language) == ("invited", "anna@example.org", "da")
    assert (stored.facts, stored.state) == (FACTS, "queued")
    assert (stored.subject, stored.text, stored.html, stored.rendered_at) == ("", "", "", None)
    assert rung_before_commit == []
    assert rings == [{"retry": False, "countdown": 0.0}]


def letter(key, **changes):
    return Letter(key=key, **LETTER | changes)


def test_letters_of_one_transaction_are_one_insert_and_one_ring(own_database, rings):
    with CaptureQueriesContext(connection) as seen, transaction.atomic():
        outbox.post([letter("a"), letter("b", to="bo@example.org")])
        outbox.post([letter("c")])

    inserts = [query["sql"] for query in seen if "INSERT" in query["sql"]]
    assert (len(inserts), len(rings)) == (2, 1)
    assert not [query["sql"] for query in seen if query["sql"].startswith("SELECT")]
    assert sorted(Notice.objects.values_list("key", flat=True)) == ["a", "b", "c"]
    assert Notice.objects.values("message_id").distinct().count() == 3


def test_ring_of_a_savepoint_that_was_taken_back_does_not_silence_a_later_one(own_database, rings):
    def write_and_fail():
        with transaction.atomic():
            outbox.post([letter("a")])
            raise RuntimeError

    with transaction.atomic():
        with pytest.raises(RuntimeError):
            write_and_fail()
        outbox.post([letter("b")])

    assert list(Notice.objects.values_list("key", flat=True)) == ["b"]
    assert len(rings) == 1


def test_known_letters_are_passed_over_and_new_ones_written(own_database, rings):
    with transaction.atomic():
        outbox.post([letter("a")])
    with transaction.atomic():
        outbox.post([letter("a", facts={**FACTS, "name": "Bo"}), letter("b")])

    names = {row.key: row.facts["name"] for row in Notice.objects.all()}
    assert names == {"a": "Anna", "b": "Anna"}


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"kind": "gone"}, kinds.UnknownKindError, "'gone'"),
        ({"facts": {}}, kinds.FactsError, "missing facts ['access_ends', 'email', 'invited_by',"),
        ({"facts": {**FACTS, "more": 1}}, kinds.FactsError, "missing facts [], surplus ['more']"),
    ],
)
def test_letter_whose_facts_do_not_fit_is_refused_when_it_is_written(
    own_database, rings, changes, error, said
):
    with pytest.raises(error) as refusal, transaction.atomic():
        outbox.post([letter("a"), letter("b", **changes)])

    assert said in str(refusal.value)
    assert (Notice.objects.count(), rings) == (0, [])


def test_facts_that_are_not_plain_are_refused_when_they_are_written(own_database, rings):
    with pytest.raises(TypeError), transaction.atomic():
        outbox.post([letter("a", facts={**FACTS, "access_ends": datetime.date(2026, 1, 1)})])


def test_no_letters_ring_nobody(own_database, rings):
    with transaction.atomic():
        outbox.post([])

    assert rings == []


def test_old_letters_lose_address_and_content_and_young_ones_keep_them(own_database, settings):
    settings.LETTER_DAYS = 30
    now = timezone.now()
    with transaction.atomic():
        outbox.post([letter(key) for key in ("old", "old failed", "old waiting", "young")])
    for key, state, days in (
        ("old", "sent", 31),
        ("old failed", "failed", 31),
        ("old waiting", "queued", 31),
        ("young", "sent", 29),
    ):
        written = now - datetime.timedelta(days=days)
        sent = written if state == "sent" else None
        Notice.objects.filter(key=key).update(
            state=state, created_at=written, sent_at=sent, rendered_at=sent
        )

    numbers = [delivery.blank_old(now=now) for _twice in range(2)]

    kept = dict(Notice.objects.values_list("key", "recipient"))
    assert numbers == [2, 0]
    anna = "anna@example.org"
    assert kept == {"old": "", "old failed": "", "old waiting": anna, "young": anna}
    for blank in Notice.objects.filter(recipient=""):
        assert (blank.facts, blank.links, blank.text, blank.html) == ({}, {}, "", "")
        assert blank.blanked_at == now
    assert all(row.facts == FACTS for row in Notice.objects.exclude(recipient=""))
    [failed] = Notice.objects.failed()
    assert (failed.is_repeatable, Notice.objects.repeatable().exists()) == (False, False)


def test_job_that_blanks_says_how_many(own_database):
    assert tasks.blank_old() == "blanked=0"


def test_letter_outside_a_transaction_is_refused(own_database):
    with pytest.raises(ValidationError) as refusal:
        outbox.enqueue("k", **LETTER)

    assert refusal.value.code == "no_transaction"
    assert Notice.objects.count() == 0


def test_letter_of_a_transaction_that_fails_was_never_written(own_database, rings):
    def write_and_fail():
        with transaction.atomic():
            outbox.enqueue("k", **LETTER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    assert Notice.objects.count() == 0
    assert rings == []


def test_same_key_twice_is_one_letter(own_database, rings):
    with transaction.atomic():
        first = outbox.enqueue("k", **LETTER)
    with transaction.atomic():
        second = outbox.enqueue("k", **LETTER | {"facts": {**FACTS, "name": "Bo"}})

    assert second.pk == first.pk
    assert Notice.objects.get().facts == FACTS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sender", "domain"),
    [("Fremmøde <noreply@city.example>", "city.example"), ("nobody", "localhost")],
)
def test_message_id_is_unique_and_in_the_senders_domain(settings, sender, domain):
    settings.DEFAULT_FROM_EMAIL = sender

    ids = [outbox.enqueue(key, **LETTER).message_id for key in ("a", "b")]

    assert len(set(ids)) == 2
    assert [name.rpartition("@")[2] for name in ids] == [f"{domain}>", f"{domain}>"]


def test_bell_is_heard_by_the_queue_of_the_mail_workers(postgres_project, private_redis):
    import redis

    postgres_project.manage("shell", "-c", SCRIPT)

    with redis.Redis.from_url(private_redis.url()) as broker:
        assert broker.llen("mail") == 1


def test_dead_broker_never_breaks_the_request(postgres_project, private_redis):
    private_redis.kill()
    log = postgres_project.var / "sender.log"

    sender = postgres_project.start("python", "manage.py", "shell", "-c", SCRIPT, log=log)
    patience.until(lambda: sender.poll() is not None, "it waits", of=[sender.pid], idle=20)
    waiting = postgres_project.manage(
        "shell", "-c", "from notifications.models import Notice; print(Notice.objects.count())"
    )

    assert "did not hear the bell" in log.read_text()
    assert waiting.stdout.strip().splitlines()[-1] == "1"
