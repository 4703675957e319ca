"""How fast it is, on private PostgreSQL and Redis, gunicorn with two workers. See docs/bench.md.

./dev bench [--tree CHECKOUT] [--quick] [LINE …]   lines: booking, count, workshop, catalogue,
                                                   refusal, race, export, letters, memory
./dev bench [--tree CHECKOUT] lists                the staff's pages, at two sizes of town

Ends with 1 when anything was answered wrongly or a letter is left over; aims are only printed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import services
from tests.benching import letters, lists, paths
from tests.benching import stand as stands
from tests.benching.bench import Bench
from tests.benching.load import Plan
from tests.benching.sending import WrongError, dealt, measure

LINES: dict[str, Callable[[Bench], None]] = {
    "booking": paths.booking,
    "count": paths.count,
    "workshop": paths.workshop,
    "catalogue": paths.catalogue,
    "refusal": paths.refusal,
    "race": paths.race,
    "export": paths.export,
    "letters": letters.letters,
    "memory": letters.memory,
}


@contextlib.contextmanager
def town(tree: Path, *, quick: bool) -> Iterator[Bench]:
    """The town of a checkout, its web and the bare view, both warm."""
    with stands.standing(tree) as stand:
        project = stand.project("bench")
        project.manage("migrate", "--verbosity", "0")
        about = stands.inside(project, "town")
        web = stands.serve(project)
        bare = stands.serve(project, "tests.benching.one_query")
        bench = Bench(stand, project, web, bare, about, quick=quick)
        for server in (web, bare):
            measure(Plan(port=server.port, clients=[[bench.get("/")] * 25] * 8))
        measure(Plan(port=web.port, clients=dealt(bench.buttons(40, "wide"))))
        yield bench


def commit_of(tree: Path) -> str:
    """What is measured, in a word."""
    command = ["git", "-C", str(tree), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def run(tree: Path, names: list[str], *, quick: bool) -> list[str]:
    """Those lines, one after the other; returns what went wrong."""
    began, faults = time.monotonic(), []
    with town(tree, quick=quick) as bench:
        bench.note("measured", commit_of(tree), f"{bench.rounds} rounds: median (least-most)")
        for name in [*names, "end"]:
            try:
                LINES.get(name, letters.end)(bench)
            except WrongError as error:
                faults.append(f"{name}: {error}")
                bench.note(name, "WRONG", str(error))
        bench.note("the whole, minutes", f"{(time.monotonic() - began) / 60:.1f}", "at most 8")
        services.ROOT.joinpath("var", "bench.json").write_text(json.dumps(bench.table, indent=1))
    return faults


def main(arguments: list[str]) -> int:
    """The table."""
    parser = argparse.ArgumentParser(prog="./dev bench", usage=__doc__)
    parser.add_argument("--tree", type=Path, default=services.ROOT)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("lines", nargs="*", choices=[*LINES, "lists", []])
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what has been started is ended too
    if "lists" in asked.lines:
        lists.main(asked.tree.resolve())
        return 0
    faults = run(asked.tree.resolve(), asked.lines or list(LINES), quick=asked.quick)
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
