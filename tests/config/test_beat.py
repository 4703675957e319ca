"""Beat can send every job of its table: what it cannot send is never done, and only a log tells."""

import contextlib
from queue import Empty

import pytest
from celery import Celery, beat
from kombu import Connection

from config.celery import app


def sent_by_beat(app: Celery) -> dict[str, str]:
    """What beat itself has sent, each job once, to a broker in memory: task → queue."""
    app.loader.import_default_modules()  # a task that is not loaded is sent unchecked
    sent: dict[str, str] = {}
    with Connection("memory://") as connection, app.amqp.Producer(connection) as producer:
        scheduler = beat.Scheduler(app)
        for entry in scheduler.schedule.values():
            if not entry.name.startswith("celery."):
                scheduler.apply_async(entry, producer=producer, advance=False)
        for queue in ("booking", "rollup", "mail"):
            with contextlib.suppress(Empty):
                simple = connection.SimpleQueue(queue)
                while True:
                    sent[simple.get(block=False).headers["task"]] = queue
    return sent


def test_beat_sends_every_job_of_its_table() -> None:
    queues = {"goals": "rollup", "notifications": "mail"}
    tasks = [entry["task"] for entry in app.conf.beat_schedule.values()]

    assert sent_by_beat(app) == {task: queues.get(task.split(".")[0], "booking") for task in tasks}


def test_job_whose_hard_limit_comes_before_the_soft_one_is_seen() -> None:
    """Celery refuses it when it is sent, not when it is declared: nothing would ever tidy up."""
    app.loader.import_default_modules()
    task = app.tasks["booking.tasks.drop_expired_holds"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(task, "time_limit", 60)
        with pytest.raises(beat.SchedulingError, match="soft_time_limit"):
            sent_by_beat(app)
