"""A year many times the size of 2024, and the school register of the whole country."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests import scale
from tests.plain_books import date, read
from tests.plain_recount import digest
from tests.plain_recount import report as recounted
from tests.projects import Project
from tests.scale import DATA, measured

YEAR = DATA / "2024"
REGISTERS = ("2024-01-01", "2024-08-01")
LONG = os.environ.get("FREMMOEDE_PROVE") == "1"
TIMES = 100 if LONG else 2
MOST_SECONDS, MOST_MEGABYTES = 120, 700  # of processor time: others may be busy too


def report_of(folder: Path) -> dict:
    """What the plain recount says of the files of a folder."""
    events = [
        ("register", date(day), scale.read_table(YEAR / f"register_{day}.csv")) for day in REGISTERS
    ]
    events.append(("plan", json.loads((YEAR / "plan-2024.json").read_text(encoding="utf-8"))))
    files = {name: scale.read_table(folder / f"{name}.csv") for name in scale.COLUMNS}
    return recounted(read([*events, ("registrations", files)]), "ekstremisme", 2024)


def load(project: Project, folder: Path) -> dict[str, scale.Cost]:
    """Everything by the commands, each in a process of its own; what each took."""
    for day in REGISTERS:
        project.manage(
            "import_register", YEAR / f"register_{day}.csv", "--valid-from", day, "--apply"
        )
    project.manage("import_plan", YEAR / "plan-2024.json", "--apply")
    return {
        "import": measured(project, "import_registrations", folder, "--apply"),
        "aggregation": measured(project, "aggregate"),
        "report": measured(project, "annual_report", "ekstremisme", 2024, "--format", "json"),
        "reconciliation": measured(project, "reconcile"),
        "second import": measured(project, "import_registrations", folder, "--apply"),
    }


@pytest.mark.prove("scale")
def test_year_many_times_the_size_has_as_many_times_the_figures(postgres_project, tmp_path, figure):
    folder = tmp_path / "year"
    folder.mkdir()
    scale.write_year(folder, TIMES)
    expected = scale.multiplied(report_of(YEAR), TIMES)
    expected["digest"] = digest({key: value for key, value in expected.items() if key != "digest"})

    costs = load(postgres_project, folder)

    assert json.loads(costs["report"].out) == expected
    for name, cost in costs.items():
        figure(f"{TIMES} x 2024, {name}", cost)
        assert cost.busy < MOST_SECONDS
        assert cost.megabytes < MOST_MEGABYTES


def test_multiplied_year_is_what_the_plain_recount_says_of_its_files(tmp_path):
    scale.write_year(tmp_path, 3)

    counted = report_of(tmp_path)

    expected = scale.multiplied(report_of(YEAR), 3)
    assert {**counted, "digest": None} == {**expected, "digest": None}


@pytest.mark.prove("scale")
def test_register_of_the_whole_country_comes_in(postgres_project, figure):
    file = DATA / "registers" / "institutionsregister_2016.csv"
    arguments = ("import_register", file, "--valid-from", "2016-09-29", "--apply")

    first = measured(postgres_project, *arguments)
    second = measured(postgres_project, *arguments)

    assert scale.numbers_of(first.out)["ny"] == 4352
    assert scale.numbers_of(second.out)["uændret"] == 4352
    figure("register of 4352 schools, import", first)
    figure("register of 4352 schools, again", second)
    assert max(first.busy, second.busy) < MOST_SECONDS
    assert max(first.megabytes, second.megabytes) < MOST_MEGABYTES
