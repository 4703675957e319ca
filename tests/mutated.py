"""A plugin of pytest: collects once, then runs the tests in a child of its own for each mutant.

A child is a copy of this process, so that nothing is imported or collected twice; it opens a
database of its own. The first failure ends it: the mutant is killed.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import mutating
from tests.services import ROOT

KILLED, SURVIVED, BROKEN = 10, 11, 12
ENOUGH = 4  # times the processor time of the tests without a mutant; more is a loop without end


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """The task stands in a file: {"module": path, "only": [names], "numbers": [n], "out": path}."""
    task = json.loads(Path(os.environ["FREMMOEDE_MUTANTS"]).read_text())
    source = (ROOT / task["module"]).read_text(encoding="utf-8")
    module = importlib.import_module(task["module"].removesuffix(".py").replace("/", "."))
    rows = mutating.mutants(source, only=frozenset(task["only"]))
    before = _used_by_children()
    if _in_a_child(session, lambda: None, seconds=1800) != SURVIVED:
        pytest.exit("the tests fail without any mutant", returncode=3)
    seconds = int(ENOUGH * (_used_by_children() - before)) + 20
    with Path(task["out"]).open("a") as out:
        for number in task["numbers"]:
            mutant = rows[number]
            code = _in_a_child(session, lambda: mutating.put_in(mutant, module), seconds=seconds)  # noqa: B023
            row = {"number": number, "line": mutant.line, "what": mutant.what, "end": code}
            print(json.dumps(row), file=out, flush=True)
    return True


def _used_by_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _in_a_child(session: pytest.Session, prepare: Callable[[], None], *, seconds: int) -> int:
    """How the tests ended in a copy of this process; a copy that was killed by a signal: KILLED."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else KILLED
    code = BROKEN
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        prepare()
        code = KILLED if _fails(session) else SURVIVED
    finally:
        os._exit(code)


def _fails(session: pytest.Session) -> bool:
    """Runs what was collected, up to the first failure; fixtures of the session end with the last."""
    items = session.items
    for at, item in enumerate(items):
        following = items[at + 1] if at + 1 < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            session._setupstate.teardown_exact(None)  # the database is dropped
            return True
    return False
