"""Mutation testing of the rules everything stands on. Started by ./dev prove mutants.

    ./dev prove mutants [--whole] [--seed N] [WORD]   only modules with that word in their path

Each mutant is one small fault (`tests/mutating.py`) in one module; the tests of that module must
see it. Without --whole at most SAMPLE of each module are drawn, by the seed that is printed.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import mutated, mutating
from tests.services import ROOT

SAMPLE = 50  # mutants of each module; `--whole` tries all
AT_ONCE = 2
RULES, ACTIONS = 90, 85  # per cent that must be killed
JUDGED = ("goals/test_measures.py", "goals/test_pace.py", "goals/test_counting_*.py")
SEATS = (
    "booking/test_actions_holds.py",
    "booking/test_actions_bookings*.py",
    "booking/test_actions_groups.py",
    "booking/test_actions_sessions_*.py",
    "booking/test_actions_asked_beside.py",
    "booking/test_actions_drafts.py",
)
COUNTED = (
    "attendance/test_actions_headcounts.py",
    "attendance/test_actions_registers.py",
    "attendance/test_actions_approvals*.py",
    "attendance/test_actions_counting.py",
    "attendance/test_actions_reopening.py",
)
IMPORTED = ("attendance/test_actions_changes.py", "goals/test_import_registrations_*.py")


@dataclass(frozen=True)
class Target:
    """A module, the tests that must see its faults, and how many they must see."""

    module: str
    tests: tuple[str, ...]
    least: int
    only: tuple[str, ...] = ()


TARGETS = (
    *(
        Target(f"goals/measures/{name}.py", JUDGED, RULES)
        for name in ("judge", "kinds", "pace", "uncounted", "visits")
    ),
    Target("booking/states.py", ("booking/test_states.py", *SEATS), RULES),
    Target("workshops/models/session.py", SEATS, ACTIONS, ("Session.take_seats",)),
    Target("booking/actions/seats.py", SEATS, ACTIONS),
    Target("booking/actions/orders.py", SEATS, ACTIONS),
    Target("booking/actions/holds.py", SEATS, ACTIONS),
    *(
        Target(f"attendance/actions/{name}.py", COUNTED, ACTIONS)
        for name in ("headcounts", "registers", "approvals")
    ),
    *(Target(f"attendance/actions/{name}.py", IMPORTED, ACTIONS) for name in ("ledger", "rows")),
)


def main(words: Sequence[str], env: dict[str, str]) -> int:
    """Prints killed and survived for each module; 1 where one is below its least."""
    options = list(words)
    whole = "--whole" in options
    if whole:
        options.remove("--whole")
    seed = random.SystemRandom().randrange(10**6)
    if "--seed" in options:
        at = options.index("--seed")
        seed = int(options[at + 1])
        del options[at : at + 2]
    chosen = [target for target in TARGETS if all(word in target.module for word in options)]
    if not chosen:
        print(f"No module of the table is called {' '.join(options)!r}.", flush=True)
        return 2
    print(
        "Every mutant" if whole else f"At most {SAMPLE} mutants a module, seed {seed}", flush=True
    )
    ended = [_try(target, whole=whole, seed=seed, env=env) for target in chosen]
    print(
        f"\n{'module':38} {'mutants':>8} {'killed':>7} {'survived':>9} {'per cent':>9} {'least':>6}"
    )
    for target, rows in zip(chosen, ended, strict=True):
        killed, survived = len(_of(rows, mutated.KILLED)), len(_of(rows, mutated.SURVIVED))
        share = f"{per_cent(rows):9.0f}"
        print(f"{target.module:38} {len(rows):8} {killed:7} {survived:9} {share} {target.least:6}")
    return int(
        any(per_cent(rows) < target.least for target, rows in zip(chosen, ended, strict=True))
    )


def _of(rows: list[dict[str, object]], end: int) -> list[dict[str, object]]:
    return [row for row in rows if row["end"] == end]


def per_cent(rows: list[dict[str, object]]) -> float:
    """How many of those that could be put in were killed."""
    tried = len(_of(rows, mutated.KILLED)) + len(_of(rows, mutated.SURVIVED))
    return 100 * len(_of(rows, mutated.KILLED)) / tried if tried else 0.0


def drawn(target: Target, *, whole: bool, seed: int) -> list[int]:
    """The numbers of the mutants to try."""
    source = (ROOT / target.module).read_text(encoding="utf-8")
    numbers = list(range(len(mutating.mutants(source, only=frozenset(target.only)))))
    if whole or len(numbers) <= SAMPLE:
        return numbers
    return sorted(random.Random(f"{seed} {target.module}").sample(numbers, SAMPLE))


def _try(target: Target, *, whole: bool, seed: int, env: dict[str, str]) -> list[dict[str, object]]:
    """What became of each mutant of a module; survivors are printed."""
    numbers = drawn(target, whole=whole, seed=seed)
    folder = Path(env["FOLDER"]) / target.module.replace("/", "-")
    folder.mkdir(exist_ok=True)
    shares = [share for share in (numbers[start::AT_ONCE] for start in range(AT_ONCE)) if share]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = pool.map(
            lambda pair: _share(target, pair[1], folder / f"{pair[0]}", env), enumerate(shares)
        )
        rows = sorted((row for part in parts for row in part), key=lambda row: row["number"])  # type: ignore[arg-type,return-value]
    print(f"\n{target.module}: {len(_of(rows, mutated.KILLED))} of {len(rows)} killed", flush=True)
    for row in _of(rows, mutated.SURVIVED):
        print(f"  survived: line {row['line']}: {row['what']}", flush=True)
    return rows


def _share(
    target: Target, numbers: list[int], place: Path, env: dict[str, str]
) -> list[dict[str, object]]:
    """One process of pytest for some mutants of a module."""
    out = place.with_suffix(".jsonl")
    task = {"module": target.module, "only": target.only, "numbers": numbers, "out": str(out)}
    place.with_suffix(".task").write_text(json.dumps(task))
    tests = [str(file) for name in target.tests for file in sorted((ROOT / "tests").glob(name))]
    options = [
        "-q",
        "-x",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        "-p",
        mutated.__name__,
        "--timeout=120",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=ROOT,
        env={
            **os.environ,
            **env,
            "FREMMOEDE_MUTANTS": str(place.with_suffix(".task")),
            "FREMMOEDE_SHARED": env["FOLDER"],
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 5):
        raise RuntimeError(f"{target.module}: {done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return [json.loads(line) for line in out.read_text().splitlines()]
