"""A worker started by the library ends what it has begun, and holds nothing it does not need."""

from __future__ import annotations

import ctypes
import signal

import pytest

from config import jobs
from tests import patience, projects

SEND = "import sys; from config.celery import app; app.send_task('slow', sys.argv[1:])"
OPTIONS = "worker -P threads -c 1 -l INFO -Q booking -n a@%h --without-gossip --without-mingle"
# Celery's command line and its shell; what reads sheets; what answers to browsers.
NEEDLESS = ("celery.bin", "click_repl", "prompt_toolkit", "openpyxl", "config.urls")


@pytest.fixture
def project(tmp_path):
    """On SQLite, with the broker of one machine."""
    with projects.Project.at(f"sqlite:///{tmp_path}/db.sqlite3", tmp_path / "var") as project:
        yield project


# The exit codes are those of `celery worker`.
@pytest.mark.parametrize(("end", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 1)])
def test_worker_that_is_told_to_end_finishes_its_job(project, tmp_path, end, code):
    log = tmp_path / "worker.log"
    worker = project.start("python", "-m", "tests.config.slow", *OPTIONS.split(), log=log)
    pids = [worker.pid]
    project.start("python", "-c", SEND, str(tmp_path))
    patience.until((tmp_path / "begun").exists, log.read_text, of=pids)

    worker.send_signal(end)
    patience.until(lambda: "Warm shutdown" in log.read_text(), log.read_text, of=pids)
    assert worker.poll() is None
    assert not (tmp_path / "done").exists()
    (tmp_path / "go").touch()

    assert worker.wait() == code, log.read_text()
    assert (tmp_path / "done").exists()
    pid, *modules = (tmp_path / "begun").read_text().splitlines()
    assert int(pid) == worker.pid
    assert "celery.apps.worker" in modules
    assert [name for name in modules if name.startswith(NEEDLESS)] == []


def test_options_are_those_of_celery():
    words = "worker -Q booking,mail -P threads -c 4 -l INFO -n b@h --without-gossip"

    assert vars(jobs.understood(words.split())) == {
        "program": "worker",
        "queues": "booking,mail",
        "pool_cls": "threads",
        "concurrency": 4,
        "loglevel": "INFO",
        "hostname": "b@h",
        "without_gossip": True,
        "without_mingle": False,
        "without_heartbeat": False,
    }
    assert vars(jobs.understood(["beat", "--schedule=x"])) == {
        "program": "beat",
        "schedule": "x",
        "loglevel": "WARNING",
    }


@pytest.mark.parametrize("words", ["", "web", "worker -c many", "worker --queue x", "beat -Q x"])
def test_wrong_use_says_what_is_right(words, capsys):
    with pytest.raises(SystemExit, match="2"):
        jobs.understood(words.split())

    assert "config.jobs" in capsys.readouterr().err


def test_memory_is_kept_where_c_cannot_hand_it_back(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())

    assert jobs.hand_back() is None
