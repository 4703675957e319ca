"""One request's statements, as the database saw them, made into a script for pgbench.

A statement comes with its values filled in. Keys of rows become variables, so that every turn has
rows of its own; what must be unique is made anew each turn; everything else stays as it was seen.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

CLIENTS = 8
RUN_SECONDS = 120
LITERAL = re.compile(r"(E?'(?:[^']|'')*')")
HEX = re.compile(r"[0-9a-f]{32}")
NUMBER = re.compile(r"\b\d+\b")
# Prepared statements put a variable wherever a colon stands before a letter, in strings too.
NAMED = re.compile(r":(?=[A-Za-z_])")
RETURNED = re.compile(r'^INSERT INTO "(\w+)".* RETURNING "\1"\."id"$')
WRITES = re.compile(r'^(INSERT INTO|UPDATE|DELETE FROM) "?(\w+)"?')


@dataclass(frozen=True)
class Seen:
    """What was taken down of one request, and what to change in it from turn to turn."""

    statements: Sequence[str]
    affected: Sequence[int]  # rows each of them wrote or read
    keys: Mapping[str, str]  # a key as digits: pgbench's expression, of :n
    unique: Sequence[str]  # texts that must be others next time
    texts: Mapping[str, str] = field(default_factory=dict)  # a text, and the SQL to put for it
    made: Mapping[str, str] = field(default_factory=dict)  # a table, and the key of its new row


def script(seen: Seen) -> str:
    """The pgbench script; its turns are numbered :n from :first on, whoever takes them."""
    lines = [
        "\\set turn :turn + 1",
        "\\set n :first + (:turn - 1) * :clients + :client_id",
        "\\set fresh random(1000000000, 9999999999)",
        *(f"\\set key{place} {how}" for place, how in enumerate(seen.keys.values())),
        "BEGIN;",
    ]
    numbers = {key: f":key{place}" for place, key in enumerate(seen.keys)}
    texts = {text: _fresh(text, place) for place, text in enumerate(_unique(seen))} | seen.texts
    rest = [" ".join(statement.split()) for statement in seen.statements]
    for place, text in enumerate(rest):
        found = RETURNED.match(text)
        made = seen.made.get(found[1], "") if found else ""
        is_asked_for = made and any(made in later for later in rest[place + 1 :])
        lines.append(
            _changed(text, numbers, texts) + (f" \\gset {found[1]}_" if is_asked_for else ";")
        )
        if is_asked_for:
            numbers[made] = f":{found[1]}_id"
    return "\n".join([*lines, "END;", ""])


def _unique(seen: Seen) -> list[str]:
    """Every mark, and every text of 32 hexadecimal digits: the ids that are made for each row."""
    found = dict.fromkeys(seen.unique)
    for statement in seen.statements:
        found |= dict.fromkeys(
            text for text in HEX.findall(statement) if _stands_alone(text, statement)
        )
    return [text for text in found if not any(text in kept for kept in seen.texts)]


def _stands_alone(text: str, statement: str) -> bool:
    return bool(re.search(rf"(?<![0-9a-f]){text}(?![0-9a-f])", statement))


def _fresh(text: str, place: int) -> str:
    """Another text each turn, no longer than this one."""
    return f"lpad('{place}' || :fresh, 32, '0')" if HEX.fullmatch(text) else "'' || :fresh"


def _changed(statement: str, numbers: Mapping[str, str], texts: Mapping[str, str]) -> str:
    parts = LITERAL.split(statement)
    parts[1::2] = [_literal(part, texts) for part in parts[1::2]]
    parts[::2] = [
        NUMBER.sub(lambda found: numbers.get(found.group(), found.group()), part)
        for part in parts[::2]
    ]
    return "".join(parts)


def _literal(literal: str, texts: Mapping[str, str]) -> str:
    marks = [text for text in texts if text in literal]
    if not marks:
        return NAMED.sub(": ", literal)
    mark = "E" if literal.startswith("E") else ""
    pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", literal[len(mark) + 1 : -1])
    kept = [f"{mark}'{NAMED.sub(': ', piece)}'" for piece in pieces]
    kept[1::2] = [f"({texts[piece]})" for piece in pieces[1::2]]
    return "(" + " || ".join(kept) + ")"


def run(program: Path, database: str, file: Path, *, first: int, each: int) -> float:
    """The script *each* times by every client, prepared; returns transactions a second."""
    address = urlsplit(database)
    command = [
        *(program, "-n", "-M", "prepared", "-c", CLIENTS, "-j", 2, "-t", each),
        *("-D", f"first={first}", "-D", f"clients={CLIENTS}", "-D", "turn=0"),
        *("-h", address.hostname, "-p", address.port, "-U", address.username, "-f", file),
        address.path.lstrip("/"),
    ]
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    found = re.findall(r"tps = ([\d.]+)", done.stdout)
    whole = f"actually processed: {each * CLIENTS}/{each * CLIENTS}" in done.stdout
    if done.returncode != 0 or not found or not whole:
        message = f"pgbench failed: {done.stdout[-500:]} {done.stderr[-1500:]}"
        raise RuntimeError(message)
    return float(found[-1])


# --- whether it did what the request did ---------------------------------------------------------


def written(seen: Seen) -> dict[str, dict[str, int]]:
    """Rows that one request wrote, by table: inserted, updated, deleted."""
    found: dict[str, dict[str, int]] = {}
    for statement, rows in zip(seen.statements, seen.affected, strict=True):
        verb = WRITES.match(" ".join(statement.split()))
        if verb:
            table = found.setdefault(verb[2], {"INSERT INTO": 0, "UPDATE": 0, "DELETE FROM": 0})
            table[verb[1]] += rows
    return found


def state(database: str, seen: Seen) -> dict[str, int]:
    """Rows in each of those tables, and under "" the number of the transaction that counted them."""
    with psycopg.connect(database) as session:
        found = {table: _one(session, f'SELECT count(*) FROM "{table}"') for table in written(seen)}
        return found | {"": _one(session, "SELECT pg_current_xact_id()::text::bigint")}


def check(database: str, seen: Seen, before: Mapping[str, int], turns: int) -> None:
    """Raise unless each table grew, shrank and changed as so many requests would have made it.

    Of a table that is updated at least a hundred rows must be new versions: turns may share rows,
    such as those of the sessions.
    """
    now = state(database, seen)
    for table, rows in written(seen).items():
        grown = rows["INSERT INTO"] - rows["DELETE FROM"]
        if now[table] - before[table] != grown * turns:
            _missed(table, f"{before[table]} to {now[table]} rows in {turns} turns of {grown}")
        if rows["UPDATE"]:
            since = f"xmin::text::bigint > {before['']}"
            with psycopg.connect(database) as session:
                changed = _one(session, f'SELECT count(*) FROM "{table}" WHERE {since}')
            if changed < min(turns, 100):
                _missed(table, f"{changed} rows changed in {turns} turns")


def _one(session: psycopg.Connection, question: str) -> int:
    return session.execute(question).fetchone()[0]


def _missed(table: str, what: str) -> None:
    message = f"pgbench does not do what the request did to {table}: {what}"
    raise RuntimeError(message)
