"""The private services are real, ours, and stand up again after a kill."""

import os
import sqlite3
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connection, connections

from tests import projects, services


@pytest.mark.postgres
@pytest.mark.django_db
def test_suite_talks_to_postgresql():
    assert connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


def test_suite_talks_to_redis():
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        information = client.info("server")

    assert information["redis_mode"] == "standalone"
    assert int(information["redis_version"].split(".")[0]) >= 6
    assert settings.CELERY_BROKER_URL == settings.REDIS_URL


@pytest.mark.django_db
def test_second_run_is_on_sqlite():
    expected = {"sqlite": "sqlite", "postgres": "postgresql"}[os.environ["FREMMOEDE_RUN"]]

    assert connection.vendor == expected


def test_postgresql_keeps_commits_over_a_kill(durable_postgres):
    address = durable_postgres.url("postgres")
    with psycopg.connect(address, autocommit=True) as session:
        session.execute("CREATE TABLE kept AS SELECT 42 AS number")
        children = services.children_of(durable_postgres.process.pid)
        durable_postgres.kill()

    assert children
    assert not [child for child in children if services.is_running(child)]
    durable_postgres.start()
    with psycopg.connect(address) as session:
        assert session.execute("SELECT number FROM kept").fetchone() == (42,)


def test_postgresql_is_durable_only_when_asked(durable_postgres):
    asked = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}

    with psycopg.connect(durable_postgres.url("postgres")) as session:
        found = {name: session.execute(f"SHOW {name}").fetchone()[0] for name in asked}

    assert found == asked
    assert set(services.Postgres.RISKY) == {f"{name}=off" for name in asked}


def test_redis_keeps_commands_over_a_kill(durable_redis):
    with redis.Redis(port=durable_redis.port) as client:
        client.set("kept", 42)
    durable_redis.kill()

    durable_redis.start()

    with redis.Redis(port=durable_redis.port) as client:
        assert client.get("kept") == b"42"


def test_service_leaves_nothing_behind():
    with services.Redis() as server:
        pid, folder = server.process.pid, server.folder
        assert services.is_running(pid)

    assert not folder.exists()
    assert not services.is_running(pid)


def test_service_that_cannot_start_says_why(tmp_path):
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\necho no memory left\nexit 1\n")
    broken.chmod(0o755)

    with (
        pytest.raises(services.ServiceError, match="no memory left"),
        services.Redis(program=broken),
    ):
        pass


def test_missing_service_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("FREMMOEDE_POSTGRES_BIN", str(tmp_path))
    monkeypatch.setenv("FREMMOEDE_REDIS_SERVER", str(tmp_path / "none"))

    with pytest.raises(services.ServiceError, match="PostgreSQL was not found"):
        services.Postgres()
    with pytest.raises(services.ServiceError, match="Redis was not found"):
        services.Redis()


def test_wheels_serve_where_nothing_is_installed(monkeypatch):
    monkeypatch.setenv("FREMMOEDE_SERVICES", "wheels")

    assert "site-packages" in str(services.find_postgres())
    assert "site-packages" in str(services.find_redis())


def test_linked_programs_are_followed_home(monkeypatch, tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    for name in ("postgres", "initdb"):
        (home / name).touch(mode=0o755)
    links = tmp_path / "links"
    links.mkdir()
    (links / "postgres").symlink_to(home / "postgres")
    monkeypatch.delenv("FREMMOEDE_POSTGRES_BIN", raising=False)
    monkeypatch.setenv("PATH", str(links))

    with services.only("system"):
        assert services.find_postgres() == home


def test_root_hands_postgresql_to_somebody_else():
    with services.Postgres() as server:
        owner = Path(f"/proc/{server.process.pid}").stat().st_uid

    assert owner != 0
    assert (owner == os.geteuid()) is (os.geteuid() != 0)


def test_own_database_is_shared_by_threads(own_database):
    seen = []

    def look():
        try:
            seen.append(Group.objects.filter(name="counted").count())
        finally:
            connections.close_all()

    Group.objects.create(name="counted")
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@pytest.mark.parametrize("turn", [1, 2])
def test_own_database_is_new_each_time(own_database, turn):
    assert not Group.objects.filter(name="left over").exists()

    Group.objects.create(name="left over")


@pytest.mark.django_db
def test_run_goes_on_in_its_own_database_after_another():
    assert not Group.objects.filter(name__in=["left over", "counted"]).exists()


def test_sqlite_project_runs_in_a_process_of_its_own(sqlite_project):
    done = sqlite_project.manage(
        "shell", "-c", "from django.db import connection as c; print(c.vendor)"
    )

    assert done.stdout.splitlines()[-1] == "sqlite"
    file = sqlite_project.database_url.removeprefix("sqlite:///")
    with sqlite3.connect(f"/{file.lstrip('/')}") as session:
        assert session.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 10
    session.close()


def test_postgres_project_runs_in_a_process_of_its_own(postgres_project):
    code = "from django.db import connection as c; from django.conf import settings as s; print(c.vendor, s.REDIS_URL)"

    done = postgres_project.manage("shell", "-c", code)

    assert done.stdout.split()[-2:] == ["postgresql", postgres_project.env["REDIS_URL"]]


def test_project_ends_what_it_started(sqlite_project):
    process = sqlite_project.start("python", "-c", "import time; time.sleep(60)")

    sqlite_project.stop()

    assert process.poll() is not None
    assert isinstance(process, subprocess.Popen)
    assert projects.at_database("postgres://a@b:1/c", "d") == "postgres://a@b:1/d"
