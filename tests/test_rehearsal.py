"""The commands of docker-compose.yml, run together in production settings, without containers."""

import json
import re
import urllib.error
import urllib.request

import pytest
import yaml
from celery import Celery

from tests import patience, projects, services


@pytest.fixture
def compose():
    return yaml.safe_load((services.ROOT / "docker-compose.yml").read_text())["services"]


@pytest.fixture
def production(compose, postgres_server, private_redis, tmp_path):
    """The environment that compose gives to our image; only addresses and files are others."""
    database = f"rehearsal_{private_redis.port}"
    projects.administer(postgres_server, f"CREATE DATABASE {database}")
    files = {
        "SECRET_KEY_FILE": "rehearsal-" * 6,
        "DATABASE_URL_FILE": projects.at_database(postgres_server, database),
    }
    given = {key: filled_in(value) for key, value in compose["web"]["environment"].items()}
    for key, content in files.items():
        place = tmp_path / given[key].rpartition("/")[2]
        place.write_text(content)
        given[key] = str(place)
    given |= {"REDIS_URL": private_redis.url(), "VAR_DIR": str(tmp_path / "var")}
    project = projects.Project.at("", tmp_path / "var")
    inherited = {
        key: value
        for key, value in project.env.items()
        if key not in {"DATABASE_URL", "SECRET_KEY"}
    }
    project.env = {**inherited, **given}
    with project:
        yield project
    projects.drop_postgres(postgres_server, database)


def filled_in(value):
    """What compose does with ${NAME:-default} when NAME is not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def command(compose, name, **other):
    """A service's own command; what must differ on one machine is replaced, and must be there."""
    words = [str(word) for word in compose[name]["command"]]
    for old, new in other.items():
        place = next(index for index, word in enumerate(words) if word.startswith(f"--{old}="))
        words[place] = f"--{old}={new}"
    return words


def start(project, compose, tmp_path):
    """Two webs, two workers, one beat; the ports of the webs."""
    ports = [services.free_port(), services.free_port()]
    base = project.env
    for port in ports:
        project.env = {**base, "FREMMOEDE_INSTANCE": f"web-{port}"}
        bind = {"bind": f"127.0.0.1:{port}", "worker-tmp-dir": tmp_path}
        project.start(*command(compose, "web", **bind))
    project.env = base
    for number in range(compose["worker"]["deploy"]["replicas"]):
        project.start(*command(compose, "worker"), f"--hostname=worker{number}@rehearsal")
    project.start(*command(compose, "beat", schedule=tmp_path / "beat-schedule"))
    return ports


def ask(port, page):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{page}", headers={"Host": "localhost"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except OSError:
        return 0, {}


def wait_until(condition, project):
    def look():
        ended = [process.args for process in project.processes if process.poll() is not None]
        assert not ended, f"{ended}\n{said_by(project)}"
        return condition()

    patience.until(look, lambda: said_by(project), pause=0.3)


def said_by(project):
    return "\n".join(
        f"== {log.name}\n{log.read_text()[-3000:]}" for log in project.var.glob("*.log")
    )


def test_commands_of_compose_work_together(production, compose, tmp_path):
    production.manage("collectstatic", "--noinput", "--verbosity", "0")
    words = command(compose, "migrate")
    assert words[:2] == ["python", "manage.py"]
    production.manage(*words[2:], "--verbosity", "0")

    ports = start(production, compose, tmp_path)
    assert len(production.processes) == 5
    for port in ports:
        wait_until(lambda port=port: ask(port, "/healthz")[0] == 200, production)
    instances = {ask(port, "/healthz")[1]["instance"] for port in ports}
    wait_until(
        lambda: ask(ports[0], "/readyz")[1].get("beat", {}).get("status") == "ok", production
    )

    assert instances == {f"web-{port}" for port in ports}
    for port in ports:
        status, answer = ask(port, "/readyz")
        assert (status, answer["status"]) == (200, "ready"), answer
        assert answer["database"] == {"status": "ok", "kind": "postgresql"}
        assert answer["broker"] == {"status": "ok", "kind": "redis"}
        assert answer["beat"]["age_seconds"] < 60
    assert len(list(tmp_path.glob("beat-schedule*"))) >= 1
    with Celery(broker=production.env["REDIS_URL"], set_as_current=False) as asking:
        wait_until(lambda: len(asking.control.ping(timeout=2)) == 2, production)
    assert answering_workers(production, compose) == {"worker0@rehearsal", "worker1@rehearsal"}

    production.stop(seconds=60)
    assert ask(ports[0], "/healthz")[0] == 0


def answering_workers(project, compose):
    """Who answers the health check of a worker, when it asks everybody."""
    check = compose["worker"]["healthcheck"]["test"][1]
    words, _itself = check.split(" --destination ")
    inspect = project.start(*words.split(), log=project.var / "inspect.log")
    assert inspect.wait() == 0
    project.processes.remove(inspect)
    return set(re.findall(r"worker\d@rehearsal", (project.var / "inspect.log").read_text()))
