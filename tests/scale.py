"""The year 2024 many times over, and what a command costs: seconds and peak memory."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.commands import COLUMNS, Row, read_table, write_table
from tests.projects import Project
from tests.services import ROOT

DATA = ROOT / "tests" / "data"
NAMED = ("nr", "session", "forløb", "klasse")


@dataclass(frozen=True)
class Cost:
    """What one command took, measured on the process that did the work."""

    seconds: float
    busy: float
    megabytes: float
    out: str

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.busy:.1f} s of our own processor time), {self.megabytes:.0f} MB"


def write_year(folder: Path, times: int) -> Path:
    """Every row of 2024 *times* over, under other ids and in other classes, on the same days.

    Stated totals stay as they are; everything counted is exactly *times* the figure of 2024.
    """
    for name in ("registreringer", "spoergeskema"):
        rows = read_table(DATA / "2024" / f"{name}.csv")
        many = [renamed(row, turn) for turn in range(times) for row in rows]
        write_table(folder / f"{name}.csv", many, columns=COLUMNS[name])
    totals = read_table(DATA / "2024" / "opgoerelser.csv")
    write_table(folder / "opgoerelser.csv", totals, columns=COLUMNS["opgoerelser"])
    return folder


def renamed(row: Row, turn: int) -> Row:
    """The same row in another world; the first world keeps its names."""
    if turn == 0:
        return row
    return {
        key: f"{value} w{turn}" if value and key in NAMED else value for key, value in row.items()
    }


def multiplied(report: dict, times: int) -> dict:
    """The figures of 2024 in a year that is *times* the size; verdicts are those of 2024."""
    figures = copy.deepcopy(report["figures"])
    for figure in figures.values():
        for key in {"numerator", "denominator", "asked", "sessions"} & set(figure):
            figure[key] *= times
        if "sessions" in figure:
            figure["value"] *= times
            figure["over"] = (
                figure["target_max"] is not None and figure["value"] > figure["target_max"]
            )
    left = {name: count * times for name, count in report["not_counted"].items()}
    return {**report, "figures": figures, "not_counted": left}


# A process inherits the peak of the one it was forked from, so a small one stands in between.
IN_BETWEEN = """
import json, os, subprocess, sys
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
seconds = usage.ru_utime + usage.ru_stime
with open(sys.argv[1], "w") as file:
    json.dump({"code": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss, "busy": seconds}, file)
"""


def measured(project: Project, *arguments: object) -> Cost:
    """manage.py in a process of its own, to its end, with the time and memory of it alone."""
    command = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
    project.var.mkdir(parents=True, exist_ok=True)
    usage_file = project.var / "usage.json"
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-S", "-c", IN_BETWEEN, str(usage_file), *command],
        env=project.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.monotonic() - started
    usage = json.loads(usage_file.read_text())
    assert usage["code"] == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return Cost(seconds, usage["busy"], usage["peak"] / memory_unit(), done.stdout)


def memory_unit() -> int:
    """How many of the units of ru_maxrss make a megabyte: kilobytes on Linux, bytes on macOS."""
    return 1024 * 1024 if sys.platform == "darwin" else 1024


def numbers_of(text: str) -> dict[str, int]:
    """The counts that an import prints, by its Danish words: ny, ændret, uændret, fejl."""
    words = r"\b(ny|ændret|uændret|fejl) (\d+)"
    return {word: int(count) for word, count in re.findall(words, text)}
