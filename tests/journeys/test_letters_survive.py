"""Between a booking and its letter everything may die: the letter arrives all the same."""

from __future__ import annotations

import os
import re
import signal
import time
import urllib.request
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest
import redis

from tests import patience
from tests.mailbox import Sink, serving
from tests.services import free_port

TOWN = """
from django.utils import timezone
from booking.actions.parties import person_key
from booking.models import Mailbox
from tests import factories
from workshops.models import SchoolVersion
Mailbox.objects.create(key=person_key("lone@example.org"), confirmed_at=timezone.now())
school = factories.create_school(number="280001", name="Skolen ved Søen")
SchoolVersion.objects.filter(school=school).update(email="kontor@skolen.example")
session = factories.create_session(workshop=factories.create_workshop(title="Demokrati"))
print("TOWN", session.workshop.slug, session.reference, school.number)
"""


class Guest:
    """A browser without JavaScript: keeps cookies, follows redirects, sends forms."""

    def __init__(self, address: str) -> None:
        self.address = address
        keeper = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(keeper)
        self.page = self.here = ""

    def open(self, path: str, form: dict[str, object] | None = None) -> None:
        given = urlencode(form, doseq=True).encode() if form else None
        with self.opener.open(self.address + path, data=given, timeout=120) as answer:
            self.page, self.here = answer.read().decode(), answer.url.removeprefix(self.address)

    def send(self, path: str, **fields: object) -> None:
        secret = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        assert secret, self.page
        self.open(path, {"csrfmiddlewaretoken": secret[1], **fields})


@pytest.fixture
def town(postgres_project):
    """Web on PostgreSQL and Redis, one bookable session, a mail server; no worker yet."""
    project = postgres_project
    printed = project.manage("shell", "-c", TOWN).stdout
    slug, session, school = re.search(r"TOWN (\S+) (\S+) (\S+)", printed).groups()
    port = free_port()
    with serving(Sink()) as sink:
        project.env |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
            "SITE_URL": f"http://127.0.0.1:{port}",
        }
        project.start("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4")
        guest = Guest(f"http://127.0.0.1:{port}")
        patience.until(lambda: is_alive(guest), "the web does not answer")
        yield project, guest, sink, (slug, session, school)
        project.stop()


def is_alive(guest: Guest) -> bool:
    try:
        guest.open("/healthz")
    except OSError:
        return False
    return True


def worker(project):
    words = "python -m config.jobs worker -P solo -l INFO -Q booking,mail,rollup"
    return project.start(*words.split(), "--without-gossip", "--without-mingle")


def beat(project):
    schedule = str(project.var / "schedule")
    return project.start("python", "-m", "config.jobs", "beat", "-l", "INFO", "-s", schedule)


def book(guest: Guest, slug: str, session: str, school: str) -> None:
    """Pick, details, check, receipt: the whole booking over HTTP."""
    guest.open(f"/workshops/{slug}/")
    guest.send(f"/workshops/{slug}/sessions/{session}/book/", seats=20)
    details = guest.here
    guest.send(
        details,
        rows="1",
        school=school,
        label_1="7.B",
        pupils_1="20",
        adults="2",
        meeting_place="Kontoret",
        name="Lone Lærer",
        email="lone@example.org",
        mobile="20304050",
        equipment_confirmed="on",
    )
    assert guest.here.endswith("/check/"), guest.page
    guest.send(guest.here)
    assert guest.here.endswith("/receipt/"), guest.page


def letters(sink: Sink) -> list[str]:
    return sorted(recipients[0] for recipients in sink.recipients)


BOTH = ["kontor@skolen.example", "lone@example.org"]


def test_letters_arrive_although_the_worker_is_killed_before_it_sends(town, figure):
    project, guest, sink, places = town
    first = worker(project)
    patience.until(lambda: "ready" in log_of(project, first), "the worker does not start")
    os.killpg(first.pid, signal.SIGSTOP)  # it hears no bell from here on
    book(guest, *places)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    waiting = letters(sink)
    began = time.monotonic()

    worker(project)
    beat(project)
    patience.until(lambda: len(sink.letters) == 2, "the letters did not arrive", idle=240)

    time.sleep(2)
    assert (waiting, letters(sink)) == ([], BOTH)
    assert_link_opens(guest, sink)
    figure("letters after the worker was killed", f"{time.monotonic() - began - 2:.1f} s")


def test_letters_arrive_although_the_broker_was_emptied(town, private_redis, figure):
    project, guest, sink, places = town
    book(guest, *places)
    with redis.Redis.from_url(private_redis.url()) as broker:
        rung = broker.llen("mail")
        broker.flushall()
        left = broker.llen("mail")
    waiting = letters(sink)
    began = time.monotonic()

    worker(project)
    beat(project)
    patience.until(lambda: len(sink.letters) == 2, "the letters did not arrive", idle=240)

    assert (rung, left, waiting, letters(sink)) == (1, 0, [], BOTH)
    assert_link_opens(guest, sink)
    figure("letters after the broker was emptied", f"{time.monotonic() - began:.1f} s")


def assert_link_opens(guest: Guest, sink: Sink) -> None:
    """The link in the letter opens the booking, and stands in no log."""
    mine = next(letter for letter in sink.letters if letter["To"] == "lone@example.org")
    link = re.search(r"http://\S+/my/\S+", mine.get_body(("plain",)).get_content())[0]
    guest.open(link.removeprefix(guest.address))
    assert "Jeres booking er bekræftet" in guest.page


def log_of(project, process) -> str:
    place = project.processes.index(process)
    return "".join(file.read_text() for file in project.var.glob(f"{place}-*.log"))
