"""How the runs of pytest become one exit code, and what they are told."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import browsers, patience, runner, services


@pytest.fixture
def runs(monkeypatch, tmp_path):
    """The runner without services; each run of pytest ends with the next of these codes."""
    codes, seen = [], []

    @contextlib.contextmanager
    def environment():
        yield {
            "FOLDER": str(tmp_path),
            "DATABASE_URL": "postgres://here",
            "REDIS_URL": "redis://here",
        }

    def pytest_run(title, arguments, env):
        seen.append((title, arguments, env))
        return codes.pop(0)

    monkeypatch.setattr(runner, "provide", lambda: None)
    monkeypatch.setattr(runner, "environment", environment)
    monkeypatch.setattr(runner, "pytest", pytest_run)
    monkeypatch.setattr(runner.measuring, "sum_up", lambda _: 0)
    return codes, seen


@pytest.mark.parametrize(
    ("words", "ends", "code", "steps"),
    [
        ([], [0, 0], 0, 2),
        ([], [1, 0], 1, 2),
        ([], [0, 1], 1, 2),
        ([], [1, 2], 1, 2),
        ([], [130], 130, 1),
        (["-k", "word"], [0, 0], 0, 2),
        (["-k", "word"], [0, 5], 0, 2),
        (["-k", "word"], [5, 5], 5, 2),
        (["-k", "word"], [1, 5], 1, 2),
        (["--nonsense"], [2], 2, 1),
    ],
)
def test_two_runs_become_one_exit_code(runs, words, ends, code, steps):
    codes, seen = runs
    codes.extend(ends)

    assert runner.test(words) == code
    assert len(seen) == steps


def test_second_run_is_on_sqlite_and_still_knows_postgresql(runs):
    codes, seen = runs
    codes.extend([0, 0])

    runner.test([])

    (_, first_words, first), (_, second_words, second) = seen
    assert first_words == [*runner.WHOLE, "-p", "tests.measuring"]
    assert second_words == [*runner.WHOLE]
    assert Path(first["FREMMOEDE_MEASURE"]).is_dir()
    assert "FREMMOEDE_MEASURE" not in second
    assert (first["FREMMOEDE_RUN"], first["DATABASE_URL"]) == ("postgres", "postgres://here")
    assert second["FREMMOEDE_RUN"] == "sqlite"
    assert second["DATABASE_URL"].startswith("sqlite:///")
    assert second["FREMMOEDE_POSTGRES_URL"] == "postgres://here"


def test_too_little_measured_fails_the_run_and_the_second_still_runs(runs, monkeypatch):
    codes, seen = runs
    codes.extend([0, 0])
    monkeypatch.setattr(runner.measuring, "sum_up", lambda _: 1)

    assert runner.test([]) == 1
    assert len(seen) == 2


def test_part_of_the_suite_is_not_measured(runs):
    codes, seen = runs
    codes.extend([0, 0])

    assert runner.test(["-k", "word"]) == 0
    assert [words for _, words, _ in seen] == [["-k", "word"], ["-k", "word"]]


def test_proof_is_told_its_name(runs):
    codes, seen = runs
    codes.append(0)

    assert runner.prove(["kills", "-x"]) == 0
    assert seen[0][1][-1] == "-x"
    assert seen[0][2]["FREMMOEDE_PROOF"] == "kills"
    assert seen[0][2]["FREMMOEDE_PROVE"] == "1"


def test_unknown_proof_is_wrong_use(runs, capsys):
    codes, _ = runs
    codes.append(runner.NO_TESTS)

    assert runner.prove(["nonsense"]) == 2
    assert "No proof is called 'nonsense'." in capsys.readouterr().out


def test_missing_service_fails_the_run(monkeypatch, capsys):
    def fail(_):
        raise services.ServiceError("Redis was not found.")

    monkeypatch.setattr(runner, "test", fail)
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    assert runner.main(["test"]) == 1
    assert (
        "The tests need PostgreSQL, Redis and a browser. Redis was not found."
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("uid", "packaged", "installed"),
    [(0, True, ["redis-server"]), (0, False, ["redis-server", "chromium"]), (1000, False, [])],
)
def test_root_installs_only_what_is_missing(monkeypatch, uid, packaged, installed):
    ran = []

    def run(command, **_):
        ran.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.delenv("FREMMOEDE_SERVICES", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: uid)
    monkeypatch.setattr(services, "find_postgres", lambda: "/opt/postgres")
    monkeypatch.setattr(services, "find_redis", lambda: None)
    monkeypatch.setattr(browsers, "find", lambda: None)
    monkeypatch.setattr(browsers, "PACKAGED", packaged)
    monkeypatch.setattr(runner.shutil, "which", lambda _: "/usr/bin/apt-get")
    monkeypatch.setattr(runner.subprocess, "run", run)

    runner.provide()

    assert [
        word
        for word in (ran[-1] if ran else [])
        if word in {"postgresql", "redis-server", "chromium"}
    ] == installed


def test_nothing_is_installed_where_the_wheels_are_asked_for(monkeypatch):
    monkeypatch.setenv("FREMMOEDE_SERVICES", "wheels")
    monkeypatch.setattr(runner.subprocess, "run", pytest.fail)

    runner.provide()


def test_run_that_is_ended_stops_its_services(tmp_path):
    """The real runner, ended while pytest runs: nothing of it is left."""
    slow = tmp_path / "test_slow.py"
    slow.write_text("import time\ndef test_slow():\n    open('started', 'w')\n    time.sleep(60)\n")
    code = (
        "import sys; sys.path.insert(0, '.'); from tests import runner;"
        f"runner.ROOT = {str(tmp_path)!r}; runner.provide = lambda: None;"
        "sys.exit(runner.main(['test', '-c', '/dev/null', '-p', 'no:django', 'test_slow.py']))"
    )
    env = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}
    }
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=services.ROOT, env=env, stdout=subprocess.PIPE, text=True
    )
    patience.until(
        lambda: process.poll() is not None or (tmp_path / "started").exists(), "no test has begun"
    )
    assert process.poll() is None
    family = services.children_of(process.pid)
    process.terminate()

    out, _ = process.communicate()
    assert process.returncode == runner.INTERRUPTED, out
    assert len(family) == 3
    assert not [child for child in family if services.is_running(child)]
