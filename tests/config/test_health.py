"""Alive and ready: what each answers when a part is missing."""

from __future__ import annotations

import datetime
import os
import time

import pytest
from celery import signals
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from config import health
from notifications.models import Notice
from tests import patience
from tests.services import free_port
from workshops.actions import ticks
from workshops.actions.ticks import ticking
from workshops.models import Tick

[LAST] = MigrationLoader(None).graph.leaf_nodes("workshops")


@pytest.fixture
def browser():
    return Client()


def minutes_ago(minutes: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(minutes=minutes)


def write(key: str, *, minutes: float, state: str = "queued") -> Notice:
    return Notice.objects.create(
        key=key,
        kind="k",
        recipient="a@example.org",
        message_id=key,
        created_at=minutes_ago(minutes),
        state=state,
    )


def test_alive_answers_without_database(browser, settings):
    settings.INSTANCE = "abc"

    answer = browser.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "alive", "instance": "abc"})


@pytest.mark.django_db
def test_everything_there_is_ready(browser, settings):
    settings.INSTANCE = "abc"
    ticks.begin()
    with ticking("aggregate-marked"):
        pass

    answer = browser.get("/readyz")

    found = answer.json()
    assert answer.status_code == 200
    assert set(found) == {
        *("status", "instance", "took_ms"),
        *("database", "migrations", "broker", "beat", "letters"),
    }
    assert (found["status"], found["instance"]) == ("ready", "abc")
    assert found["database"] == {"status": "ok", "kind": connection.vendor}
    assert found["migrations"] == {"status": "ok", "missing": []}
    assert found["broker"]["status"] == "ok"
    assert found["beat"]["job"] == "aggregate-marked"
    assert found["letters"] == {"status": "ok", "oldest_seconds": None, "failed": 0}


# --- the beat ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("seconds", "word", "beat"), [(110, "starting", "starting"), (130, "degraded", "never")]
)
def test_beat_that_never_ticked_is_degraded_after_two_minutes(
    browser, monkeypatch, seconds, word, beat
):
    monkeypatch.setattr(health, "BEGAN", time.monotonic() - seconds)

    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, word)
    assert answer.json()["beat"] == {"status": beat, "age_seconds": None, "job": None}


@pytest.mark.django_db
@pytest.mark.parametrize(("minutes", "status"), [(4.9, "ok"), (5.1, "stale")])
def test_beat_is_stale_after_five_minutes(browser, minutes, status):
    Tick.objects.create(job=ticks.START, finished=minutes_ago(700))
    Tick.objects.create(job="old", finished=minutes_ago(600))
    Tick.objects.create(job="newest", finished=minutes_ago(minutes))

    beat = browser.get("/readyz").json()["beat"]

    assert (beat["status"], beat["job"]) == (status, "newest")
    assert abs(beat["age_seconds"] - minutes * 60) < 30


@pytest.mark.django_db
def test_tick_says_when_how_long_and_what():
    with ticking("job") as run:
        run.said = "first"
    with ticking("job") as run:
        time.sleep(0.01)
        run.said = "second"

    tick = Tick.objects.get()
    assert (tick.job, tick.said) == ("job", "second")
    assert tick.took_ms >= 10
    assert timezone.now() - tick.finished < datetime.timedelta(seconds=30)


@pytest.mark.django_db
def test_job_that_fails_leaves_no_tick():
    def fail():
        with ticking("job"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert Tick.objects.count() == 0


# --- while the site starts ---------------------------------------------------------------------


@pytest.mark.django_db
def test_site_that_has_just_begun_is_starting_until_a_job_has_finished(browser):
    Tick.objects.create(job="aggregate-marked", finished=minutes_ago(600))  # of yesterday
    before = browser.get("/readyz").json()

    ticks.begin()
    begun = browser.get("/readyz")
    with ticking("aggregate-marked"):
        pass
    after = browser.get("/readyz").json()

    assert (before["status"], before["beat"]["status"]) == ("degraded", "stale")
    assert (begun.status_code, begun.json()["status"]) == (200, "starting")
    assert (begun.json()["beat"]["status"], begun.json()["beat"]["job"]) == ("starting", "start")
    assert (after["status"], after["beat"]["status"]) == ("ready", "ok")


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "status"), [(110, "starting"), (130, "ok")])
def test_job_of_a_command_before_any_beat_is_no_beat(browser, monkeypatch, seconds, status):
    monkeypatch.setattr(health, "BEGAN", time.monotonic() - seconds)
    with ticking("aggregate_everything"):  # as loading the demo does
        pass

    assert browser.get("/readyz").json()["beat"]["status"] == status


@pytest.mark.django_db
def test_start_that_brings_no_job_is_seen(browser):
    Tick.objects.create(job=ticks.START, finished=minutes_ago(5.1))

    answer = browser.get("/readyz").json()

    assert (answer["status"], answer["beat"]["status"]) == ("degraded", "stale")


@pytest.mark.django_db
def test_start_hides_nothing_else_that_is_wrong(browser, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    ticks.begin()

    assert browser.get("/readyz").json()["status"] == "degraded"


@pytest.mark.django_db
def test_beat_that_begins_says_so_at_once():
    signals.beat_init.send(sender=None)

    assert [tick.job for tick in Tick.objects.all()] == [ticks.START]


@pytest.mark.django_db
@pytest.mark.parametrize(("seconds", "word"), [(110, "starting"), (130, "unavailable")])
def test_tables_that_are_being_made_are_a_start_for_two_minutes(
    browser, monkeypatch, seconds, word
):
    MigrationRecorder(connection).record_unapplied(*LAST)
    monkeypatch.setattr(health, "BEGAN", time.monotonic() - seconds)

    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, word)


# --- letters -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_letters_tell_the_oldest_that_waits_and_how_many_failed(browser):
    write("a", minutes=4)
    write("b", minutes=3)
    write("c", minutes=90, state="failed")
    write("d", minutes=80, state="failed")

    letters = browser.get("/readyz").json()["letters"]

    assert (letters["status"], letters["failed"]) == ("ok", 2)
    assert 239 <= letters["oldest_seconds"] <= 300


@pytest.mark.django_db
def test_letter_that_waits_too_long_is_degraded(browser):
    with ticking("job"):
        pass
    write("a", minutes=6)

    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["letters"]["status"] == "late"


# --- the broker --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_broker_down_is_degraded_with_200_and_does_not_wait(browser, settings):
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    with ticking("job"):
        pass
    clock = patience.Clock([os.getpid()])

    answer = browser.get("/readyz")
    clock.look()

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["broker"] == {"status": "down", "error": "ConnectionError"}
    assert clock.idle < 5


@pytest.mark.django_db
def test_broker_in_a_folder_is_ready_while_it_can_be_written(browser, settings, tmp_path):
    settings.REDIS_URL = ""
    settings.BROKER_DIR = tmp_path
    (tmp_path / "queue").mkdir()

    there = browser.get("/readyz").json()["broker"]
    (tmp_path / "queue").rmdir()
    gone = browser.get("/readyz").json()["broker"]

    assert there == {"status": "ok", "kind": "filesystem"}
    assert gone == {"status": "down", "kind": "filesystem"}


# --- the database ------------------------------------------------------------------------------


@pytest.mark.django_db
def test_missing_migration_is_unavailable(browser, monkeypatch):
    monkeypatch.setattr(health, "BEGAN", time.monotonic() - health.STARTING_SECONDS)
    MigrationRecorder(connection).record_unapplied(*LAST)

    answer = browser.get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["migrations"] == {
        "status": "missing",
        "missing": [".".join(LAST)],
    }
    assert set(answer.json()) == {
        *("status", "instance", "took_ms", "database", "migrations", "broker")
    }


@pytest.mark.postgres
def test_database_down_is_unavailable_and_not_waited_for(
    durable_postgres, django_db_blocker, monkeypatch
):
    """A real server, killed; the pool alone would wait an hour, until the time-out says so."""
    monkeypatch.setitem(connection.settings_dict["OPTIONS"]["pool"], "timeout", 3600)
    monkeypatch.setitem(connection.settings_dict, "PORT", str(durable_postgres.port))
    durable_postgres.kill()

    with django_db_blocker.unblock():
        answer = Client().get("/readyz")

    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert answer.json()["database"] == {"status": "down", "error": "OperationalError"}
    assert set(answer.json()) == {"status", "instance", "took_ms", "database", "broker"}
