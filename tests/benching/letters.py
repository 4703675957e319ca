"""The lines of the table about the worker: letters a second, memory, and that none is left."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from celery import Celery

from tests.benching import cost, turns
from tests.benching.bench import Bench, aimed
from tests.benching.load import Plan
from tests.benching.sending import WrongError, dealt, measure

OPTIONS = (
    "worker -P threads -c 4 -l WARNING -Q booking,mail,rollup --without-gossip --without-mingle"
)
NUMBER, SECONDS = 400, 240
RINGS = 0.2  # seconds between two bells
WAITING = (
    "SELECT count(*) FROM notifications_notice"
    " WHERE state IN ('queued', 'sending') AND next_attempt_at <= now()"
)
UNSENT = "SELECT count(*) FROM notifications_notice WHERE state <> 'sent'"


def workers(bench: Bench, number: int) -> list[subprocess.Popen]:
    """That many workers, awake; those that there are already are kept."""
    running = [process for process in bench.project.processes if "worker" in process.args]
    words = f"{program(bench.project.root)} {OPTIONS}".split()
    running += [
        bench.project.start(*words, "-n", f"worker{place}@localhost")
        for place in range(len(running), number)
    ]
    app, began = Celery(broker=bench.project.env["REDIS_URL"]), time.monotonic()
    while len(app.control.ping(timeout=2)) < len(running):
        if time.monotonic() - began > SECONDS:
            message = f"{len(running)} workers were started, but not all of them answer"
            raise WrongError(message)
    return running


def program(tree: Path) -> str:
    """What starts a worker of that checkout; before `config.jobs` existed, Celery's command line."""
    ours = (tree / "config" / "jobs.py").exists()
    return "python -m config.jobs" if ours else "celery -q -A config"


@contextlib.contextmanager
def asleep(processes: list[subprocess.Popen]) -> Iterator[None]:
    """These are stopped meanwhile, with nothing in their hands."""
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)


def deliver(bench: Bench) -> float:
    """Ring until every letter that is due has left; returns the seconds it took."""
    began = time.monotonic()
    with Celery(broker=bench.project.env["REDIS_URL"]).connection_for_write() as broker:
        app = Celery(broker=bench.project.env["REDIS_URL"])
        rung = 0.0
        while bench.ask(WAITING):
            now = time.monotonic()
            if now - began > SECONDS:
                message = f"{bench.ask(WAITING)} letters are left over after {SECONDS} s"
                raise WrongError(message)
            if now - rung > RINGS:
                rung = now
                app.send_task(
                    "notifications.tasks.deliver_due", queue="mail", connection=broker, expires=10
                )
            time.sleep(0.02)
    return time.monotonic() - began


def letters(bench: Bench) -> None:
    """Letters such as bookings write, many times over, by one worker and by two, in turns."""
    pair = workers(bench, 2)
    deliver(bench)
    posts = bench.buttons(40, "wide")
    with asleep(pair):
        measure(Plan(port=bench.web.port, clients=dealt(posts)))
        bench.inside("set-aside")

    def one() -> float:
        number = bench.inside("again", NUMBER)
        with asleep(pair[1:]):
            return number / deliver(bench)

    def two() -> float:
        return bench.inside("again", NUMBER) / deliver(bench)

    found = turns.in_turns({"one": one, "two": two}, bench.rounds)
    bench.inside("take-up")
    rate = turns.Spread.of(found["one"])
    bookings = bench.rates.get("booking")
    aim = aimed(rate.median, 2 * bookings, "(two a booking)", least=True) if bookings else ""
    bench.note("letters a second, one worker", f"{rate:.0f}", aim)
    times = turns.ratio(found["two"], found["one"])
    bench.note(
        "  two workers, times one", f"{times:.2f}", aimed(times.median, 1.7, "times", least=True)
    )


def memory(bench: Bench) -> None:
    """The largest process of each, after whatever the run has done and the letters of it."""
    (worker, *_others) = workers(bench, 1)
    deliver(bench)
    found = cost.memory(cost.family(worker.pid))
    bench.note("memory of a worker, MB", f"{found:.0f}", aimed(found, 100, "MB"))
    web = cost.family(bench.web.pid)
    bench.note("memory of a web process, MB", f"{cost.memory(web):.0f}", f"{len(web)} processes")


def end(bench: Bench) -> None:
    """No letter of the whole run may be left."""
    written = bench.ask("SELECT count(*) FROM notifications_notice")
    if written:
        workers(bench, 1)
        deliver(bench)
        unsent = bench.ask(UNSENT)
        if unsent:
            message = f"{unsent} of {written} letters are left over at the end"
            raise WrongError(message)
    bench.note("letters left over", "0", f"of {written}")
