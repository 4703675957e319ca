"""docker-compose.yml and the Dockerfile keep what operations promises."""

import copy
import re
import tomllib

import pytest
import yaml

from tests.services import ROOT

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "Dockerfile"
SERVICES = {"proxy", "web", "worker", "beat", "migrate", "postgres", "redis", "mail"}
ONE_SHOT = {"migrate"}
SECRET_NAMES = re.compile(r"SECRET|PASSWORD|TOKEN|DATABASE_URL|_KEY")


def load():
    return yaml.safe_load(COMPOSE.read_text())


def faults(compose):
    """Every promise that is not kept, in words."""
    found = []
    for name, service in compose["services"].items():
        found += [f"{name}: {fault}" for fault in faults_of(service, lives=name not in ONE_SHOT)]
    if compose["services"]["beat"].get("deploy", {}).get("replicas") != 1:
        found.append("beat: not exactly one")
    if not all(set(secret) == {"file"} for secret in compose["secrets"].values()):
        found.append("a secret is not a file")
    return found


def faults_of(service, *, lives):
    promises = {
        "may be root": re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(service.get("user"))),
        "file system can be written": service.get("read_only") is True,
        "nothing to write temporary files to": service.get("tmpfs"),
        "has capabilities": service.get("cap_drop") == ["ALL"] and not service.get("cap_add"),
        "may gain privileges": service.get("security_opt") == ["no-new-privileges:true"],
        "privileged": not service.get("privileged"),
        "health is not checked": not lives or service.get("healthcheck", {}).get("test"),
        "image is not pinned": re.search(r":v?\d+\.\d+|:\$\{RELEASE:-local\}$", service["image"]),
        "port open to the world": all(
            str(port).startswith("127.0.0.1:") for port in service.get("ports", [])
        ),
        "inline secret": not [
            key
            for key in service.get("environment", {})
            if SECRET_NAMES.search(key) and not key.endswith("_FILE")
        ],
    }
    return [fault for fault, kept in promises.items() if not kept]


def test_compose_keeps_its_promises():
    assert faults(load()) == []


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("web", {"user": "0:0"}, "web: may be root"),
        ("web", {"user": None}, "web: may be root"),
        ("worker", {"read_only": False}, "worker: file system can be written"),
        ("mail", {"tmpfs": []}, "mail: nothing to write temporary files to"),
        ("redis", {"cap_drop": []}, "redis: has capabilities"),
        ("proxy", {"cap_add": ["NET_ADMIN"]}, "proxy: has capabilities"),
        ("beat", {"security_opt": []}, "beat: may gain privileges"),
        ("beat", {"privileged": True}, "beat: privileged"),
        ("beat", {"healthcheck": {}}, "beat: health is not checked"),
        ("beat", {"deploy": {"replicas": 2}}, "beat: not exactly one"),
        ("postgres", {"image": "postgres:latest"}, "postgres: image is not pinned"),
        ("postgres", {"image": "postgres"}, "postgres: image is not pinned"),
        ("proxy", {"ports": ["8080:8080"]}, "proxy: port open to the world"),
        ("web", {"environment": {"SECRET_KEY": "x"}}, "web: inline secret"),
    ],
)
def test_broken_promise_is_seen(name, change, fault):
    compose = copy.deepcopy(load())
    compose["services"][name] |= change

    assert faults(compose) == [fault]


def test_inline_secret_is_seen():
    compose = load()
    compose["secrets"]["secret_key"] = {"environment": "SECRET_KEY"}

    assert faults(compose) == ["a secret is not a file"]


def test_every_service_is_there():
    services = load()["services"]

    assert set(services) == SERVICES
    assert services["web"]["deploy"]["replicas"] > 1
    assert services["worker"]["deploy"]["replicas"] > 1
    assert services["postgres"]["image"].startswith("postgres:17")
    assert services["redis"]["image"].startswith("redis:7.2")


def test_one_image_runs_four_commands():
    services = load()["services"]
    ours = {name for name, service in services.items() if service.get("build") == "."}

    assert ours == {"web", "worker", "beat", "migrate"}
    assert len({services[name]["image"] for name in ours}) == 1


def test_nobody_starts_before_the_tables_are_there():
    services = load()["services"]

    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"] == {
            "migrate": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services["migrate"]["restart"] == "no"


def test_worker_takes_from_every_queue():
    from config.celery import app

    jobs = [(job["task"], job.get("options", {})) for job in app.conf.beat_schedule.values()]
    scheduled = {app.amqp.router.route(dict(options), task)["queue"].name for task, options in jobs}
    command = load()["services"]["worker"]["command"]
    queues = next(word for word in command if word.startswith("--queues=")).partition("=")[2]

    assert scheduled == {"booking", "mail", "rollup"} == set(queues.split(","))
    assert f"-Q {queues} " in (ROOT / "config" / "up.py").read_text()


def test_pools_leave_room_in_the_database():
    services = load()["services"]
    web, worker = services["web"], services["worker"]
    processes = web["deploy"]["replicas"] * int(option(web, "--workers"))
    processes += worker["deploy"]["replicas"] * (1 + int(option(worker, "--concurrency"))) + 1

    assert processes * int(web["environment"]["DB_POOL"]) < 100 - 10


def option(service, name):
    return next(word for word in service["command"] if word.startswith(f"{name}=")).partition("=")[
        2
    ]


def test_proxy_keeps_its_own_variables():
    """A single dollar would be filled in by compose, with nothing."""
    content = load()["configs"]["proxy"]["content"]

    assert "$$http_host" in content
    assert not re.search(r"(?<!\$)\$(?!\$)", content)


def test_every_variable_is_explained():
    variables = set(re.findall(r"(?<!\$)\$\{(\w+)", COMPOSE.read_text()))

    example = (ROOT / ".env.example").read_text()

    assert variables
    assert {name for name in variables if f"# {name}=" not in example} == set()


def test_image_is_pinned_and_runs_as_nobody_special():
    lines = DOCKERFILE.read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    users = [line.split()[1] for line in lines if line.startswith("USER")]

    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", base) for base in bases)
    assert users[-1] == load()["services"]["web"]["user"]


def test_image_holds_every_app():
    text = DOCKERFILE.read_text()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())

    for package in settings["tool"]["importlinter"]["root_packages"]:
        assert f"COPY {package} {package}\n" in text


def test_no_secret_reaches_the_image():
    ignored = (ROOT / ".dockerignore").read_text().split()

    assert {".*", "secrets", "var"} <= set(ignored)
    assert not re.search(r"^(ENV|ARG).*(SECRET|PASSWORD)", DOCKERFILE.read_text(), re.MULTILINE)
