"""How long a test waits: it counts the time in which nobody works, so that slow is never hung.

A clock on the wall cannot tell a process that hangs from one that has to share its processor with
three others. The kernel can: it says of every process how long it ran and how long it stood in the
queue to run. What is left, when all that a test has started neither run nor wait to run, is idle.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")

SERVER = "FREMMOEDE_POSTGRES_PID"  # in the environment of a run
DATABASES: set[str] = set()  # that this process has made, `tests/projects.py`
IDLE_SECONDS = 90  # so long nobody works for it, and it has not come: it never will
BUSY_SECONDS = 1800  # of processor time: work that never ends
CHILDREN_ARE_LISTED = Path(f"/proc/self/task/{os.getpid()}/children").exists()
PAUSE, LOOK_AGAIN = 0.05, 1.0


class HungError(AssertionError):
    """What was waited for cannot come any more; the message says what it was."""


class Clock:
    """Counts the idle time of processes and their children: what nobody used of the wall's time."""

    def __init__(self, pids: Iterable[int]) -> None:
        self.pids = tuple(pids)
        self.idle = self.busy = 0.0
        self._seen = self._worked()
        self._at = time.monotonic()

    def look(self) -> None:
        """Adds what has passed since the last look."""
        now, worked = time.monotonic(), self._worked()
        passed = now - self._at
        ran = sum(run for run, _ in _since(self._seen, worked))
        queued = sum(wait for _, wait in _since(self._seen, worked))
        self.busy += ran
        self.idle += max(0.0, passed - ran - queued)
        self._at, self._seen = now, worked

    def _worked(self) -> dict[tuple[int, int], tuple[float, float]]:
        """Of each thread of the family: seconds that it ran, and that it stood in the queue."""
        return {
            (pid, thread): times
            for pid in family(self.pids) | backends()
            for thread, times in _threads(pid)
        }


def _since(
    before: dict[tuple[int, int], tuple[float, float]],
    after: dict[tuple[int, int], tuple[float, float]],
) -> list[tuple[float, float]]:
    none = (0.0, 0.0)
    pairs = [(before.get(key, none), times) for key, times in after.items()]
    return [(max(0.0, run - old[0]), max(0.0, wait - old[1])) for old, (run, wait) in pairs]


def family(pids: Iterable[int]) -> set[int]:
    """These processes and everything they have started."""
    found: set[int] = set()
    waiting = list(pids)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += _children(pid)
    return found


def backends() -> set[int]:
    """Who works in the run's PostgreSQL for databases of this process, as their titles say."""
    server = os.environ.get(SERVER)
    if not server or not DATABASES:
        return set()
    return {pid for pid in _children(int(server)) if any(name in _title(pid) for name in DATABASES)}


def _title(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:  # gone just now
        return ""


def _children(pid: int) -> list[int]:
    """Whom a process, in any of its threads, has started. Looking through all of /proc costs more."""
    if not CHILDREN_ARE_LISTED:
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []
    found = []
    for task in _listed(Path(f"/proc/{pid}/task")):
        with contextlib.suppress(OSError):
            found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _threads(pid: int) -> list[tuple[int, tuple[float, float]]]:
    """(thread, (seconds run, seconds queued)); without Linux the queue is not known."""
    tasks = Path(f"/proc/{pid}/task")
    rows = []
    if tasks.exists():
        for task in _listed(tasks):
            with contextlib.suppress(OSError, ValueError):
                run, wait, _ = (task / "schedstat").read_text().split()
                rows.append((int(task.name), (int(run) / 1e9, int(wait) / 1e9)))
        return rows
    with contextlib.suppress(psutil.Error):
        used = psutil.Process(pid).cpu_times()
        rows.append((pid, (used.user + used.system, 0.0)))
    return rows


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # gone just now
        return []


def until(
    answer: Callable[[], T | None],
    what: str | Callable[[], str],
    *,
    of: Iterable[int] | None = None,
    idle: float = IDLE_SECONDS,
    busy: float = BUSY_SECONDS,
    pause: float = PAUSE,
) -> T:
    """The first answer that is true. *of*: who is to bring it; all that this process has started.

    HungError with *what* once they have been idle for so many seconds, or busy without an end.
    """
    clock = Clock(of if of is not None else [os.getpid()])
    looked = time.monotonic()
    while not (found := answer()):
        time.sleep(pause)
        if time.monotonic() - looked < LOOK_AGAIN:  # looking costs more than a question does
            continue
        looked = time.monotonic()
        clock.look()
        if clock.idle > idle or clock.busy > busy:
            said = what() if callable(what) else what
            raise HungError(f"idle {clock.idle:.0f} s, busy {clock.busy:.0f} s: {said}")
    return found


def alarm(fail: Callable[[], None], *, idle: float, every: float = 1.0) -> Callable[[], None]:
    """Calls *fail* in the main thread once this process and its family hang; the answer calls it off.

    For one test at a time: it takes SIGALRM.
    """
    clock = Clock([os.getpid()])

    def look(*_: object) -> None:
        clock.look()
        if clock.idle > idle or clock.busy > BUSY_SECONDS:
            call_off()
            fail()

    def call_off() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, every, every)
    return call_off
