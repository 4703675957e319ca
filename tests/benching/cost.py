"""What a tree of processes has used, read from /proc: processor time and memory. Linux only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tests import services

PROC = Path("/proc")
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def processor(root: int, *, proc: Path = PROC) -> float:
    """Seconds of processor time of a process and everything it has ever started.

    A child that has ended counts on in the process that waited for it (cutime, cstime), so that the
    sum never falls: what lies between two of them is what was used meanwhile.
    """
    return sum(_seconds(pid, proc) for pid in family(root, proc=proc))


def _seconds(pid: int, proc: Path) -> float:
    fields = _fields(proc / str(pid) / "stat")
    return sum(map(int, fields[11:15])) / TICK  # utime, stime, cutime, cstime


def _fields(file: Path) -> list[str]:
    """What follows the program's name, which may hold spaces and parentheses; none when it ended."""
    try:
        return file.read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def family(root: int, *, proc: Path = PROC) -> list[int]:
    """The process and its living descendants."""
    below: dict[int, list[int]] = {}
    for file in proc.glob("[0-9]*/stat"):
        fields = _fields(file)
        if fields:
            below.setdefault(int(fields[1]), []).append(int(file.parent.name))
    found = [root]
    for pid in found:  # grows meanwhile
        found += below.get(pid, [])
    return found


def memory(pids: Iterable[int], *, proc: Path = PROC) -> float:
    """Megabytes that the largest of these processes has in memory, pages shared with others too."""
    sizes = [0]
    for pid in pids:
        words = _words(proc / str(pid) / "statm")
        sizes.append(int(words[1]) * PAGE if words else 0)
    return max(sizes) / 1_000_000


def _words(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def of_service(service: services.Service) -> int:
    """The process of a private server, which has to be running."""
    assert service.process is not None
    return service.process.pid
