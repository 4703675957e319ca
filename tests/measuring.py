"""How much of the code the tests go through: lines and branches. A plugin of pytest, and its sum.

SlipCover writes probes into the code as it is imported and takes each out again once it has been
hit. Tracing, which is what coverage.py does before Python 3.14, doubles the time of every test.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import slipcover

from tests.house_rules import APPS

ROOT = Path(__file__).resolve().parent.parent
AT_LEAST = 95.0  # per cent of all lines and branches together
FOLDER = "FREMMOEDE_MEASURE"  # in the environment: where each process leaves what it has seen
# The three run in processes of their own, by tests/test_dev_site.py.
OMIT = ["*/migrations/*", *(f"{ROOT}/config/{name}.py" for name in ("up", "post", "prepare"))]


class Cover(slipcover.Slipcover):  # type: ignore[misc]
    """Takes probes out without collecting garbage meanwhile.

    It asks for the frames of all threads. Python 3.11 holds a lock while it makes that list, and a
    collection in the middle of it may let another thread run, which waits for that lock as it ends:
    then all threads stand still (gh-106883).
    """

    def deinstrument_seen(self) -> None:
        """As it was, and nothing is collected until the probes are out."""
        collects = gc.isenabled()
        gc.disable()
        try:
            super().deinstrument_seen()
        finally:
            if collects:
                gc.enable()


class Probes:
    """What a process measures: begun before the apps are imported, written when pytest ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sources = [str(ROOT / app) for app in APPS]
        self.cover = Cover(
            branch=True, source=sources, omit=OMIT, exclude_also=["raise NotImplementedError"]
        )
        matcher = slipcover.FileMatcher(sources=sources, omit=OMIT)
        slipcover.ImportManager(self.cover, matcher).__enter__()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Each process leaves a file of its own."""
        with (self.folder / f"{os.getpid()}.json").open("w") as file:
            json.dump(self.cover.get_coverage(), file)


def pytest_configure(config: pytest.Config) -> None:
    """The probes were set when this module was imported, before Django's apps were."""
    if PROBES:
        config.pluginmanager.register(PROBES, "probes")


PROBES = Probes(Path(os.environ[FOLDER])) if FOLDER in os.environ else None


def merged(folder: Path) -> dict[str, Any]:
    """What all processes have seen together."""
    seen = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    whole: dict[str, Any] = seen[0]
    for other in seen[1:]:
        slipcover.merge_coverage(whole, other)
    return whole


def sum_up(folder: Path) -> int:
    """Prints what no test has gone through, and the figure; 1 when it is too low, 0 when not."""
    if not any(folder.glob("*.json")):
        print("Nothing was measured.", flush=True)
        return 1
    whole = merged(folder)
    slipcover.print_coverage(whole, outfile=sys.stdout, skip_covered=True, missing_width=80)
    reached = float(whole["summary"]["percent_covered"])
    print(f"Lines and branches gone through: {reached:.1f} %", flush=True)
    if reached < AT_LEAST:
        print(f"That is too little: {AT_LEAST:.0f} % is the least.", flush=True)
        return 1
    return 0
