"""The statements of one booking, as the database saw them, made into a script for pgbench."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

LITERAL = re.compile(r"'(?:[^']|'')*'")
FRESH = "md5(random()::text)"
RETURNED = re.compile(
    r'INSERT INTO "booking_booking".*RETURNING "booking_booking"\."id"', re.DOTALL
)
TRANSACTIONS = re.compile(r"excluding.*= ([\d.]+)|tps = ([\d.]+)")


def script(
    statements: Iterable[str],
    *,
    numbers: Mapping[int, str],
    unique: Iterable[str],
    setup: Iterable[str],
) -> str:
    """Return a pgbench script that does the same over again with other rows.

    *numbers* maps the keys of the rows that were seen to pgbench's variables; a string that holds
    one of *unique* becomes a fresh one, since the same booking cannot be made twice.
    """
    lines = [*setup, "BEGIN;"]
    unique = list(unique)
    for statement in statements:
        text = " ".join(LITERAL.sub(lambda found: _fresh(found.group(), unique), statement).split())
        for number, variable in numbers.items():
            text = re.sub(rf"\b{number}\b", variable, text)
        ended = "\\gset booking_" if RETURNED.search(text) else ";"
        lines.append(text + (" " if ended.startswith("\\") else "") + ended)
    return "\n".join([*lines, "END;", ""])


def _fresh(literal: str, unique: Iterable[str]) -> str:
    """Return the literal, or an expression for one that is new each time, of its length at most."""
    text = literal[1:-1]
    if not any(mark in text for mark in unique):
        return literal
    if re.fullmatch(r"[0-9a-f]{32}", text):
        return "gen_random_uuid()"
    if text.startswith(("{", "[")):
        return literal
    return f"substr({FRESH}, 1, {len(text)})"


def run(program: Path, database: str, file: Path, *, clients: int, seconds: int) -> float:
    """Run the script and return its transactions per second."""
    address = urlsplit(database)
    command = [
        *(program, "-n", "-M", "simple", "-c", clients, "-j", min(clients, 2), "-T", seconds),
        *("-h", address.hostname, "-p", address.port, "-U", address.username, "-f", file),
        address.path.lstrip("/"),
    ]
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=False,
    )
    found = re.findall(r"tps = ([\d.]+)", done.stdout)
    if done.returncode != 0 or not found:
        message = f"pgbench failed: {done.stdout[-500:]} {done.stderr[-1500:]}"
        raise RuntimeError(message)
    return float(found[-1])
