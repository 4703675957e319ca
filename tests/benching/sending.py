"""Requests are sent from processes of their own, and what comes back is judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict

from tests import services
from tests.benching import load

CLIENTS = 8
LOAD_SECONDS = 300

Right = Callable[[load.Measured], bool]


class WrongError(Exception):
    """Something was answered, or left, that should not have been: the bench fails."""


def begin(plan: load.Plan) -> Callable[[], load.Measured]:
    """Begin the load; what is returned waits for its end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benching.load"],
        cwd=services.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdin.write(json.dumps(asdict(plan)))
    process.stdin.close()
    process.stdin = None

    def end() -> load.Measured:
        try:
            said, _nothing = process.communicate(timeout=LOAD_SECONDS)
        except subprocess.TimeoutExpired as error:
            process.kill()
            message = f"no end of it in {LOAD_SECONDS} s"
            raise WrongError(message) from error
        if process.returncode != 0:
            message = "the load was broken off; its own words stand above"
            raise WrongError(message)
        return load.Measured(**json.loads(said))

    return end


def measure(plan: load.Plan) -> load.Measured:
    """The load, to its end."""
    return begin(plan)()


def only(status: str, where: Callable[[str], bool] | None = None) -> Right:
    """Every answer has that status and, where it leads on, leads to such a place."""

    def right(found: load.Measured) -> bool:
        return set(found.answers) == {status} and (where is None or all(map(where, found.where)))

    return right


def dealt(requests: Sequence[str], clients: int = CLIENTS) -> list[Sequence[str]]:
    """Requests dealt out like cards."""
    return [requests[place::clients] for place in range(clients)]
