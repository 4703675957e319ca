"""Databases of their own, and the project run in processes of its own, for tests that need either."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.core.management import call_command
from django.db import connection, connections

from tests import patience

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "fm_template"


# --- databases of their own --------------------------------------------------------------------


@contextlib.contextmanager
def switched(name: str) -> Iterator[str]:
    """Every connection of this process, in every thread, goes to another database meanwhile."""
    usual = connections["default"]
    settings = connections.settings["default"]
    assert usual.settings_dict is settings
    assert not usual.in_atomic_block, "own_database does not go together with db"
    before = settings["NAME"]
    _let_go()
    # A wrapper of its own: Django never closes an SQLite database in memory, and that is right.
    connections["default"] = connections.create_connection("default")
    settings["NAME"] = name
    try:
        yield name
    finally:
        _let_go()
        connections["default"] = usual
        settings["NAME"] = before


def _let_go() -> None:
    connections.close_all()
    close_pool = getattr(connections["default"], "close_pool", None)
    if close_pool:
        close_pool()
    # Here, since the processes that only start others never set Django up.
    from django.contrib.contenttypes.models import ContentType

    ContentType.objects.clear_cache()


def fresh_sqlite(folder: Path, shared: Path) -> Path:
    """A migrated SQLite file, copied from a template made once per run."""
    template = shared / f"{TEMPLATE}.sqlite3"
    once(template.with_suffix(".made"), lambda: _migrate_sqlite(template))
    target = folder / f"{uuid.uuid4().hex}.sqlite3"
    shutil.copyfile(template, target)
    return target


def _migrate_sqlite(template: Path) -> None:
    if connection.vendor == "sqlite":
        template.unlink(missing_ok=True)
        with switched(str(template)):
            call_command("migrate", verbosity=0)
        return
    with Project.at(f"sqlite:///{template}", template.parent / "var") as project:
        project.manage("migrate", "--verbosity", "0")


def fresh_postgres(server: str, shared: Path) -> str:
    """The name of a migrated database, copied from a template made once per run."""
    template = f"{TEMPLATE}_{urlsplit(server).port}"
    once(shared / f"{template}.made", lambda: _migrate_postgres(server, template, shared))
    name = f"fm_{uuid.uuid4().hex}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    patience.DATABASES.add(name)
    return name


def _migrate_postgres(server: str, template: str, shared: Path) -> None:
    administer(server, f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {template}")
    if connection.vendor == "postgresql" and server == os.environ.get("DATABASE_URL"):
        with switched(template):
            call_command("migrate", verbosity=0)
        return
    with Project.at(at_database(server, template), shared / "var") as project:
        project.manage("migrate", "--verbosity", "0")


def drop_postgres(server: str, name: str) -> None:
    """Drops a database, whoever is still in it."""
    patience.DATABASES.discard(name)
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def administer(server: str, *statements: str) -> None:
    """Runs statements in the server's own database, outside any transaction."""
    with psycopg.connect(at_database(server, "postgres"), autocommit=True) as session:
        for statement in statements:
            session.execute(statement.encode())


def at_database(server: str, name: str) -> str:
    """The address of another database in the same server."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def once(mark: Path, make: Callable[[], None]) -> None:
    """Does something once per run, however many processes ask at the same time."""
    with mark.with_suffix(".lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not mark.exists():
            make()
            mark.touch()


# --- the project in processes of its own -------------------------------------------------------


@dataclass
class Project:
    """The project with a database, a broker and a folder of its own."""

    env: dict[str, str]
    var: Path
    root: Path = ROOT  # a checkout
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @classmethod
    def at(cls, database_url: str, var: Path, *, root: Path = ROOT, **more: str) -> Project:
        """Only what is named here; nothing of the test's own broker or database."""
        inherited = {key: value for key, value in os.environ.items() if not _is_ours(key)}
        ours = {
            "ENVIRONMENT": "test",
            "DATABASE_URL": database_url,
            "VAR_DIR": str(var),
            "PYTHONPATH": str(root),
            "PYTHONUNBUFFERED": "1",
            "SQLITE_SECONDS": "600",  # waiting for one's turn on a busy machine is not hanging
        }
        return cls(env={**inherited, **ours, **more}, var=var, root=root)

    def __enter__(self) -> Project:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def database_url(self) -> str:
        """Where the project keeps its rows."""
        return self.env["DATABASE_URL"]

    def manage(
        self, *arguments: object, check: bool = True, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """manage.py to its end; with `check` a failure shows what it printed."""
        command = [sys.executable, str(self.root / "manage.py"), *map(str, arguments)]
        done = subprocess.run(
            command,
            env=self.env,
            cwd=cwd or self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *command: str, log: Path | None = None) -> subprocess.Popen[str]:
        """A process that goes on; `stop` ends it. The first word is looked up beside Python."""
        program = Path(sys.executable).parent / command[0]
        place = log or self.var / f"{len(self.processes)}-{command[0]}.log"
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("ab") as output:
            process = subprocess.Popen(
                [str(program) if program.exists() else command[0], *command[1:]],
                env=self.env,
                cwd=self.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def stop(self, *, seconds: float = 60) -> None:
        """Ends everything started here, with its children."""
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()


def _is_ours(key: str) -> bool:
    return key.startswith(("PYTEST_", "COV_", "FREMMOEDE_RUN")) or key in {
        "ENVIRONMENT",
        "DATABASE_URL",
        "REDIS_URL",
        "SECRET_KEY",
        "EMAIL_URL",
        "VAR_DIR",
        "FREMMOEDE_INSTANCE",
    }
