"""Tests of a browser go to two processes, and nobody waits for ever."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.dealing import Dealer

PLAIN = [f"tests/a.py::test_{number}" for number in range(30)]
LOOKS = [f"tests/browser/b.py::test_{number}" for number in range(20)]
MIXED = [test for pair in zip(PLAIN, LOOKS, strict=False) for test in pair] + PLAIN[20:]


class Process:
    """What xdist knows of one: it begins a test once it has the next one, or is told to end."""

    def __init__(self, name):
        self.name, self.waiting, self.shutting_down = name, [], False
        self.gateway = SimpleNamespace(id=name)

    def send_runtest_some(self, places):
        self.waiting += places

    def shutdown(self):
        self.shutting_down = True

    def may_begin(self):
        return len(self.waiting) > 1 or (self.waiting and self.shutting_down)


def dealt(tests, *, processes=4, crash_after=None):
    """Who has run what, in the end; a process that crashes is replaced."""
    config = SimpleNamespace(getoption={"maxschedchunk": 1, "tx": ["popen"] * processes}.get)
    config.getvalue = config.getoption
    dealer = Dealer.__new__(Dealer)
    dealer.__dict__.update(
        numnodes=processes, node2collection={}, node2pending={}, pending=[], collection=None,
        log=lambda *_said: None, config=config, maxschedchunk=1,
    )  # fmt: skip
    for number in range(processes):
        join(dealer, Process(f"gw{number}"), tests)
    dealer.schedule()
    done: dict[str, list[str]] = {}
    while any(process.may_begin() for process in dealer.nodes):
        for process in [one for one in dealer.nodes if one.may_begin()]:
            place = process.waiting.pop(0)
            done.setdefault(process.name, []).append(tests[place])
            if crash_after and sum(map(len, done.values())) == crash_after:
                dealer.remove_node(process)
                join(dealer, Process("new"), tests)
                dealer.schedule()
                break
            dealer.mark_test_complete(process, place)
        if dealer.tests_finished:
            for process in dealer.nodes:
                process.shutdown()
    return done


def join(dealer, process, tests):
    dealer.add_node(process)
    dealer.add_node_collection(process, tests)


@pytest.mark.parametrize("processes", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "tests", [MIXED, PLAIN, LOOKS, LOOKS[:3], [*LOOKS, *PLAIN], MIXED[:5], LOOKS[:1]], ids=len
)
def test_every_test_is_run_once(tests, processes):
    done = dealt(tests, processes=processes)

    assert sorted(test for ran in done.values() for test in ran) == sorted(tests)


def test_browsers_are_started_by_two_processes():
    done = dealt([*MIXED, *(f"{test}x" for test in PLAIN)])

    hosts = {name for name, ran in done.items() if any("browser" in test for test in ran)}
    assert hosts == {"gw0", "gw1"}
    assert len(done) == 4


@pytest.mark.parametrize("after", [1, 2, 3, 20, 45])
def test_who_crashed_is_replaced(after):
    done = dealt(MIXED, crash_after=after)

    assert sorted(test for ran in done.values() for test in ran) == sorted(MIXED)
