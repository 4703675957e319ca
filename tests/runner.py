"""Runs the suite and the proofs with private services. Started by ./dev test and ./dev prove."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import browsers, measuring, mutants, patience, services

ROOT = services.ROOT
INTERRUPTED, USAGE, NO_TESTS = 130, 2, 5  # exit codes; the latter two are pytest's
# Four at a time, also on two cores: many wait for a worker, a letter, a frame. Dealt out one by
# one, in the order of tests/conftest.py.
WHOLE = ("-n", "4", "--maxschedchunk=1", "--durations=20")


class Stopped(Exception):  # noqa: N818 - a wish, not an error
    """Somebody asked us to end."""


def say(text: str) -> None:
    """What is going on, beside what pytest prints."""
    print(text, flush=True)


# --- services ----------------------------------------------------------------------------------


def provide() -> None:
    """What is not installed, root installs; else the wheels serve. The browser comes from npm where it can."""
    if os.environ.get("FREMMOEDE_SERVICES") == "wheels" or os.geteuid() != 0:
        return
    with services.only("system"):
        found = {
            "postgresql": services.find_postgres(),
            "redis-server": services.find_redis(),
            "chromium": browsers.UNPACKED if browsers.PACKAGED else browsers.find(),
        }
    missing = [package for package, place in found.items() if place is None]
    if missing and shutil.which("apt-get"):
        say(f"Installing with apt-get: {' '.join(missing)}")
        quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", *missing]):
            done = subprocess.run(
                ["apt-get", "-qq", *command],
                env=quietly,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                say(f"apt-get could not: {done.stderr.strip()[-500:]}\nPackages serve instead.")
                return


@contextlib.contextmanager
def environment() -> Iterator[dict[str, str]]:
    """Services and a folder of our own; what the user has set wins; all is gone afterwards."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="fm-test-", dir="/tmp"))
        env = {**os.environ, "ENVIRONMENT": "test", "VAR_DIR": f"{folder}/var", "FOLDER": folder}
        if "DATABASE_URL" not in env:
            postgres = stack.enter_context(services.Postgres())
            say(f"PostgreSQL: {postgres.programs}, port {postgres.port}")
            env["DATABASE_URL"] = postgres.url()
            env[patience.SERVER] = str(postgres.process.pid) if postgres.process else ""
        if "REDIS_URL" not in env:
            redis = stack.enter_context(services.Redis())
            say(f"Redis: {redis.program}, port {redis.port}")
            env["REDIS_URL"] = redis.url()
        browser = browsers.provide()
        say(f"Browser: {browser}")
        env["FREMMOEDE_CHROMIUM"] = str(browser)
        browsers.install("pages")
        yield env


# --- pytest ------------------------------------------------------------------------------------


def pytest(title: str, arguments: list[str], env: dict[str, str]) -> int:
    """One run of pytest, to its end."""
    say(f"\n=== {title}")
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", *arguments]
    code = attend(subprocess.Popen(command, cwd=ROOT, env=env))
    say(f"=== {title}: exit code {code} after {time.monotonic() - began:.0f} s")
    return code


def attend(process: subprocess.Popen[bytes]) -> int:
    """Waits for a process; when we are asked to end, it is too, and may tidy up."""
    try:
        return process.wait()
    except (KeyboardInterrupt, Stopped) as wish:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if isinstance(wish, Stopped):  # Ctrl-C has reached the process already
            process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return INTERRUPTED


def test(arguments: list[str]) -> int:
    """Everything on PostgreSQL, then on SQLite what databases do differently: docs/tests.md.

    The first run, when it is whole, must have been through nearly every branch.
    """
    provide()
    options = arguments or list(WHOLE)
    with environment() as env:
        first = {**env, "FREMMOEDE_RUN": "postgres"}
        measured = Path(env["FOLDER"]) / "measured"
        if not arguments:
            measured.mkdir(exist_ok=True)
            first[measuring.FOLDER] = str(measured)
        probes = [] if arguments else ["-p", measuring.__name__]
        code = pytest("All tests, on PostgreSQL and Redis", [*options, *probes], first)
        if code in (INTERRUPTED, USAGE):
            return code
        if not arguments:
            code = measuring.sum_up(measured) or code
        second = {
            **env,
            "FREMMOEDE_RUN": "sqlite",
            "FREMMOEDE_POSTGRES_URL": env["DATABASE_URL"],
            "DATABASE_URL": f"sqlite:///{env['FOLDER']}/test.sqlite3",
        }
        again = pytest("What databases do differently, on SQLite", options, second)
        if code in (0, NO_TESTS) and again != NO_TESTS:
            code = again
        return code


def prove(arguments: list[str]) -> int:
    """The long form of the proofs: all, or the one whose name comes first."""
    named = bool(arguments) and not arguments[0].startswith("-")
    name, rest = (arguments[0], arguments[1:]) if named else ("", arguments)
    provide()
    with environment() as env:
        if name == "mutants":
            return mutants.main(rest, {**env, "FREMMOEDE_RUN": "postgres"})
        env |= {"FREMMOEDE_RUN": "postgres", "FREMMOEDE_PROVE": "1", "FREMMOEDE_PROOF": name}
        code = pytest("Proofs", ["--timeout=0", "-v", *rest], env)
    if code == NO_TESTS:
        say(f"No proof is called {name!r}." if name else "There are no proofs yet.")
        return USAGE
    return code


def ask_to_stop(*_: object) -> None:
    """Signal handler."""
    raise Stopped


def main(arguments: list[str]) -> int:
    """The first word says what, the rest goes to pytest."""
    signal.signal(signal.SIGTERM, ask_to_stop)
    try:
        return (prove if arguments[0] == "prove" else test)(arguments[1:])
    except services.ServiceError as error:
        say(f"The tests need PostgreSQL, Redis and a browser. {error}")
        return 1
    except (KeyboardInterrupt, Stopped):
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
