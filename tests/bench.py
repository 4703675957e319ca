"""How fast it is, on private PostgreSQL and Redis, gunicorn with two workers. ./dev bench [--quick]

Everything is on this machine, bounded in time and count, and thrown away afterwards: the clients,
the database and the web share its cores, so the ratios say more than the figures.
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
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil

from tests import mailbox, projects, services
from tests.benching import lists, load, pgbench

CSRF = "b" * 32
SECURE = {"X-Forwarded-Proto": "https", "Origin": "https://localhost"}
WEB = "gunicorn {app} --bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 4"
WORKER = "celery -q -A config worker -P threads -c 4 -l WARNING -Q booking,mail,rollup"


@dataclass
class Bench:
    """The town that is measured, its servers, and the lines of the table."""

    project: projects.Project
    database: str
    scale: float
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    _address: int = 0

    def note(self, what: str, value: str, beside: str = "") -> None:
        """A line of the table; said at once, since the whole takes minutes."""
        self.lines.append((what, value, beside))
        print(f"{what:<52} {value:>16}   {beside}", flush=True)

    def town(self, *words: object) -> Any:
        """Rows of the town; see town.py."""
        command = [sys.executable, "-m", "tests.benching", *map(str, words)]
        done = subprocess.run(
            command,
            cwd=services.ROOT,
            env=self.project.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stdout[-500:] + done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    def number(self, wanted: int) -> int:
        """A count, cut down for a quick look."""
        return max(8, int(wanted * self.scale))

    def client(self) -> dict[str, str]:
        """Headers of somebody new, as our own proxy passes them on."""
        self._address += 1
        high, low = divmod(self._address, 65_000)
        return {**SECURE, "X-Forwarded-For": f"10.{high}.{low // 256}.{low % 256}"}

    def post(self, path: str, *, cookie: str = "", body: str = "") -> str:
        """The text of a POST that passes every guard."""
        cookies = f"__Host-csrf={CSRF}" + (f"; {cookie}" if cookie else "")
        form = f"csrfmiddlewaretoken={CSRF}" + (f"&{body}" if body else "")
        return load.request("POST", path, headers={**self.client(), "Cookie": cookies}, body=form)

    def get(self, path: str, *, cookie: str = "") -> str:
        """The text of a GET."""
        headers = {**self.client(), "Accept-Encoding": "identity"}
        return load.request("GET", path, headers=headers | ({"Cookie": cookie} if cookie else {}))


@contextlib.contextmanager
def town(scale: float) -> Iterator[Bench]:
    """Services, a migrated and filled database, production settings."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fm-bench-")))
        postgres = stack.enter_context(services.Postgres(durable=True))
        redis = stack.enter_context(services.Redis())
        sink = stack.enter_context(mailbox.serving(mailbox.Sink()))
        database = projects.at_database(postgres.url(), "bench")
        projects.administer(postgres.url(), "CREATE DATABASE bench")
        project = stack.enter_context(
            projects.Project.at(
                database,
                folder,
                ENVIRONMENT="production",
                SECRET_KEY="bench-" * 10,
                REDIS_URL=redis.url(),
                EMAIL_URL=f"smtp://127.0.0.1:{sink.port}",
                ALLOWED_HOSTS="localhost",
                SITE_URL="https://localhost",
                TRUSTED_PROXY_COUNT="1",
                SECURE_SSL_REDIRECT="0",
                DB_POOL="6",
            )
        )
        project.manage("collectstatic", "--noinput", "--verbosity", "0")
        project.manage("migrate", "--verbosity", "0")
        bench = Bench(project, database, scale)
        bench.town("town")
        yield bench


def serve(bench: Bench, app: str = "config.wsgi", **env: str) -> int:
    """A web of two processes on a free port, once it answers."""
    port = services.free_port()
    before, bench.project.env = bench.project.env, {**bench.project.env, **env}
    bench.project.start(*WEB.format(app=app, port=port).split(), "--no-control-socket")
    bench.project.env = before
    asked = urllib.request.Request(
        f"http://127.0.0.1:{port}/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"}
    )
    for _attempt in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=5) as answer:
            if answer.status == 200:
                return port
        time.sleep(0.1)
    message = f"{app} does not answer"
    raise RuntimeError(message)


def measure(port: int, clients: list[list[str]], *, seconds: float = 0) -> load.Measured:
    """The load, from a process of its own."""
    plan = json.dumps(asdict(load.Plan(port=port, clients=clients, seconds=seconds)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.benching.load"],
        input=plan,
        cwd=services.ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-2000:])
    return load.Measured(**json.loads(done.stdout))


def dealt(requests: list[str], clients: int) -> list[list[str]]:
    """Requests dealt out like cards."""
    return [requests[place::clients] for place in range(clients)]


# --- what is measured --------------------------------------------------------------------------


def bookings(bench: Bench, port: int) -> dict[tuple[str, int], float]:
    """Whole POSTs of the last button: the form is found, the seats handed over, letters written."""
    rates = {}
    for where, about in (("wide", "200 sessions"), ("hot", "one session")):
        for clients, wanted in ((1, 400), (8, 1600), (32, 1600)):
            tokens = bench.town("forms", bench.number(wanted), where)
            posts = [bench.post(f"/book/{token}/check/") for token in tokens]
            found = measure(port, dealt(posts, clients))
            assert found.answers == {"302": len(posts)}, found
            rates[about, clients] = found.rate
            bench.note(
                f"bookings/s, {about}, {clients} clients",
                f"{found.rate:.0f}",
                f"median {1000 * found.median:.0f} ms, slowest {1000 * found.slowest:.0f} ms",
            )
    return rates


def beside(bench: Bench, rates: dict[tuple[str, int], float]) -> None:
    """The same statements by pgbench: what the database alone could do."""
    seen = bench.town("statements")
    bench.note("statements of one booking", str(len(seen["statements"])), "beside BEGIN and COMMIT")
    program = (services.find_postgres() or Path()) / "pgbench"
    if not program.exists():
        bench.note("the same by pgbench", "-", "this PostgreSQL comes without pgbench")
        return
    first = seen["first_session"]
    for about, session in (
        ("200 sessions", f"{first} + :n % 200"),
        ("one session", seen["session"]),
    ):
        text = pgbench.script(
            seen["statements"],
            numbers={
                seen["draft"]: ":n",
                seen["booking"]: ":booking_id",
                seen["session"]: ":session",
            },
            unique=seen["unique"],
            setup=["\\set n random(1, 2000000000)", f"\\set session {session}"],
        )
        file = bench.project.var / "booking.sql"
        file.write_text(text)
        for clients in (1, 8, 32):
            rate = pgbench.run(program, bench.database, file, clients=clients, seconds=5)
            ours = rates[about, clients]
            bench.note(
                f"pgbench, {about}, {clients} clients",
                f"{rate:.0f}",
                f"ours is {100 * ours / rate:.0f} % of it",
            )


def pages(bench: Bench, port: int) -> None:
    """Catalogue and workshop page beside a view that does nothing."""
    seconds = 4 if bench.scale >= 1 else 1
    slug = bench.town("slug")
    bench.town("set", "paused")
    rates, size = {}, 0
    for name, path in (("catalogue", "/"), ("workshop page", f"/workshops/{slug}/")):
        found = measure(port, [[bench.get(path)] for _client in range(8)], seconds=seconds)
        assert set(found.answers) == {"200"}, found
        rates[name], size = found.rate, max(size, found.bytes_each)
        bench.note(f"{name}, pages/s, 8 clients", f"{found.rate:.0f}", f"{found.bytes_each} bytes")
    bare = serve(bench, "tests.benching.bare", BARE_BYTES=str(size))
    found = measure(bare, [[bench.get("/")] for _client in range(8)], seconds=seconds)
    shares = ", ".join(f"{name} {100 * rate / found.rate:.0f} %" for name, rate in rates.items())
    bench.note("bare Django view, pages/s, 8 clients", f"{found.rate:.0f}", shares)
    bench.town("set", "published")


def race(bench: Bench, port: int) -> None:
    """200 forms without seats of their own for 25 seats, all at once."""
    tokens = bench.town("forms", 200, "race")
    found = measure(port, [[bench.post(f"/book/{token}/check/")] for token in tokens])
    assert found.answers == {"302": 25, "409": 175}, found.answers
    bench.note("200 for 25 seats, first to last answer, s", f"{found.seconds:.2f}", "25 and 175")


def counts(bench: Bench, port: int) -> None:
    """Whole POSTs of the facilitator's count page."""
    made = bench.town("counts", bench.number(400))
    posts = [
        bench.post(row["path"], cookie=made["cookie"], body=row["body"]) for row in made["rows"]
    ]
    found = measure(port, dealt(posts, 8))
    assert found.answers == {"302": len(posts)}, found
    bench.note("counts/s, 8 clients", f"{found.rate:.0f}", f"median {1000 * found.median:.0f} ms")


def export(bench: Bench, port: int) -> None:
    """The bookings as CSV."""
    made = bench.town("history", 11_000)
    path = made["path"]
    once = measure(port, [[bench.get(path, cookie=made["cookie"])]])
    found = measure(port, [[bench.get(path, cookie=made["cookie"])]])
    assert found.answers == {"200": 1}, found
    bench.note(
        "CSV of 11,000 bookings, s", f"{found.seconds:.2f}", f"{found.bytes_each} bytes; first time "
        f"{once.seconds:.2f} s",
    )  # fmt: skip


def letters(bench: Bench) -> None:
    """What the worker weighs once it has delivered the letters of the run."""
    waiting = bench.town("letters")
    worker = bench.project.start(*WORKER.split(), "--without-gossip", "--without-mingle")
    began, left = time.monotonic(), waiting
    bench.town("ring")
    while left and time.monotonic() - began < 120:
        time.sleep(2)
        bench.town("ring")
        left = bench.town("letters")
    seconds = time.monotonic() - began
    whole = psutil.Process(worker.pid)
    family = [whole, *whole.children(recursive=True)]
    memory = sum(process.memory_info().rss for process in family) / 1_000_000
    bench.note("letters/s of one worker", f"{(waiting - left) / seconds:.0f}", f"{left} left")
    bench.note("memory of the worker after the run, MB", f"{memory:.0f}", f"{len(family)} process")


def main(arguments: list[str]) -> int:
    """The whole table; or `lists [--tree CHECKOUT]`: the staff's pages at two sizes."""
    if arguments[:1] == ["lists"]:
        lists.main(Path(arguments[2] if arguments[1:2] == ["--tree"] else services.ROOT).resolve())
        return 0
    if set(arguments) - {"--quick"}:
        print(__doc__)
        return 2
    with town(0.2 if arguments else 1.0) as bench:
        port = serve(bench)
        measure(port, [[bench.get("/")] * 50] * 8)  # warm
        beside(bench, bookings(bench, port))
        pages(bench, port)
        race(bench, port)
        counts(bench, port)
        export(bench, port)
        letters(bench)
        services.ROOT.joinpath("var", "bench.json").write_text(json.dumps(bench.lines, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
