"""Letters a second of one worker and of two, beside a post office that only counts.

`measure` is what a bench calls; the rest is what it starts in processes of their own
(`python -m tests.benching.letters WHAT …`): write NUMBER, work, left, office PORT.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests import services

WORKERS = (1, 2)
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out; each list has one figure a round."""

    one: list[float]  # letters a second of one worker
    two: list[float]  # of two that share the queue
    processor_ms: float  # of a worker for a letter, the database and the post office not counted
    left: int  # letters still unsent at the end: anything but 0 spoils the rest

    @property
    def ratios(self) -> list[float]:
        """How much more two send than one, round by round."""
        return [two / one for one, two in zip(self.one, self.two, strict=True)]

    def lines(self) -> list[tuple[str, str, str]]:
        """Lines of a table: what, the median, and the range."""
        rows = [
            ("letters/s of one worker", self.one, ".0f"),
            ("letters/s of two workers", self.two, ".0f"),
            ("two workers, times one", self.ratios, ".2f"),
        ]
        found = [
            (
                what,
                f"{statistics.median(values):{form}}",
                f"{min(values):{form}}-{max(values):{form}}",
            )
            for what, values, form in rows
        ]
        return [*found, ("processor of a letter, ms", f"{self.processor_ms:.2f}", "worker alone")]


def measure(env: Mapping[str, str], *, number: int = 1200, rounds: int = 5) -> Figures:
    """Write *number* letters and let one worker send them, then two, in turns, *rounds* times.

    *env* is that of a project with a migrated database (`projects.Project.env`); its EMAIL_URL is
    replaced by a post office of our own. Takes about *number* × *rounds* / 150 seconds.
    """
    rates: dict[int, list[float]] = {workers: [] for workers in WORKERS}
    spent, left = 0.0, 0
    with _office(env) as port:
        ours = {**env, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
        for _round in range(rounds):
            for workers in WORKERS:
                _run(ours, "write", number)
                seconds, processor = _race(ours, workers)
                rates[workers].append(number / seconds)
                spent += processor
                left += int(_run(ours, "left"))
    sent = number * rounds * len(WORKERS)
    return Figures(one=rates[1], two=rates[2], processor_ms=1000 * spent / sent, left=left)


def _race(env: Mapping[str, str], workers: int) -> tuple[float, float]:
    """Start the workers, let them begin together; seconds until the last is done, and processor."""
    started = [_start(env, "work") for _worker in range(workers)]
    for worker in started:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    began = time.monotonic()
    for worker in started:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    ends = [json.loads(worker.communicate(timeout=PATIENCE)[0]) for worker in started]
    last = max(end["ended"] for end in ends)
    return last - began, sum(end["processor"] for end in ends)


@contextlib.contextmanager
def _office(env: Mapping[str, str]) -> Iterator[int]:
    """The post office, in a process of its own, until the end of the block."""
    port = services.free_port()
    office = _start(env, "office", port)
    try:
        assert office.stdout
        assert office.stdout.readline() == "ready\n"
        yield port
    finally:
        office.terminate()
        office.wait()


def _start(env: Mapping[str, str], *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benching.letters", *map(str, words)],
        env=dict(env),
        cwd=services.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _run(env: Mapping[str, str], *words: object) -> str:
    done = _start(env, *words)
    said, _nothing = done.communicate(timeout=PATIENCE)
    assert done.returncode == 0, said
    return said


# --- in processes of their own -----------------------------------------------------------------


def write(number: int) -> None:
    """Letters of bookings, half of them to a school; of one booking under many names."""
    from django.db import transaction

    from booking import appointments, notices
    from booking.models import Booking
    from notifications.models import Notice

    Notice.objects.all().delete()
    booking = Booking.objects.order_by("pk").first() or _booking()
    lines = appointments.classes(booking)
    with transaction.atomic():  # one, so that the bell rings once
        for place in range(number // 2):
            booking.reference = f"BENCH-{place}"
            notices.placed(booking, classes=lines)


def _booking() -> Any:
    from tests import factories

    school, workshop = factories.create_school(), factories.create_workshop()
    school.versions.update(mailbox="school@bench.example")
    workshop.preparation = "Tal om, hvad I er uenige om. " * 12
    workshop.school_provides = "Et lokale med projektor. " * 12
    workshop.save()
    session = factories.create_session(workshop=workshop)
    return factories.create_booking(session=session, school=school)


def work() -> None:
    """Deliver until nothing is due any more."""
    from notifications import delivery

    print("ready", flush=True)
    sys.stdin.readline()
    before = resource.getrusage(resource.RUSAGE_SELF)
    while delivery.deliver_due().sent:
        pass
    after = resource.getrusage(resource.RUSAGE_SELF)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"ended": time.monotonic(), "processor": processor}))


def left() -> None:
    """How many letters have not left."""
    from notifications.models import Notice

    print(Notice.objects.exclude(state="sent").count())


async def office(port: int) -> None:
    """Take every letter and forget it, as cheaply as can be."""
    server = await asyncio.start_server(_take, "127.0.0.1", port)
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


async def _take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 bench ESMTP\r\n")
    while line := await reader.readline():
        word = line[:4].upper()
        if word == b"DATA":
            writer.write(b"354 go on\r\n")
            await reader.readuntil(b"\r\n.\r\n")
        if word == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        writer.write(b"250-bench\r\n250 8BITMIME\r\n" if word == b"EHLO" else b"250 OK\r\n")
    with contextlib.suppress(ConnectionError):
        await writer.drain()
        writer.close()


def main(words: list[str]) -> None:
    """One word says what."""
    what, *rest = words
    if what == "office":
        asyncio.run(office(int(rest[0])))
        return
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    {"write": lambda: write(int(rest[0])), "work": work, "left": left}[what]()


if __name__ == "__main__":
    main(sys.argv[1:])
