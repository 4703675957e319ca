"""The site on one's own machine, started by ./dev up. Standard library only.

./dev up [--port N] [--empty]

Web, worker, beat and post office; whatever ends one ends all. Letters stay on this machine, under
/manage/letters/, unless EMAIL_URL is set. --empty leaves out the demo data.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120
# Whose site the demo data are shown on; what the user has set wins.
DEMO_TOWN = {
    "BRAND_OWNER": "Eksempelby Kommune",
    "BRAND_ADDRESS": "Rådhuspladsen 1, 9999 Eksempelby",
    "BRAND_PHONE": "80 00 12 34",
    "BRAND_EMAIL": "workshops@eksempelby.example",
}
USAGE = 2


def say(text: str) -> None:
    """Tell what is going on, beside what the programs print."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def show(text: str) -> None:
    """Print what people came for."""
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.write(text)
        sys.stdout.flush()


# --- the processes -----------------------------------------------------------------------------


class Child:
    """A process whose lines are printed with its name, and whose last ones are remembered.

    A quiet one keeps its lines until somebody asks. One with a door gets that listening socket, by
    the number in its words; the door is its own from then on.
    """

    def __init__(
        self,
        name: str,
        words: Sequence[object],
        env: dict[str, str],
        *,
        door: socket.socket | None = None,
        quiet: bool = False,
    ) -> None:
        self.name, self.quiet = name, quiet
        self.said: deque[str] = deque(maxlen=200 if quiet else 20)
        self.process = subprocess.Popen(  # noqa: S603 - our own programs, by design
            [sys.executable, "-m", *map(str, words)],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if quiet else subprocess.STDOUT,  # what goes wrong is seen at once
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches us alone; we end the others in order
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it only asks the kernel
            pass_fds=[door.fileno()] if door else [],
        )
        if door:
            door.close()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        """Pass on what the process says."""
        for line in self.process.stdout or ():
            self.said.append(line)
            if not self.quiet:
                show(f"{self.name:<6} | {line}")

    def has_ended(self) -> bool:
        """Say whether it has; all it said is there then."""
        if self.process.poll() is None:
            return False
        self.reader.join(timeout=2)
        return True

    def end(self, deadline: float) -> None:
        """Wait for it to end, then end whoever is left in its group."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.reader.join(timeout=2)


_KERNEL = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def end_with_parent() -> None:
    """On Linux a child is told to end when we die, even by kill -9."""
    if _KERNEL:
        _KERNEL.prctl(1, signal.SIGTERM)


def web(door: socket.socket) -> list[str]:
    """The web; who asks before the tables are there waits at the door."""
    gunicorn = f"gunicorn config.wsgi --bind fd://{door.fileno()} --worker-class gthread"
    return [*gunicorn.split(), "--workers", "1", "--threads", "8", "--no-control-socket"]


def back(var: Path) -> Iterator[tuple[str, list[str]]]:
    """Programs that look into the tables at once."""
    quiet = "-Q booking,mail,rollup --without-gossip --without-mingle --without-heartbeat"
    yield "worker", [*f"config.jobs worker -P threads -c 4 -l INFO {quiet}".split()]
    yield "beat", ["config.jobs", "beat", "-l", "WARNING", "-s", str(var / "beat-schedule")]


# --- the site ----------------------------------------------------------------------------------


class Site:
    """The processes of one start, in the order they were started."""

    def __init__(self, door: socket.socket, *, empty: bool) -> None:
        self.var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
        self.address, self.instance = f"http://127.0.0.1:{port_of(door)}", secrets.token_hex(8)
        self.door, self.empty = door, empty
        self.children: list[Child] = []
        self.preparing: Child | None = None
        self.sign_ins = ""
        self.is_to_stop = False
        chosen = {"SITE_URL": self.address, "PYTHONWARNINGS": "ignore"}
        chosen |= {} if empty else DEMO_TOWN
        self.env = {**chosen, **os.environ, "FREMMOEDE_INSTANCE": self.instance}

    def start(self) -> None:
        """Start the post office, unless letters go elsewhere, and what makes the tables."""
        if not {"EMAIL_URL", "EMAIL_URL_FILE"} & set(os.environ):
            door = listen(2525)
            self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{port_of(door)}"
            post = ["config.post", door.fileno(), self.var / "letters"]
            self.children.append(Child("post", post, self.env, door=door))
        words = ["config.prepare", *(["--empty"] if self.empty else [])]
        self.preparing = Child("first", words, self.env, quiet=True)

    def ask_to_stop(self, *_: object) -> None:
        """Take note of a signal; raised from here, it could be swallowed by whatever runs now."""
        self.is_to_stop = True

    def watch(self) -> int:
        """Announce the address once all is ready; return 1 when a process has ended."""
        is_announced, deadline = False, time.monotonic() + READY_SECONDS
        while not self.is_to_stop:
            if self.preparing and self.preparing.has_ended() and not self.go_on():
                return 1
            for child in self.children:
                if child.has_ended():
                    return last_words(child)
            if not is_announced and not self.preparing and answers(self.address, self.instance):
                is_announced = True
                self.announce()
            if not is_announced and time.monotonic() > deadline:
                say(f"\n{self.address}/healthz did not answer within {READY_SECONDS} seconds.")
                return 1
            time.sleep(0.05 if not is_announced else 0.2)
        say("\nStopping …")
        return 0

    def go_on(self) -> bool:
        """Start the rest when the tables are ready; say what went wrong when they are not."""
        prepared, self.preparing = self.preparing, None
        if prepared is None or prepared.process.returncode != 0:
            return bool(prepared and last_words(prepared) == 0)
        self.sign_ins = "".join(prepared.said)
        self.children.append(Child("web", web(self.door), self.env, door=self.door))
        self.children += [Child(*program, self.env) for program in back(self.var)]
        return True

    def announce(self) -> None:
        """Print the address and who may sign in."""
        show(f"\nFremmøde is up: {self.address}   (Ctrl-C stops it)\n{self.sign_ins}\n")

    def stop(self) -> None:
        """End everything, the last one first."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        everybody = [*self.children, *([self.preparing] if self.preparing else [])]
        for child in reversed(everybody):
            with contextlib.suppress(ProcessLookupError):
                child.process.terminate()
        deadline = time.monotonic() + 10
        for child in reversed(everybody):
            child.end(deadline)


def last_words(child: Child) -> int:
    """Say how a process ended and what it said before; return the exit code of ours."""
    last = "".join(f"    {line}" for line in child.said)
    say(f"\n{child.name} ended with {child.process.returncode}; its last words:\n{last}")
    return 1


def answers(address: str, instance: str) -> bool:
    """Whether it is our own web that answers, and not another program on the port."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310 - ours
            return bool(json.load(answer).get("instance") == instance)
    except (OSError, ValueError, AttributeError):
        return False


# --- the command line --------------------------------------------------------------------------


def understood(arguments: Sequence[str]) -> tuple[int, bool]:
    """Return the port and whether the demo data are left out; wrong use ends with 2."""
    words = " ".join(arguments).replace("=", " ").split()
    empty = "--empty" in words
    words = [word for word in words if word != "--empty"] or ["--port", "8000"]
    if len(words) != 2 or words[0] != "--port" or not words[1].isdigit() or int(words[1]) > 65535:
        say(f"Not understood: {' '.join(arguments)}\n\n{__doc__}")
        sys.exit(USAGE)
    return int(words[1]), empty


def listen(wanted: int) -> socket.socket:
    """Listen on the first port from *wanted* on that nobody has; from now on nobody else gets it.

    Who connects before the program behind it is ready waits for it.
    """
    for port in range(wanted, min(wanted + 100, 65536)):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            door.bind(("127.0.0.1", port))
            door.listen(128)
            return door
        door.close()
    sys.exit(f"No free port between {wanted} and {wanted + 99}.")


def port_of(door: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(door.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    """Start everything, watch it, end it."""
    wanted, empty = understood(arguments)
    door = listen(wanted)
    if wanted not in {0, port_of(door)}:
        say(f"Port {wanted} is taken by another program; {port_of(door)} is used.")
    site = Site(door, empty=empty)
    for wish in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wish, site.ask_to_stop)
    try:
        site.start()
        return site.watch()
    finally:
        site.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
