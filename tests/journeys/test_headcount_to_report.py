"""A class is booked, counted and approved; worker and beat move the goal within seconds."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests import patience, projects

PLAN = Path(__file__).resolve().parent.parent / "data" / "2024" / "plan-2024.json"
QUEUES = "rollup,booking,mail"


def pupils(project: projects.Project) -> int:
    """The figure as the last snapshot has it; 0 before there is one."""
    query = """
        SELECT value FROM goals_snapshot WHERE code = '1a.folkeskole' ORDER BY id DESC LIMIT 1
    """
    with psycopg.connect(project.database_url) as connection:
        row = connection.execute(query).fetchone()
    value = row[0] if row else {"value": 0}
    return int((json.loads(value) if isinstance(value, str) else value)["value"])


@pytest.mark.postgres
def test_headcount_moves_the_goal(
    postgres_project: projects.Project, figure: Callable[[str, object], None]
) -> None:
    project = postgres_project
    project.manage("import_plan", PLAN, "--apply")
    project.start("python", "-m", "config.jobs", "worker", "-P", "solo", "-Q", QUEUES)
    project.start("python", "-m", "config.jobs", "beat", "-s", str(project.var / "beat"))
    command = [sys.executable, "-m", "tests.journeys.story", "2024-03-12T10:00+01:00"]

    subprocess.run(command, env=project.env, cwd=projects.ROOT, check=True)

    approved = time.monotonic()
    patience.until(lambda: pupils(project) == 23, "the goal has not moved")
    figure("seconds from approved to snapshot", round(time.monotonic() - approved, 1))
    report = json.loads(project.manage("annual_report", "ekstremisme", 2024).stdout)
    assert report["figures"]["1a.folkeskole"]["value"] == 23
    assert report["figures"]["1a.folkeskole"]["sessions"] == 1
    done = project.manage("reconcile")
    assert done.stdout.splitlines()[-1] == "sammenlignet 12, forskelle 0"
