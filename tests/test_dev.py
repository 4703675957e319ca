"""The one command: its helpers, and that nothing is left when something goes wrong."""

import ast
import contextlib
import email
import http.server
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import psutil
import pytest

from config import up
from tests import projects, services

SCRIPT = services.ROOT / "dev"


@pytest.fixture
def dev():
    loader = importlib.machinery.SourceFileLoader("dev_script", str(SCRIPT))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("dev_script", loader))
    loader.exec_module(module)
    return module


@pytest.fixture
def bare(dev, monkeypatch, tmp_path):
    """The script where nothing has been installed yet; what it would run is written down."""
    (tmp_path / "requirements").mkdir()
    for name in ("build", "dev", "tools"):
        (tmp_path / "requirements" / f"{name}.lock").write_text(f"{name}==1\n")
    for name, place in {"ROOT": ".", "VENV": ".venv", "TOOLS": ".venv-tools", "VAR": "var"}.items():
        monkeypatch.setattr(dev, name, tmp_path / place)
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv/.lock-stamp")
    dev.ran = []
    monkeypatch.setattr(
        dev, "run", lambda command, **_: dev.ran.append(list(map(str, command))) or 0
    )
    return dev


def pretend_installed(dev, lock):
    dev.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    dev.PYTHON.touch()
    dev.STAMP.write_text(dev.stamp_of(lock))


# --- the environment ---------------------------------------------------------------------------


def test_older_python_is_told_so():
    code = "import sys; sys.version_info = (3, 9, 2); exec(open('dev').read())"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=SCRIPT.parent, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 or newer is needed; this is Python 3.9")


def test_older_python_can_read_the_script():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 7))

    with pytest.raises(SyntaxError):
        ast.parse("match 1:\n    case 1: pass", feature_version=(3, 7))


@pytest.mark.parametrize("script", ["dev", "config/up.py"])
def test_script_needs_the_standard_library_only(script):
    tree = ast.parse((services.ROOT / script).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {getattr(node, "module", None) or node.names[0].name for node in imports}

    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert len(names) > 10


def test_developers_environment_serves_the_site_too(bare):
    pretend_installed(bare, "dev")

    assert bare.is_ready("build")
    assert bare.is_ready("dev")


def test_environment_of_the_site_does_not_serve_developers(bare):
    pretend_installed(bare, "build")

    assert bare.is_ready("build")
    assert not bare.is_ready("dev")


def test_changed_lock_is_installed_again(bare):
    pretend_installed(bare, "dev")
    bare.lock_file("dev").write_text("dev==2\n")

    assert not bare.is_ready("dev")


def test_stamp_is_written_last(bare, monkeypatch):
    pretend_installed(bare, "build")

    def fail(name):
        assert not bare.STAMP.exists()
        raise SystemExit(name)

    monkeypatch.setattr(bare, "install", fail)

    with pytest.raises(SystemExit, match="dev"):
        bare.ensure("dev")
    assert not bare.is_ready("build")


def test_developers_environment_stays_whole(bare, monkeypatch):
    pretend_installed(bare, "dev")
    bare.lock_file("build").write_text("build==2\n")
    bare.lock_file("dev").write_text("dev==2\n")
    installed = []
    monkeypatch.setattr(bare, "install", installed.append)

    bare.ensure("build", quiet=True)

    assert installed == ["dev"]
    assert bare.is_ready("build")


def test_ready_environment_is_left_alone(bare, monkeypatch):
    pretend_installed(bare, "build")
    monkeypatch.setattr(bare, "install", pytest.fail)

    bare.ensure("build")


def test_uv_installs_by_hash(bare, monkeypatch):
    monkeypatch.setattr(bare.shutil, "which", lambda _: "/opt/uv")

    bare.install("dev")

    assert bare.ran[-1][:3] == ["/opt/uv", "pip", "install"]
    assert "--require-hashes" in bare.ran[-1]


def test_pip_installs_where_uv_cannot_be_had(bare, monkeypatch):
    monkeypatch.setattr(bare.shutil, "which", lambda _: None)

    bare.install("dev")

    assert bare.ran[-1][:4] == [str(bare.PYTHON), "-m", "pip", "install"]
    assert "--require-hashes" in bare.ran[-1]
    assert str(bare.lock_file("dev")) in bare.ran[-1]


def test_missing_ensurepip_stops_with_the_line_to_paste(bare, monkeypatch):
    monkeypatch.setattr(bare.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(bare.os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit) as stopped:
        bare.ensure("build")

    assert "\n    sudo apt-get install -y python3-venv\n" in stopped.value.code
    assert bare.ran == []


def test_missing_ensurepip_is_installed_by_root(bare, monkeypatch):
    monkeypatch.setattr(bare.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(bare.os, "geteuid", lambda: 0)

    bare.need_ensurepip()

    assert bare.ran[-1][:2] == ["apt-get", "install"]
    assert bare.ran[-1][-1] == "python3-venv"


def test_users_environment_wins(dev, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("ENVIRONMENT", "production")

    chosen = dev.environment(DATABASE_URL="sqlite:///ours")

    assert chosen["ENVIRONMENT"] == "production"
    assert chosen["DATABASE_URL"] == "sqlite:///ours"
    monkeypatch.setenv("DATABASE_URL", "sqlite:///theirs")
    assert dev.environment(DATABASE_URL="sqlite:///ours")["DATABASE_URL"] == "sqlite:///theirs"


def test_failed_command_ends_with_what_it_said(dev):
    with pytest.raises(SystemExit, match=r"(?s)Failed .3.*no ink"):
        dev.run([sys.executable, "-c", "print('no ink'); raise SystemExit(3)"], quiet=True)


# --- wrong use ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "port", "empty"),
    [
        ([], 8000, False),
        (["--port", "9000"], 9000, False),
        (["--port=9000"], 9000, False),
        (["--empty"], 8000, True),
        (["--port", "9000", "--empty"], 9000, True),
        (["--empty", "--port=9000"], 9000, True),
    ],
)
def test_words_of_up_are_read(words, port, empty):
    assert up.understood(words) == (port, empty)


@pytest.mark.parametrize(
    "words", [["--port"], ["--port", "x"], ["--port", "70000"], ["--pot", "1"], ["--emtpy"]]
)
def test_wrong_use_ends_with_two(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        up.understood(words)

    assert stopped.value.code == 2
    assert "./dev up [--port N]" in capsys.readouterr().err


def test_unknown_command_ends_with_two(dev, capsys):
    with pytest.raises(SystemExit) as stopped:
        dev.main(["fly"])

    assert stopped.value.code == 2
    assert "fly" in capsys.readouterr().err


# --- the site ----------------------------------------------------------------------------------


def test_taken_port_is_passed_over():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        assert up.free_port(taken) > taken


def test_free_port_is_taken_at_its_word():
    port = services.free_port()

    assert up.free_port(port) == port


@contextlib.contextmanager
def another_program(body):
    """A web server that answers every address with this."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("body", "ours"),
    [
        (json.dumps({"instance": "ours"}).encode(), True),
        (json.dumps({"instance": "another"}).encode(), False),
        (json.dumps(["ours"]).encode(), False),
        (b"<p>ours", False),
    ],
)
def test_only_our_own_web_is_believed(body, ours):
    with another_program(body) as port:
        assert up.answers(f"http://127.0.0.1:{port}", "ours") is ours


@contextlib.contextmanager
def site(tmp_path, port, *words, **more):
    """`./dev up` in a process of its own: the process, and what it has printed so far."""
    log = tmp_path / "up.log"
    env = projects.Project.at(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path / "var").env
    env = {**env, "ENVIRONMENT": "development", **more}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "up", "--port", str(port), *words],
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, log
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)


def wait_for(log, pattern, process):
    deadline = time.monotonic() + 90
    while not (found := re.search(pattern, log.read_text())):
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return found


def test_site_passes_over_another_program_and_stops_on_ctrl_c(tmp_path):
    with (
        another_program(b'{"status": "alive"}') as taken,
        site(tmp_path, taken, "--empty") as (
            process,
            log,
        ),
    ):
        address = wait_for(log, r"Fremmøde is up: (\S+)", process)[1]
        family = psutil.Process(process.pid).children(recursive=True)
        os.kill(process.pid, signal.SIGINT)

        assert process.wait(timeout=30) == 0
        assert f"Port {taken} is taken" in log.read_text()
        assert not address.endswith(f":{taken}")
        assert len(family) >= 4
        assert not [child for child in family if child.is_running() and child.status() != "zombie"]


def test_dying_process_ends_the_site_with_its_reason(tmp_path):
    with site(tmp_path, services.free_port(), "--empty") as (process, log):
        wait_for(log, "Fremmøde is up", process)
        family = psutil.Process(process.pid).children(recursive=True)
        worker = next(child for child in family if "worker" in child.cmdline())
        worker.kill()

        assert process.wait(timeout=30) == 1
        assert "worker ended with -9; its last words:" in log.read_text()
        assert not [child for child in family if child.is_running() and child.status() != "zombie"]


ENQUEUE = """
from django.db import transaction
from notifications import outbox
from notifications.links import SecretLink
link = SecretLink("booking", "ABC", 1, "/my/ABC/{token}/")
with transaction.atomic():
    outbox.enqueue("k", kind="k", to="anna@example.org", language="da", subject="Jeres booking",
                   text="[[booking]]", links={"booking": link})
"""


def test_letters_land_in_the_folder_of_the_embedded_post_office(tmp_path):
    with site(tmp_path, services.free_port(), "--empty") as (process, log):
        address = wait_for(log, r"Fremmøde is up: (\S+)", process)[1]
        project = projects.Project.at(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path / "var")
        project.env["ENVIRONMENT"] = "development"
        project.manage("shell", "-c", ENQUEUE)
        folder = tmp_path / "var" / "letters"
        deadline = time.monotonic() + 60
        while not (letters := list(folder.glob("*.eml"))) and time.monotonic() < deadline:
            time.sleep(0.1)

        (letter,) = [email.message_from_bytes(file.read_bytes()) for file in letters]
        link = letter.get_payload(decode=True).decode().strip()
        assert (letter["To"], letter["Subject"]) == ("anna@example.org", "Jeres booking")
        assert link.startswith(f"{address}/my/ABC/")
        assert "{token}" not in link
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        token = link.rstrip("/").rpartition("/")[2]
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(link)
        assert token not in log.read_text()


def test_letters_go_where_the_user_says(tmp_path):
    elsewhere = f"smtp://127.0.0.1:{services.free_port()}"
    with site(tmp_path, services.free_port(), "--empty", EMAIL_URL=elsewhere) as (process, log):
        wait_for(log, "Fremmøde is up", process)

        family = psutil.Process(process.pid).children(recursive=True)
        assert not [child for child in family if "config.post" in child.cmdline()]
        assert not (tmp_path / "var" / "letters").exists()


def test_demo_data_are_loaded_and_their_sign_ins_printed_below_the_address(tmp_path):
    with site(tmp_path, services.free_port()) as (process, log):
        wait_for(log, r"Fremmøde is up: \S+[^\n]*\n[^|]+@fremmoede\.example", process)


# --- manage ------------------------------------------------------------------------------------


def manage(*words, tmp_path, **more):
    env = {key: value for key, value in os.environ.items() if not projects._is_ours(key)}
    env = {**env, "VAR_DIR": str(tmp_path / "var"), **more}
    command = [sys.executable, str(SCRIPT), "manage", *words]
    return subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_manage_works_before_the_first_up(tmp_path):
    code = "import os; from workshops.models import User; print(os.getcwd(), User.objects.count())"

    done = manage("shell", "--verbosity", "0", "-c", code, tmp_path=tmp_path)

    assert (done.returncode, done.stdout) == (0, f"{tmp_path} 0\n"), done.stderr


def test_manage_passes_the_exit_code_on(tmp_path):
    code = "raise SystemExit(7)"
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"

    done = manage("shell", "--verbosity", "0", "-c", code, tmp_path=tmp_path, DATABASE_URL=url)

    assert done.returncode == 7
    assert not (tmp_path / "var" / "fremmoede.sqlite3").exists()
