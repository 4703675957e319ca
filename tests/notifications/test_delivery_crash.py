"""Delivery by a worker killed around the server's answer: once more, never twice more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from notifications import delivery
from notifications.delivery import Delivered
from notifications.models import Notice
from tests import projects
from tests.notifications.letters import write

CRASH = """
import os, signal, django
django.setup()
from notifications import delivery, smtp
{place} = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)
delivery.deliver_due()
"""


@pytest.fixture
def worker_env(own_database, request, tmp_path):
    """The environment of a process with this test's database and a mail server on a port."""
    address = f"sqlite:///{own_database}"
    if connection.vendor == "postgresql":
        address = projects.at_database(request.getfixturevalue("postgres_server"), own_database)
    return lambda port: {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "ENVIRONMENT": "test",
        "DATABASE_URL": address,
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "VAR_DIR": str(tmp_path / "var"),
    }


@pytest.mark.parametrize(("place", "copies"), [("delivery.mark_sent", 2), ("smtp.build", 1)])
def test_kill_around_the_servers_answer(own_database, sink, worker_env, place, copies):
    """Killed after 250: exactly one repeat, the same to the eye. Killed before it: one copy."""
    notice = write(now=timezone.now())

    worker = subprocess.run(
        [sys.executable, "-c", CRASH.format(place=place)],
        env=worker_env(sink.port),
        cwd=projects.ROOT,
        check=False,
    )
    caught = Notice.objects.get()
    too_early = delivery.deliver_due(now=timezone.now())
    healed = delivery.deliver_due(now=timezone.now() + delivery.LEASE)
    after = delivery.deliver_due(now=timezone.now() + 2 * delivery.LEASE)

    assert worker.returncode == -signal.SIGKILL
    assert (caught.state, caught.attempts) == ("sending", 1)
    assert (too_early, healed, after) == (Delivered(), Delivered(sent=1), Delivered())
    assert len(sink.letters) == copies
    assert {letter["Message-ID"] for letter in sink.letters} == {notice.message_id}
    assert len({_visible(letter) for letter in sink.letters}) == 1
    assert Notice.objects.get().state == "sent"


def _visible(letter) -> tuple[object, ...]:
    """Everything but the boundary between the parts."""
    headers = [(name, str(value)) for name, value in letter.items() if name != "Content-Type"]
    return (*headers, *(part.get_content() for part in letter.iter_parts()))
