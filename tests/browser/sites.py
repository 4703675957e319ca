"""The site in a real web server, with a town in its database, for browsers to visit."""

from __future__ import annotations

import contextlib
import itertools
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connections

from tests import patience, projects, services
from tests.projects import Project

WEB = "gunicorn config.wsgi --worker-class gthread --workers 1 --threads 8 --no-control-socket"
WORKER = "python -m config.jobs worker -P threads -c 2 -l INFO -Q booking,mail,rollup --without-gossip --without-mingle --without-heartbeat"
BEAT = "python -m config.jobs beat -l WARNING -s"


@dataclass
class Site:
    """A running site. `database` is how this process looks into it; `town` is what stands there."""

    project: Project
    port: int
    database: Callable[[], contextlib.AbstractContextManager[object]]
    town: dict[str, object] = field(default_factory=dict)
    clients: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def url(self) -> str:
        """Its address; localhost, which browsers trust like https."""
        return f"http://localhost:{self.port}"

    def new_client(self) -> str:
        """An address nobody has come from: the throttles meet a stranger."""
        number = next(self.clients)
        return f"10.{self.port % 250}.{number // 250}.{number % 250 + 1}"

    def start_worker(self) -> None:
        """A worker and the beat, as in production."""
        self.project.start(*WORKER.split())
        self.project.start(*BEAT.split(), str(self.project.var / "beat-schedule"))


@contextlib.contextmanager
def served(
    project: Project, database: Callable[[], contextlib.AbstractContextManager[object]]
) -> Iterator[Site]:
    """The site on a free port, until the end of the block."""
    site = Site(project, services.free_port(), database)
    project.env |= {"SITE_URL": site.url, "TRUSTED_PROXY_COUNT": "1", "PYTHONWARNINGS": "ignore"}
    log = project.var / "web.log"
    process = project.start(*WEB.split(), "--bind", f"127.0.0.1:{site.port}", log=log)

    def is_up() -> bool:
        assert process.poll() is None, log.read_text()
        return answers(site.url)

    try:
        patience.until(is_up, log.read_text, of=[process.pid])
        yield site
    finally:
        project.stop()


def answers(url: str) -> bool:
    """Whether the web process serves."""
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=20) as answer:
            return answer.status == 200
    except OSError:
        return False


@contextlib.contextmanager
def on_postgres(server: str, shared: Path, var: Path, **more: str) -> Iterator[Site]:
    """With a fresh database of that server and a Redis of its own; *more* are settings."""
    name = projects.fresh_postgres(server, shared)
    try:
        with (
            services.Redis() as redis,
            Project.at(
                projects.at_database(server, name), var, REDIS_URL=redis.url(), **more
            ) as project,
            served(project, lambda: projects.switched(name)) as site,
        ):
            yield site
    finally:
        projects.drop_postgres(server, name)


@contextlib.contextmanager
def on_sqlite(file: Path, var: Path, **more: str) -> Iterator[Site]:
    """With that database file and the broker of files."""
    with (
        Project.at(f"sqlite:///{file}", var, **more) as project,
        served(project, lambda: looking_into(file)) as site,
    ):
        yield site


@contextlib.contextmanager
def looking_into(file: Path) -> Iterator[str]:
    """The SQLite file as this process's database, also where its own is PostgreSQL."""
    settings, usual = connections.settings["default"], connections["default"]
    if usual.vendor == "sqlite":
        with projects.switched(str(file)) as name:
            yield name
        return
    before = dict(settings)
    options = {"transaction_mode": "IMMEDIATE", "timeout": 120}
    settings |= {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file), "OPTIONS": options}
    connections["default"] = connections.create_connection("default")
    ContentType.objects.clear_cache()
    try:
        yield str(file)
    finally:
        connections["default"].close()
        connections["default"] = usual
        settings.clear()
        settings |= before
        ContentType.objects.clear_cache()
