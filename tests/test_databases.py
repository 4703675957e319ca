"""What the two databases may do differently is tried on both, and nothing else is run twice."""

from pathlib import Path

import pytest

from tests import databases, house_rules
from tests.services import ROOT

TESTS = ROOT / "tests"


def test_every_module_that_differs_is_tried_on_both():
    modules = house_rules.app_sources(ROOT)

    assert databases.untried(ROOT, modules, TESTS.rglob("test_*.py")) == []
    assert sum(bool(databases.differences(module.read_text())) for module in modules) > 20


def test_every_pattern_finds_a_file():
    files = list(TESTS.rglob("test_*.py"))

    found = {
        pattern: [file for file in files if databases._matches(file.relative_to(TESTS), pattern)]
        for pattern in databases.TWICE
    }

    assert [pattern for pattern, some in found.items() if not some] == []


def test_what_is_tried_elsewhere_is_there_and_needs_to_be(monkeypatch):
    listed = databases.ELSEWHERE
    assert [test for test in listed.values() if not (TESTS / test).is_file()] == []
    assert all(databases.is_twice(TESTS / test, TESTS) for test in listed.values())

    monkeypatch.setattr(databases, "ELSEWHERE", {})

    modules = house_rules.app_sources(ROOT)
    assert databases.untried(ROOT, modules, TESTS.rglob("test_*.py")) == sorted(listed)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Session.objects.select_for_update().get()", {"select_for_update"}),
        ("with connection.cursor() as rows: ...", {"cursor"}),
        ("is_big = connection.vendor == 'postgresql'", {"vendor"}),
        ("Row.objects.bulk_create(rows, ignore_conflicts=True)", {"ignore_conflicts"}),
        ("from django.db import IntegrityError, transaction", {"IntegrityError"}),
        ("from django.db.models.functions import TruncDate", {"functions"}),
        ("Session.objects.filter(pk=1).update(title='raw')", set()),
    ],
)
def test_difference_is_seen(source, words):
    assert databases.differences(source) == words


LOCKS = "from booking import rows\nrows.select_for_update()\n"


@pytest.mark.parametrize(
    ("test", "imports", "untried"),
    [
        ("races/test_locks.py", "from booking import locks", []),
        ("races/test_locks.py", "from booking.views import page", []),  # which imports it
        ("races/test_locks.py", "from booking import other", ["booking/locks.py"]),
        ("booking/test_views_locks.py", "from booking import locks", ["booking/locks.py"]),
    ],
)
def test_module_that_only_one_database_tries_is_seen(tmp_path, test, imports, untried):
    files = {
        "booking/locks.py": LOCKS,
        "booking/views/page.py": "from booking import locks\n",
        f"tests/{test}": imports,
    }
    for name, source in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(source)
    modules = sorted(tmp_path.glob("booking/**/*.py"))

    assert databases.untried(tmp_path, modules, [tmp_path / "tests" / test]) == untried


@pytest.mark.parametrize(
    ("file", "twice"),
    [
        ("races/test_seats.py", True),
        ("booking/test_actions_bookings.py", True),
        ("booking/test_views_mine_lost.py", False),
        ("booking/deep/test_actions_bookings.py", False),
        ("test_house.py", False),
    ],
)
def test_second_run_is_chosen_by_file(file, twice):
    assert databases.is_twice(Path("tests") / file, Path("tests")) is twice
