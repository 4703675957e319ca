"""What every test can ask for, and which tests run where."""

from __future__ import annotations

import contextlib
import datetime
import os
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.core
import pytest
import pytest_timeout
import time_machine
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import databases, patience, projects, services

SQLITE_RUN = os.environ.get("FREMMOEDE_RUN") == "sqlite"
PROVING = os.environ.get("FREMMOEDE_PROVE") == "1"
PROOF = os.environ.get("FREMMOEDE_PROOF", "")
TESTS = Path(__file__).resolve().parent

DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "own_database"}
SERVICES = {"durable_postgres", "private_redis", "site", "empty_site", "browser"}
PROCESSES = {"project", "sqlite_project", "postgres_project", *SERVICES}

T = TypeVar("T")
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile(
    "short", max_examples=30, deadline=None, suppress_health_check=SLOW
)
hypothesis_settings.register_profile(
    "prove", max_examples=500, deadline=None, suppress_health_check=SLOW
)
hypothesis_settings.load_profile("prove" if PROVING else "short")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """One seed for everything random: `--randomly-seed=N` makes a run again."""
    seed = getattr(config.option, "randomly_seed", None)
    if isinstance(seed, int) and config.getoption("--hypothesis-seed", None) is None:
        hypothesis.core.global_force_seed = seed


# --- which tests run, and in which order -------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The second run takes what databases do differently; './dev prove' the proofs."""
    for item in items:
        if databases.is_twice(item.path, TESTS) or "own_database" in _fixtures(item):
            item.add_marker(pytest.mark.databases)
    chosen = [item for item in items if _is_wanted(item)]
    unwanted = [item for item in items if not _is_wanted(item)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
    items[:] = in_order(chosen, _weight)


def _is_wanted(item: pytest.Item) -> bool:
    proof = item.get_closest_marker("prove")
    if PROVING:
        return proof is not None and (not PROOF or proof.args[0] == PROOF)
    if SQLITE_RUN:
        marks = {mark.name for mark in item.iter_markers()}
        return "databases" in marks and "postgres" not in marks and _touches_database(item)
    return True


def _touches_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(_fixtures(item) & DATABASE)


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def in_order(items: list[T], weight: Callable[[T], int]) -> list[T]:
    """Pure tests first, then those with a database, the long ones among their first two thirds.

    While some wait for processes, others use the processors, and what ends last is short.
    """
    rows = sorted(items, key=weight)
    pure, quick = ([item for item in rows if weight(item) == kind] for kind in (0, 1))
    long = [item for item in reversed(rows) if weight(item) > 1]
    step = max(1, 2 * len(quick) // (3 * len(long))) if long else len(quick)
    mixed = []
    for at, item in enumerate(long):
        mixed += [item, *quick[at * step : (at + 1) * step]]
    return [*pure, *mixed, *quick[len(long) * step :]]


def _weight(item: pytest.Item) -> int:
    """Pure tests first, then those with a database, then those with processes, then the proofs."""
    if item.get_closest_marker("prove"):
        return 3
    if _fixtures(item) & PROCESSES:
        return 2
    return 1 if _touches_database(item) else 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several processes: who runs what."""
    if config.getoption("dist") != "load":
        return None
    from tests import dealing

    return dealing.Dealer(config, log)


def pytest_timeout_set_timer(item: pytest.Item, settings: Any) -> bool:
    """The time-out counts idle seconds only: it says *hung*, never *slow*."""
    fail = partial(pytest_timeout.timeout_sigalrm, item, settings)
    item.cancel_timeout = patience.alarm(fail, idle=settings.timeout)  # the plugin calls it
    return True


# --- figures -----------------------------------------------------------------------------------


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Callable[[str, object], None]:
    """`figure("years tried", 500)` prints a line at the end of the run, also in parallel."""
    return lambda name, value: request.node.user_properties.append(("figure", f"{name} = {value}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints the figures that tests have left, and the seed that makes them again."""
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    lines = sorted(
        f"figure: {text}   ({report.nodeid})"
        for report in reports
        for name, text in report.user_properties
        if name == "figure"
    )
    if lines:
        seed = getattr(terminalreporter.config.option, "randomly_seed", "none")
        terminalreporter.section(f"figures (seed {seed})")
        for line in lines:
            terminalreporter.write_line(line)


# --- databases and services --------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """A page leaves its language behind in its thread; the next test begins without one."""
    yield
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def own_cache(settings) -> None:
    """What one test counts in the cache, such as attempts, no other test sees."""
    own = {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = {"default": own}


@pytest.fixture(autouse=True, scope="session")
def _files_are_listed_once() -> Iterator[None]:
    """Each test client sets up WhiteNoise, which would look through all its folders each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True, scope="session")
def _passwords_cost_little() -> Iterator[None]:
    """Made-up passwords are hashed as the real ones, only with less work."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 64)
        yield


@pytest.fixture(autouse=True)
def own_pages() -> None:
    """No page that another test rendered, under other settings, is remembered in this one."""
    from workshops.views import remembered

    remembered._KEPT.clear()


@pytest.fixture
def one_window() -> Iterator[None]:
    """The clock stands a minute after the full hour: no window of the throttles ends meanwhile."""
    now = datetime.datetime.now(tz=datetime.UTC)
    with time_machine.travel(now.replace(minute=1, second=0)):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker,
    shared_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Each process has a copy of the run's one migrated database: nobody migrates twice."""
    with contextlib.ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(_copy(tmp_path_factory.mktemp("database"), shared_folder))
        yield
        with django_db_blocker.unblock():
            stack.close()


@contextlib.contextmanager
def _copy(folder: Path, shared: Path) -> Iterator[str]:
    """A fresh migrated database of the run's kind is this process's own meanwhile."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with projects.switched(str(projects.fresh_sqlite(folder, shared))) as name:
            yield name
        return
    server = _postgres_server()
    name = projects.fresh_postgres(server, shared)
    try:
        with projects.switched(name):
            yield name
    finally:
        projects.drop_postgres(server, name)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of a run: templates of databases stand here."""
    if "FREMMOEDE_SHARED" in os.environ:  # several runs of pytest that are one to us
        return Path(os.environ["FREMMOEDE_SHARED"])
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture
def postgres_server() -> str:
    """The address of the run's PostgreSQL; a run without one fails."""
    return _postgres_server()


def _postgres_server() -> str:
    address = os.environ.get("FREMMOEDE_POSTGRES_URL") or os.environ.get("DATABASE_URL", "")
    assert address.startswith("postgres"), "No PostgreSQL: run the tests by ./dev test"
    return address


@pytest.fixture
def private_redis() -> Iterator[services.Redis]:
    """A Redis of the test's own; may be killed and started again."""
    with services.Redis() as redis:
        yield redis


@pytest.fixture
def durable_redis() -> Iterator[services.Redis]:
    """A Redis that keeps every command, for crash tests."""
    with services.Redis(durable=True) as redis:
        yield redis


@pytest.fixture
def durable_postgres() -> Iterator[services.Postgres]:
    """A PostgreSQL that keeps every commit, for crash tests."""
    with services.Postgres(durable=True) as postgres:
        yield postgres


@pytest.fixture
def own_database(django_db_blocker, tmp_path: Path, shared_folder: Path) -> Iterator[str]:
    """A fresh migrated database, of the run's kind, for this process and all its threads.

    Commits are real, nothing is flushed, and the whole is thrown away. Threads close their
    connections themselves: `connections.close_all()` in a `finally`.
    """
    with django_db_blocker.unblock(), _copy(tmp_path, shared_folder) as name:
        yield name


@pytest.fixture
def sqlite_project(
    django_db_blocker, tmp_path: Path, shared_folder: Path
) -> Iterator[projects.Project]:
    """Processes of the project on a fresh SQLite file and the filesystem broker."""
    with django_db_blocker.unblock():
        file = projects.fresh_sqlite(tmp_path, shared_folder)
    with projects.Project.at(f"sqlite:///{file}", tmp_path / "var") as project:
        yield project


@pytest.fixture
def postgres_project(
    django_db_blocker,
    postgres_server: str,
    private_redis: services.Redis,
    tmp_path: Path,
    shared_folder: Path,
) -> Iterator[projects.Project]:
    """Processes of the project on a fresh PostgreSQL database and a Redis of its own."""
    with django_db_blocker.unblock():
        name = projects.fresh_postgres(postgres_server, shared_folder)
    address = projects.at_database(postgres_server, name)
    redis_url = private_redis.url()
    try:
        with projects.Project.at(address, tmp_path / "var", REDIS_URL=redis_url) as project:
            yield project
    finally:
        projects.drop_postgres(postgres_server, name)
