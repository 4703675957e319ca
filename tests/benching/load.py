"""Load on one server of this machine: raw HTTP/1.1 over kept connections, counted and bounded.

Runs in a process of its own (`python -m tests.benching.load`), so that what it measures is not its
own lock: a plan goes in by standard input as JSON, the measurement comes out by standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

ANSWER_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send: each client sends its requests one after the other, all clients at once."""

    port: int
    clients: Sequence[Sequence[str]]  # the whole text of each request, client by client
    seconds: float = 0  # 0: however long it takes; else no request is begun later than that
    again: bool = False  # over and over, until the seconds are up
    pause: float = 0  # seconds that each client waits before each request


@dataclass(slots=True)
class Measured:
    """What came back."""

    answers: dict[str, int] = field(default_factory=dict)  # by status
    seconds: float = 0  # from the first byte sent to the last byte received
    slowest: float = 0
    median: float = 0
    bytes_each: int = 0
    where: dict[str, int] = field(default_factory=dict)  # Location without the tokens in it

    @property
    def rate(self) -> float:
        """Answers per second."""
        return sum(self.answers.values()) / self.seconds if self.seconds else 0


async def _measure(plan: Plan) -> Measured:
    streams = [await asyncio.open_connection("127.0.0.1", plan.port) for _client in plan.clients]
    took: list[float] = []
    answers: Counter[str] = Counter()
    where: Counter[str] = Counter()
    size = 0
    began = time.perf_counter()

    async def client(place: int, requests: Sequence[str]) -> None:
        nonlocal size
        reader, writer = streams[place]
        sent = 0
        while requests and (plan.again or sent < len(requests)):
            if plan.seconds and time.perf_counter() - began >= plan.seconds:
                break
            await asyncio.sleep(plan.pause)
            start = time.perf_counter()
            writer.write(requests[sent % len(requests)].encode())
            status, location, size, goes_on = await asyncio.wait_for(
                _answer(reader), ANSWER_SECONDS
            )
            took.append(time.perf_counter() - start)
            answers[status] += 1
            if location:
                where[location] += 1
            sent += 1
            if not goes_on:
                writer.close()
                reader, writer = streams[place] = await asyncio.open_connection(
                    "127.0.0.1", plan.port
                )

    await asyncio.gather(*(client(*pair) for pair in enumerate(plan.clients)))
    seconds = time.perf_counter() - began
    for _reader, writer in streams:
        writer.close()
    took.sort()
    return Measured(
        answers=dict(answers),
        seconds=seconds,
        slowest=took[-1] if took else 0,
        median=took[len(took) // 2] if took else 0,
        bytes_each=size,
        where=dict(where),
    )


async def _answer(reader: asyncio.StreamReader) -> tuple[str, str, int, bool]:
    """Read one answer whole: status, kind of Location, bytes of the body, whether to go on."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {
        name.strip().lower(): value.strip()
        for name, _colon, value in (line.partition(":") for line in lines if line)
    }
    size = 0
    if headers.get("transfer-encoding") == "chunked":
        while True:
            chunk = int(await reader.readline(), 16)
            await reader.readexactly(chunk + 2)
            if not chunk:
                break
            size += chunk
    else:
        size = int(headers.get("content-length", 0))
        await reader.readexactly(size)
    location = headers.get("location", "").rstrip("/").rpartition("/")[2][:12]
    return first.split()[1], location, size, headers.get("connection", "").lower() != "close"


def request(
    method: str, path: str, *, headers: dict[str, str] | None = None, body: str = ""
) -> str:
    """The text of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: keep-alive"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method == "POST":
        lines += ["Content-Type: application/x-www-form-urlencoded"]
        lines += [f"Content-Length: {len(body.encode())}"]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def main() -> None:
    """One plan, one measurement."""
    plan = Plan(**json.load(sys.stdin))
    print(json.dumps(asdict(asyncio.run(_measure(plan)))))


if __name__ == "__main__":
    main()
