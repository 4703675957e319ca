"""Which tests run a second time, on SQLite: those of what the two databases may do differently.

The rule in words, and how a new test gets in: docs/tests.md.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path, PurePath

# Below tests/; a test of any other file gets in by `own_database` or by the mark `databases`.
TWICE = (
    "races/*",  # many at once, each on a connection of its own
    "test_truths.py",  # constraints and triggers, broken by raw SQL
    "test_random_years.py",  # a whole year against the plain recount
    "test_random_rubbish.py",
    "test_services.py",
    "journeys/*",
    "config/test_health.py",
    "*/test_actions_*.py",  # locks, conditional updates, keys that collide
    "*/test_reports_*.py",  # sums, dates and functions of the database
    "*/test_import_*.py",  # upserts by the thousand
    "booking/test_retention.py",
    "booking/test_tasks.py",
    "booking/test_views_bookings_export.py",
    "goals/test_aggregation*.py",
    "goals/test_annual_report.py",
    "goals/test_counting_*.py",
    "goals/test_decisions.py",
    "goals/test_reconcile.py",
    "notifications/test_delivery*.py",
    "notifications/test_outbox.py",
    "workshops/test_people.py",
    "workshops/test_register_order.py",
    "workshops/test_schools.py",
    "workshops/test_staff.py",
)
# Modules that no test imports, itself or through one other module, and where they are tried.
ELSEWHERE = {
    "attendance/triggers.py": "test_truths.py",  # by the migrations
    "attendance/actions/ledger.py": "attendance/test_actions_changes.py",
    "goals/actions/copies.py": "goals/test_reconcile.py",
    "goals/actions/plans.py": "goals/test_import_plan.py",  # by the command
    "goals/reports/months.py": "goals/test_annual_report.py",
    "workshops/models/people.py": "workshops/test_people.py",
    "workshops/triggers.py": "test_truths.py",  # by the migrations
}

CALLS = {"cursor", "raw", "select_for_update", "vendor"}
OPTIONS = {"ignore_conflicts", "update_conflicts"}
IMPORTED = {"Func", "IntegrityError", "RawSQL", "RunSQL"}
FUNCTIONS = "django.db.models.functions"


@cache
def is_twice(test: Path, tests: Path) -> bool:
    """Whether the tests of this file run on both databases."""
    return any(_matches(test.relative_to(tests), pattern) for pattern in TWICE)


def _matches(path: PurePath, pattern: str) -> bool:
    return len(path.parts) == len(PurePath(pattern).parts) and path.match(pattern)


def differences(source: str) -> set[str]:
    """The words of a module that mean something of its own to each database."""
    return set(_differences(ast.parse(source)))


def _differences(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CALLS:
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg in OPTIONS:
            yield node.arg
        elif isinstance(node, ast.ImportFrom):
            if node.module == FUNCTIONS:
                yield "functions"
            yield from (name.name for name in node.names if name.name in IMPORTED)


def untried(root: Path, modules: Iterable[Path], tests: Iterable[Path]) -> list[str]:
    """Modules that differ between the databases, and that no test of the second run gets at."""
    sources = {module: module.read_text(encoding="utf-8") for module in modules}
    names = {module: _name(module.relative_to(root)) for module in sources}
    imports = {names[module]: _imports(source) for module, source in sources.items()}
    reached: set[str] = set()
    for test in tests:
        if is_twice(test, root / "tests"):
            reached |= _imports(test.read_text(encoding="utf-8"))
    reached |= {name for module in reached for name in imports.get(module, ())}
    return [
        str(module.relative_to(root))
        for module, source in sources.items()
        if differences(source)
        and names[module] not in reached
        and str(module.relative_to(root)) not in ELSEWHERE
    ]


def _imports(source: str) -> set[str]:
    """Everything that may be a module in the imports of a source."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def _name(module: Path) -> str:
    return ".".join(module.with_suffix("").parts)
