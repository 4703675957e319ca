"""Workers are killed in the middle of the aggregation; no change of a count is ever lost.

Writers correct and approve counts, two workers aggregate on PostgreSQL and Redis. A worker is
frozen when the database shows it inside an open aggregation, looked at again, and killed with -9:
every kill counted here hit open work.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redislib
from django.core.management import call_command
from django.db import connections

from tests import patience, projects, services
from tests.conftest import PROVING
from tests.crash import actors

KILLS, WRITERS, LEAST = (50, 4, 50) if PROVING else (3, 2, 15)
OPEN_WORK = """
    SELECT a.pid, a.application_name FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
    WHERE a.application_name LIKE 'worker-%' AND a.datname = current_database()
      AND a.backend_xid IS NOT NULL
      AND a.query NOT ILIKE 'commit%' AND l.relation = 'goals_planversion'::regclass
      AND l.mode = 'RowShareLock'
"""


class Stage:
    """The database, the broker and everybody who acts on them."""

    def __init__(self, address: str, redis: services.Redis, folder: Path) -> None:
        self.url, self.folder = address, folder
        self.env = {"REDIS_URL": redis.url(), "DB_POOL": "2"}
        self.workers: dict[str, projects.Project] = {}
        self.others: list[projects.Project] = []
        self.application = "config.jobs"
        self.broker = redislib.Redis.from_url(redis.url())
        self.watch = psycopg.connect(self.url, autocommit=True)

    def project(self, **more: str) -> projects.Project:
        return projects.Project.at(self.url, self.folder / "var", **self.env, **more)

    def start_worker(self, name: str) -> None:
        worker = self.project(PGAPPNAME=name)
        options = ("-P", "solo", "-Q", "rollup", "-n", f"{name}@%h", "--without-gossip")
        words = ("python", "-m", self.application, "worker")
        worker.start(*words, *options, "--without-mingle")
        self.workers[name] = worker

    def act(self, *words: object) -> subprocess.Popen[str]:
        actor = self.project()
        self.others.append(actor)
        log = self.folder / f"{words[0]}-{len(self.others)}.log"
        return actor.start(
            sys.executable, "-m", "tests.crash.actors", *(str(word) for word in words), log=log
        )

    def wait_for(self, process: subprocess.Popen[str]) -> None:
        assert process.wait() == 0, self.logs()

    def kill_one_at_work(self) -> None:
        """Freeze a worker inside an open aggregation, make sure, kill it, start another."""
        self._until(self._kill_one, "no worker was seen at work", pause=0.003)

    def _kill_one(self) -> bool:
        rows = self.watch.execute(OPEN_WORK).fetchall()
        return any(self._kill(pid, name) for pid, name in rows)

    def _until(self, answer: Callable[[], bool], what: str, *, pause: float = 0.05) -> None:
        """Nobody but the workers can bring it; what this process does with asking is no work."""
        pids = [one.pid for worker in self.workers.values() for one in worker.processes]
        patience.until(answer, lambda: f"{what}\n{self.logs()}", of=pids, pause=pause)

    def _kill(self, backend: int, name: str) -> bool:
        (worker,) = self.workers[name].processes
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(0.002)
        if (backend, name) not in self.watch.execute(OPEN_WORK).fetchall():
            os.kill(worker.pid, signal.SIGCONT)
            return False
        worker.kill()
        worker.wait()
        self.workers[name].processes.clear()
        self.start_worker(name)
        return True

    def marks(self) -> int:
        row = self.watch.execute("SELECT count(*) FROM workshops_mark").fetchone()
        assert row is not None
        return int(row[0])

    def wait_until_taken(self) -> None:
        self._until(lambda: not self.marks(), "marks are left")

    def wait_until_silent(self) -> None:
        """Wait until no ring is left in the broker that a worker could still answer."""
        self._until(lambda: not self.broker.llen("rollup"), "the broker does not empty")
        time.sleep(0.5)

    def logs(self) -> str:
        files = sorted(self.folder.rglob("*.log"))
        return "\n".join(f"--- {file.name}\n{file.read_text()[-1500:]}" for file in files)

    def close(self) -> None:
        for project in [*self.workers.values(), *self.others]:
            project.stop(seconds=5)
        self.broker.close()
        self.watch.close()


@pytest.fixture
def stage(
    own_database: str, postgres_server: str, private_redis: services.Redis, tmp_path: Path
) -> Iterator[Stage]:
    """Only workers die here: their commits and rings stand, whether they reach the disk or not."""
    actors.setup()
    call_command("aggregate", stdout=io.StringIO())
    connections.close_all()
    address = projects.at_database(postgres_server, own_database)
    made = Stage(address, private_redis, tmp_path)
    try:
        yield made
    finally:
        made.close()


def rush(stage: Stage, *, kills: int) -> int:
    """Some writers, two workers, *kills* kills, the last one on their own; return changes."""
    stop_writing = stage.folder / "stop-writing"
    for name in ("worker-1", "worker-2"):
        stage.start_worker(name)
    bell = stage.act("ticker", 0.02)
    writers = [stage.act("writer", seed, stop_writing, LEAST) for seed in range(WRITERS)]
    for _kill in range(kills - 1):
        stage.kill_one_at_work()
    stop_writing.touch()
    for writer in writers:
        stage.wait_for(writer)
    stage.wait_until_taken()
    bell.send_signal(signal.SIGSTOP)
    stage.wait_until_silent()
    # The last kill meets few marks and no later change, so that nothing can heal what it loses.
    last = actors.write("last", stop_writing, 20)
    assert stage.marks() > 0, "nothing was left to lose"
    bell.send_signal(signal.SIGCONT)
    stage.kill_one_at_work()
    stage.wait_until_taken()
    said = [log.read_text().split()[-1] for log in stage.folder.glob("writer-*.log")]
    return last + sum(map(int, said))


@pytest.mark.prove("kills")
@pytest.mark.postgres
def test_aggregation_survives_kills(stage: Stage, figure: Callable[[str, object], None]) -> None:
    started = time.monotonic()

    changes = rush(stage, kills=KILLS)

    done = stage.project().manage("reconcile", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "afventer" not in done.stdout
    figure("workers killed in open work", KILLS)
    figure("changes of counts meanwhile", changes)
    figure("seconds of killing", round(time.monotonic() - started, 1))


@pytest.mark.prove("kills")
@pytest.mark.postgres
def test_marks_taken_too_early_are_seen(stage: Stage) -> None:
    stage.application = "tests.crash.faulty"

    rush(stage, kills=1)

    done = stage.project().manage("reconcile", check=False)
    assert done.returncode == 1, "the proof did not see the planted fault"
    assert "plan-" in done.stderr
