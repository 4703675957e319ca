"""What a bench stands on: private PostgreSQL, Redis and post office, and the webs of one checkout.

Everything is on this machine's loopback, bounded in time, and thrown away afterwards.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import mailbox, projects, services

WEB = "gunicorn {app} --bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 4"
SECRET = "bench-" * 10
WORD_SECONDS = 600


@dataclass
class Stand:
    """The servers, and the checkout (*tree*) whose code is measured."""

    tree: Path
    folder: Path
    postgres: services.Postgres
    redis: services.Redis
    sink: mailbox.Sink
    projects: list[projects.Project]

    def project(self, name: str) -> projects.Project:
        """The tree with an empty database of that name, and a Redis database of its own."""
        projects.administer(self.postgres.url(), f"CREATE DATABASE {name}")
        project = projects.Project.at(
            projects.at_database(self.postgres.url(), name),
            self.folder / name,
            root=self.tree,
            ENVIRONMENT="production",
            SECRET_KEY=SECRET,
            REDIS_URL=self.redis.url(len(self.projects)),
            EMAIL_URL=f"smtp://127.0.0.1:{self.sink.port}",
            ALLOWED_HOSTS="localhost",
            SITE_URL="https://localhost",
            TRUSTED_PROXY_COUNT="1",
            SECURE_SSL_REDIRECT="0",
            DB_POOL="6",
        )
        # A tree that has no `tests.benching.inside` yet finds ours behind its own packages.
        project.env["PYTHONPATH"] = f"{self.tree}:{services.ROOT}"
        self.projects.append(project)
        project.manage("collectstatic", "--noinput", "--verbosity", "0")
        return project


@contextlib.contextmanager
def standing(tree: Path) -> Iterator[Stand]:
    """The services; whatever was started on them is ended first."""
    build(tree)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fm-bench-")))
        stand = Stand(
            tree=tree,
            folder=folder,
            postgres=stack.enter_context(services.Postgres(durable=True)),
            redis=stack.enter_context(services.Redis()),
            sink=stack.enter_context(mailbox.serving(mailbox.Bin())),
            projects=[],
        )
        try:
            yield stand
        finally:
            for project in stand.projects:
                project.stop()


def build(tree: Path) -> None:
    """Styles and translations of a checkout, which are not under version control."""
    for command in (["frontend/build.py"], ["locale/messages.py", "compile"]):
        subprocess.run([sys.executable, *command], cwd=tree, check=True, stdout=sys.stderr)


def inside(project: projects.Project, *words: object, **env: str) -> Any:
    """What a word of `tests.benching.inside`, run in the tree's own environment, answers."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benching.inside", *map(str, words)],
        cwd=project.root,
        env=project.env | env,
        capture_output=True,
        text=True,
        timeout=WORD_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-500:] + done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


@dataclass(frozen=True)
class Server:
    """A web that answers, and the process whose children it is."""

    port: int
    pid: int


def serve(project: projects.Project, app: str = "config.wsgi") -> Server:
    """A web of two processes of four threads on a free port, once it answers."""
    port = services.free_port()
    command = [*WEB.format(app=app, port=port).split(), "--no-control-socket"]
    process = project.start(*command, log=project.var / f"web-{port}.log")
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"}
    )
    for _attempt in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=5) as answer:
            if answer.status == 200:
                return Server(port, process.pid)
        time.sleep(0.1)
    message = f"{app} does not answer"
    raise RuntimeError(message)
