"""Imports of the same files at the same moment, in processes of their own: they take turns."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, connections

from tests import projects
from tests.conftest import PROVING

DATA = Path(__file__).resolve().parents[1] / "data" / "2024"
AT_ONCE = 3 if PROVING else 2


@pytest.fixture
def project(own_database, tmp_path):
    """Processes on this process's own database: what goes alone is run here."""
    address = f"sqlite:///{own_database}"
    if connection.vendor == "postgresql":
        address = projects.at_database(os.environ["DATABASE_URL"], own_database)
    with projects.Project.at(address, tmp_path / "var") as project:
        yield project


def manage(*words):
    """A command that nobody disturbs."""
    said = io.StringIO()
    call_command(*map(str, words), stdout=said)
    connections.close_all()
    return said.getvalue()


def at_once(project, tmp_path, *words):
    """Exit codes and outputs of several processes of one command, started together."""
    logs = [tmp_path / f"{number}.log" for number in range(AT_ONCE)]
    command = ["python", "manage.py", *map(str, words)]
    processes = [project.start(*command, log=log) for log in logs]
    codes = [process.wait() for process in processes]
    said = [log.read_text() for log in logs]
    assert codes == [0] * AT_ONCE, said
    return said


def dumped():
    """Every row but batches, whose number and times differ."""
    apps = ["workshops", "booking", "attendance", "goals"]
    text = manage("dumpdata", *apps, "--exclude=workshops.batch", "--indent=1")
    text = re.sub(r'"(batch|\w*_at|at|taken_at|reference)": [^\n]*\n', "", text)
    return re.sub(r'"pk": [0-9]+', "", text)


@pytest.mark.prove("imports")
def test_imports_at_the_same_moment_leave_what_one_would(project, tmp_path):
    folder = tmp_path / "2024"
    folder.mkdir()
    for name in ("registreringer.csv", "spoergeskema.csv", "opgoerelser.csv"):
        shutil.copy(DATA / name, folder / name)
    register = DATA / "register_2024-01-01.csv"
    manage("import_register", register, "--valid-from=2024-01-01", "--apply")

    plans = at_once(project, tmp_path, "import_plan", DATA / "plan-2024.json", "--apply")
    rows = at_once(project, tmp_path, "import_registrations", folder, "--apply")

    firsts = [text.count("ny 29, ændret 0, taget ud 0, uændret 0, fejl 0") for text in plans]
    one = [*[0] * (AT_ONCE - 1), 1]
    assert sorted(firsts) == one
    news = [text.count("registreringer.csv: ny 426, ændret 0, uændret 0") for text in rows]
    sames = [text.count("registreringer.csv: ny 0, ændret 0, uændret 426") for text in rows]
    assert (sorted(news), sorted(sames)) == (one, [1 - each for each in reversed(one)])
    manage("aggregate")
    manage("reconcile")
    before = dumped()
    manage("import_registrations", folder, "--apply")
    assert before.count('"model": "booking.booking"') == 426
    assert dumped() == before
