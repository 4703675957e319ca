"""When a job of the beat last ran, and what it said; /readyz reads it."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from workshops.models import Tick

START = "start"
"""Under which name a start of the site stands beside the jobs, until one of them has finished."""


@dataclass(slots=True)
class Run:
    """One run of a job; what it writes into `said` stands beside the time."""

    said: str = ""


@contextlib.contextmanager
def ticking(job: str) -> Iterator[Run]:
    """Run the body, then write that *job* finished: when, how long it took, what it said.

    A body that raises leaves no tick, so a job that fails every time goes stale and is seen. The
    tick is written after the body's own transactions, never inside one of them.
    """
    run, started = Run(), time.monotonic()
    yield run
    took_ms = int((time.monotonic() - started) * 1000)
    _write(job, took_ms=took_ms, said=run.said)


def begin() -> None:
    """Write that the site, or its beat, has just been started: no job can have finished yet."""
    _write(START, took_ms=0, said="")


def _write(job: str, *, took_ms: int, said: str) -> None:
    Tick.objects.update_or_create(
        job=job,
        defaults={"finished": timezone.now(), "took_ms": took_ms, "said": said},
    )
