"""The bench itself: a town, its web, a bare view beside it, and one way to take a figure of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests.benching import cost, load, turns
from tests.benching import stand as stands
from tests.benching.sending import CLIENTS, Right, WrongError, measure, only
from tests.projects import Project

CSRF = "b" * 32
SECURE = {"X-Forwarded-Proto": "https", "Origin": "https://localhost"}


@dataclass(frozen=True)
class Sample:
    """One measurement: answers a second, and processor milliseconds for each of them."""

    rate: float
    web: float = 0
    database: float = 0
    measured: load.Measured = field(default_factory=load.Measured)

    @property
    def work(self) -> float:
        """Of web and database together."""
        return self.web + self.database


@dataclass
class Bench:
    """What every line of the table needs; *quick* runs are for trying the bench itself."""

    stand: stands.Stand
    project: Project
    web: stands.Server
    bare: stands.Server
    about: dict[str, Any]  # what the town answered when it was made
    quick: bool = False
    table: list[tuple[str, str, str]] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)
    _clients: int = 0

    @property
    def rounds(self) -> int:
        """How often each measurement is repeated."""
        return 2 if self.quick else turns.ROUNDS

    @property
    def seconds(self) -> float:
        """How long one measurement takes."""
        return 1 if self.quick else 3

    def note(self, what: str, found: str, beside: str = "") -> None:
        """A line of the table; said at once, since the whole takes minutes."""
        self.table.append((what, found, beside))
        print(f"{what:<34} {found:<44} {beside}".rstrip(), flush=True)

    def inside(self, *words: object) -> Any:
        """A word of the town; see inside/__main__.py."""
        return stands.inside(self.project, *words)

    def ask(self, question: str) -> int:
        """One number from the database."""
        with psycopg.connect(self.project.database_url) as session:
            return session.execute(question).fetchone()[0]

    # --- requests --------------------------------------------------------------------------

    def client(self) -> dict[str, str]:
        """Headers of somebody new, as our own proxy passes them on."""
        self._clients += 1
        high, low = divmod(self._clients, 250)
        return {**SECURE, "X-Forwarded-For": f"10.{high // 250}.{high % 250}.{low}"}

    def post(self, path: str, *, cookie: str = "", body: str = "") -> str:
        """The text of a POST that passes every guard."""
        cookies = f"__Host-csrf={CSRF}" + (f"; {cookie}" if cookie else "")
        form = f"csrfmiddlewaretoken={CSRF}" + (f"&{body}" if body else "")
        return load.request("POST", path, headers={**self.client(), "Cookie": cookies}, body=form)

    def get(self, path: str, *, cookie: str = "") -> str:
        """The text of a GET."""
        headers = {**self.client(), "Accept-Encoding": "identity"}
        return load.request("GET", path, headers=headers | ({"Cookie": cookie} if cookie else {}))

    def buttons(self, number: int, where: str, *words: str) -> list[str]:
        """POSTs of the last button of that many new forms."""
        return [
            self.post(f"/book/{token}/check/")
            for token in self.inside("forms", number, where, *words)
        ]

    # --- measurements ----------------------------------------------------------------------

    def sample(self, server: stands.Server, plan: load.Plan, *, right: Right) -> Sample:
        """Send it all and see what it cost. What is answered must be *right*."""
        roots = (server.pid, cost.of_service(self.stand.postgres))
        before = [cost.processor(root) for root in roots]
        found = measure(plan)
        used = [cost.processor(root) - then for root, then in zip(roots, before, strict=True)]
        number = sum(found.answers.values())
        if not number or not right(found):
            message = f"answers {found.answers}, leading to {found.where}"
            raise WrongError(message)
        web, database = (1000 * seconds / number for seconds in used)
        return Sample(found.rate, web, database, found)

    def bare_view(self) -> Sample:
        """The bare view for a moment."""
        plan = load.Plan(
            port=self.bare.port,
            clients=[[self.get("/")] for _client in range(CLIENTS)],
            seconds=self.seconds / 2,
            again=True,
        )
        return self.sample(self.bare, plan, right=only("200"))

    def compare(
        self, name: str, ours: Callable[[], Sample], *, aim: float, pgbench: Any = None
    ) -> None:
        """Ours in turns with the bare view, and with pgbench where there is one; *aim* in percent."""
        measures = {"ours": ours, "bare": self.bare_view}
        found = turns.in_turns(measures | ({"pgbench": pgbench} if pgbench else {}), self.rounds)
        rates = {who: [sample.rate for sample in samples] for who, samples in found.items()}
        share = turns.ratio(rates["ours"], rates["bare"]).times(100)
        middle = {who: turns.Spread.of(values) for who, values in rates.items()}
        self.rates[name] = middle["ours"].median
        self.note(name, f"{share:.1f} % of a bare view", aimed(share.median, aim, "%", least=True))
        self.note("  a second", f"{middle['ours']:.0f}", f"bare view {middle['bare']:.0f}")
        work = {who: [sample.work for sample in samples] for who, samples in found.items()}
        share = turns.ratio(work["bare"], work["ours"]).times(100)
        self.note("  by processor time", f"{share:.1f} % of a bare view", "steadier than the clock")
        web = turns.Spread.of([sample.web for sample in found["ours"]])
        database = turns.Spread.of([sample.database for sample in found["ours"]])
        self.note("  processor time each, ms", f"web {web:.1f}, database {database:.1f}")
        if pgbench:
            beside = turns.ratio(rates["ours"], rates["pgbench"]).times(100)
            self.note(
                "  of pgbench, same statements",
                f"{beside:.1f} %",
                f"{middle['pgbench']:.0f} a second",
            )


def aimed(value: float, aim: float, unit: str, *, least: bool = False) -> str:
    """The aim, and whether it is reached: at *least* so much, or at most."""
    reached = value >= aim if least else value <= aim
    sign = "≥" if least else "≤"
    return f"aim {sign} {aim:g} {unit}: {'reached' if reached else 'not reached'}"
