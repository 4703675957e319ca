"""The one command: the site, and that nothing is left when something goes wrong."""

import contextlib
import email
import email.policy
import http.server
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import psutil
import pytest

from config import up
from tests import patience, projects, services

SCRIPT = services.ROOT / "dev"


# --- the site ----------------------------------------------------------------------------------


def test_taken_port_is_passed_over():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with up.listen(taken) as door:
            assert up.port_of(door) > taken


def test_free_port_is_taken_at_its_word_and_nobody_else_gets_it():
    port = services.free_port()

    with up.listen(port) as door, up.listen(port) as other:
        assert up.port_of(door) == port
        assert up.port_of(other) > port


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
            process.wait()


@pytest.fixture
def migrated(django_db_blocker, shared_folder, tmp_path):
    """The site's database as an earlier `./dev up` has left it: migrating takes longest."""
    with django_db_blocker.unblock():
        projects.fresh_sqlite(tmp_path, shared_folder).rename(tmp_path / "db.sqlite3")


def family_of(process):
    return psutil.Process(process.pid).children(recursive=True)


def is_alive(child):
    return child.is_running() and child.status() != "zombie"


def wait_for(log, pattern, process):
    def look():
        ended = process.poll() is not None
        found = re.search(pattern, log.read_text())
        assert found or not ended, log.read_text()
        return found

    return patience.until(look, log.read_text, of=[process.pid])


ENQUEUE = """
from django.db import transaction
from notifications import kinds, outbox
from notifications.links import SecretLink
link = SecretLink("booking", "ABC", 1, "/my/ABC/{token}/")
with transaction.atomic():
    facts = kinds.find("confirmed").sample_in("da")
    outbox.enqueue("k", kind="confirmed", to="anna@example.org", language="da", facts=facts,
                   links={"booking": link})
"""


# A site takes a dozen seconds of processor time to come up: three are all there are here.


@pytest.mark.usefixtures("migrated")
def test_site_passes_over_another_program_sends_letters_and_stops_on_ctrl_c(tmp_path):
    with (
        another_program(b'{"status": "alive"}') as taken,
        site(tmp_path, taken, "--empty") as (process, log),
    ):
        address = wait_for(log, r"Fremmøde is up: (\S+)", process)[1]
        check_letter(tmp_path, address, log)
        family = family_of(process)
        os.kill(process.pid, signal.SIGINT)

        assert process.wait() == 0
        assert f"Port {taken} is taken" in log.read_text()
        assert not address.endswith(f":{taken}")
        assert len(family) >= 4
        assert not any(is_alive(child) for child in family)


def check_letter(tmp_path, address, log):
    """A letter lands in the folder of the embedded post office; its secret is in no log."""
    project = projects.Project.at(f"sqlite:///{tmp_path / 'db.sqlite3'}", tmp_path / "var")
    project.env["ENVIRONMENT"] = "development"
    project.manage("shell", "-c", ENQUEUE)
    folder = tmp_path / "var" / "letters"
    (file,) = patience.until(lambda: list(folder.glob("*.eml")), log.read_text)

    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    text = letter.get_body(("plain",)).get_content()
    assert letter["To"] == "anna@example.org"
    assert letter["Subject"].strip().startswith("Booking bekræftet: ")
    (link,) = re.findall(rf"{address}/my/ABC/\S+", text)
    assert "{token}" not in link
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    token = link.rstrip("/").rpartition("/")[2]
    with contextlib.suppress(urllib.error.HTTPError):
        urllib.request.urlopen(link)
    assert token not in log.read_text()


@pytest.mark.usefixtures("migrated")
def test_dying_process_ends_a_site_whose_letters_go_elsewhere(tmp_path):
    elsewhere = f"smtp://127.0.0.1:{services.free_port()}"
    with site(tmp_path, services.free_port(), "--empty", EMAIL_URL=elsewhere) as (process, log):
        wait_for(log, "Fremmøde is up", process)
        family = family_of(process)
        assert not [child for child in family if "config.post" in child.cmdline()]
        assert not (tmp_path / "var" / "letters").exists()

        next(child for child in family if "worker" in child.cmdline()).kill()

        assert process.wait() == 1
        assert "worker ended with -9; its last words:" in log.read_text()
        assert not any(is_alive(child) for child in family)


def test_demo_data_are_loaded_and_their_sign_ins_printed_below_the_address(tmp_path):
    with site(tmp_path, services.free_port()) as (process, log):
        wait_for(log, r"Fremmøde is up: \S+[^\n]*\n[^|]+@fremmoede\.example", process)
        wait_for(log, r"celery\S* ready", process)

        assert not re.findall(r".*(?:WARNING|ERROR|CRITICAL|Traceback).*", log.read_text())


# --- manage ------------------------------------------------------------------------------------


def manage(*words, tmp_path, **more):
    env = {key: value for key, value in os.environ.items() if not projects._is_ours(key)}
    env = {**env, "VAR_DIR": str(tmp_path / "var"), **more}
    command = [sys.executable, str(SCRIPT), "manage", *words]
    return subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )


def test_manage_works_before_the_first_up(tmp_path):
    code = "import os; from workshops.models import User; print(os.getcwd(), User.objects.count())"

    done = manage("shell", "--verbosity", "0", "-c", code, tmp_path=tmp_path)

    assert (done.returncode, done.stdout) == (0, f"{tmp_path} 0\n"), done.stderr


@pytest.mark.parametrize("given", ["DATABASE_URL", "DATABASE_URL_FILE"])
def test_manage_py_with_a_database_is_in_production_like_its_servers(tmp_path, given):
    """Else it would load demo data into what the servers serve."""
    env = {key: value for key, value in os.environ.items() if not projects._is_ours(key)}
    url, file = f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path / "url"
    file.write_text(url)
    env[given] = url if given == "DATABASE_URL" else str(file)

    done = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=projects.ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "SECRET_KEY is missing" in done.stderr
    assert not (tmp_path / "own.sqlite3").exists()


def test_manage_passes_the_exit_code_on(tmp_path):
    code = "raise SystemExit(7)"
    url = f"sqlite:///{tmp_path / 'own.sqlite3'}"

    done = manage("shell", "--verbosity", "0", "-c", code, tmp_path=tmp_path, DATABASE_URL=url)

    assert done.returncode == 7
    assert not (tmp_path / "var" / "fremmoede.sqlite3").exists()
