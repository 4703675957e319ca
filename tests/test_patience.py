"""A time-out says hung, never slow: what works, or waits for its turn to work, is waited for."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from tests import patience

IDLE = "import time; time.sleep(600)"
BUSY = "while True: pass"
PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"


@pytest.fixture
def process():
    """`process(code)`: a process of Python with that code, in a group of its own."""
    started = []

    def start(code):
        command = [sys.executable, "-c", code]
        started.append(subprocess.Popen(command, start_new_session=True))
        return started[-1].pid

    yield start
    for one in started:
        os.killpg(one.pid, signal.SIGKILL)
        one.wait()


def counted(pid, *, seconds=3.0):
    """(idle, busy, passed) of a process that has been up for a moment."""
    time.sleep(2)
    clock, began = patience.Clock([pid]), time.monotonic()
    time.sleep(seconds)
    clock.look()
    return clock.idle, clock.busy, time.monotonic() - began


def test_sleeper_is_idle(process):
    idle, busy, passed = counted(process(IDLE))

    assert idle > 0.8 * passed
    assert busy < 0.2 * passed


@pytest.mark.parametrize("code", [BUSY, PARENT])
def test_worker_is_not_idle_nor_is_the_parent_that_waits_for_it(process, code):
    idle, busy, passed = counted(process(code))

    assert idle < 0.5 * passed
    assert busy > 0


def test_worker_that_gets_a_fifth_of_a_processor_is_not_idle(process):
    """Ten at once, all on one processor: each waits for its turn most of the time."""
    pids = [process(BUSY) for _ in range(10)]
    for pid in pids:
        os.sched_setaffinity(pid, {min(os.sched_getaffinity(0))})

    idle, busy, passed = counted(pids[0])

    assert busy < 0.5 * passed
    assert idle < 0.5 * passed


@pytest.mark.postgres
def test_server_that_works_for_this_process_is_no_idling(own_database):
    pid = os.getpid()
    clock, began = patience.Clock([pid]), time.monotonic()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM generate_series(1, 20000000)")
    clock.look()

    assert clock.idle < 0.5 * (time.monotonic() - began)
    assert own_database in patience.DATABASES


def test_what_comes_is_handed_over():
    rows = iter([None, 0, "came"])

    assert patience.until(lambda: next(rows), "it does not come") == "came"


def test_what_nobody_works_for_is_given_up_with_its_reason(process):
    pid = process(IDLE)

    with pytest.raises(patience.HungError, match=r"idle \d+ s, busy \d+ s: the letter"):
        patience.until(lambda: None, lambda: "the letter", of=[pid], idle=2)


def test_work_without_end_is_given_up(process):
    with pytest.raises(patience.HungError, match="it does not come"):
        patience.until(lambda: None, "it does not come", of=[process(BUSY)], idle=600, busy=0.5)


@pytest.fixture
def bell():
    """What stands at SIGALRM and its timer is put back: it is this test's own time-out."""
    handler = signal.getsignal(signal.SIGALRM)
    timer = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, *timer)


def test_alarm_rings_for_a_test_that_hangs(bell):
    def fail():
        raise patience.HungError

    patience.alarm(fail, idle=0.5, every=0.2)

    with pytest.raises(patience.HungError):
        threading.Event().wait(60)


def test_alarm_that_is_called_off_is_silent(bell):
    patience.alarm(pytest.fail, idle=0, every=0.1)()

    time.sleep(0.5)
