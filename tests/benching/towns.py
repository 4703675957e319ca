"""The demo and a town with years behind it, each a database, kept in var/bench for the day."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import time
from datetime import date
from pathlib import Path

from tests import projects, services
from tests.benching import stand as stands

DAY = 24 * 60 * 60


def both(stand: stands.Stand) -> dict[str, projects.Project]:
    """The demo, and the same with years behind it: from the cache, or made and put there."""
    kept = cache(stand.tree)
    if not (kept / "years.dump").exists():
        make(stand, kept)
    found = {name: stand.project(name) for name in ("demo", "years")}
    for name, project in found.items():
        postgres(stand, "pg_restore", "-d", project.database_url, kept / f"{name}.dump")
        postgres(stand, "psql", "-q", "-c", "VACUUM ANALYZE", project.database_url)
    return found


def make(stand: stands.Stand, kept: Path) -> None:
    """Migrated and filled; the demo refuses to be loaded in production. Older towns go."""
    for other in kept.parent.glob("*/"):
        if time.time() - other.stat().st_mtime > DAY:
            shutil.rmtree(other)
    kept.mkdir(parents=True, exist_ok=True)
    project = stand.project("making")
    project.manage("migrate", "--verbosity", "0")
    usual = dict(project.env)
    project.env["ENVIRONMENT"] = "development"
    project.manage("demo")
    project.env.update(usual)
    stands.inside(project, "letters")
    keep(stand, project, kept / "demo.dump")
    rows = stands.inside(project, "years")
    kept.joinpath("rows.json").write_text(json.dumps(rows, indent=1))
    project.manage("aggregate")
    keep(stand, project, kept / "years.dump")


def keep(stand: stands.Stand, project: projects.Project, file: Path) -> None:
    """The whole database in a file, which is there only when it is whole."""
    half = file.with_suffix(".half")
    postgres(stand, "pg_dump", "-Fc", "-Z1", "-f", half, project.database_url)
    half.rename(file)


def cache(tree: Path) -> Path:
    """The folder for towns made by this code today; the demo is laid out around its day."""
    patterns = ("*/migrations/*.py", "demo/**/*", "goals/demo/**/*", "*/models/*.py")
    files = [file for pattern in patterns for file in sorted(tree.glob(pattern)) if file.is_file()]
    files += [Path(__file__).parent / "inside" / name for name in ("copies.py", "years.py")]
    whole = hashlib.sha256(str(date.today()).encode())  # noqa: DTZ011 - a day of this machine
    for file in files:
        if file.suffix != ".pyc":
            whole.update(file.read_bytes())
    return services.ROOT / "var" / "bench" / whole.hexdigest()[:16]


def postgres(stand: stands.Stand, program: str, *words: object) -> None:
    """A client program of the same PostgreSQL, to its end."""
    command = [str(stand.postgres.programs / program), *map(str, words)]
    subprocess.run(command, check=True)
