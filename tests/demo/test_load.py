"""Loading the demo: once, whole, on whatever day, never in production."""

from __future__ import annotations

import dataclasses
import datetime
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from attendance.models import Headcount, Register
from booking.models import Booking, Party
from booking.states import BookingState
from demo import future, load, past, sources, stage
from demo.ledger import Ledger
from demo.timetable import slots
from goals.actions.reconcile import reconcile
from goals.models import Decision, PlanVersion, StatusReport
from goals.progress import progress
from tests import commands
from tests.factories import local
from workshops.models import School, Session, Tick, User

# Every test loads a whole year: measuring would double it, and test_demo.py loads one too.
pytestmark = pytest.mark.django_db

NOW = local(2026, 11, 22, 11)


def test_demo_prints_a_sign_in_for_each_role_that_works(client):
    printed = commands.done("demo")

    staff = sources.read("people")["staff"]
    assert [person["key"] for person in staff] == [
        "facilitator",
        "external",
        "coordinator",
        "coordinator2",
        "manager",
        "administrator",
    ]
    for row in load.sign_ins():
        assert f"{row.email} " in printed
        assert row.password in printed
        assert client.login(email=row.email, password=row.password)
        user = User.objects.get(email=row.email)
        assert user.has_access(timezone.localdate())
    roles = {
        person["key"]: [
            group.name for group in User.objects.get(email=person["email"]).groups.all()
        ]
        for person in staff
    }
    assert roles == {person["key"]: person["roles"] for person in staff}
    assert User.objects.get(is_superuser=True).email == "administrator@fremmoede.example"


def test_sign_in_of_the_demo_works_on_the_page(client):
    commands.done("demo")
    row = load.sign_ins()[4]

    answer = client.post(reverse("account_login"), {"login": row.email, "password": row.password})

    assert (answer.status_code, answer["Location"]) == (302, reverse("manage:start"))


def test_second_run_changes_nothing_and_asks_little(django_assert_max_num_queries):
    commands.done("demo")
    before = commands.tables()

    with django_assert_max_num_queries(10):
        again = commands.done("demo")

    assert commands.tables() == before
    assert load.sign_ins()[0].email in again


def test_demo_refuses_in_production(settings):
    settings.IN_PRODUCTION = True

    with pytest.raises(CommandError) as refusal:
        call_command("demo")

    assert refusal.value.returncode == 2
    assert not User.objects.exists()
    assert not School.objects.exists()


def test_demo_that_fails_leaves_nothing(monkeypatch):
    monkeypatch.setitem(load.__dict__, "plans", None)

    with pytest.raises(AttributeError):
        load.load(now=NOW)

    assert (Session.objects.count(), User.objects.count(), Tick.objects.count()) == (0, 0, 0)
    assert not load.is_loaded()


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        local(2026, 1, 1, 0, 5),
        local(2026, 2, 1, 9),
        local(2027, 3, 28, 3),
        local(2026, 7, 15, 12),
        local(2027, 11, 1, 8, 45),
        local(2028, 2, 29, 10),
    ],
    ids=lambda moment: f"{moment:%Y-%m-%d}",
)
def test_figures_equal_a_recount_on_whatever_day_it_is_loaded(moment):
    with time_machine.travel(moment, tick=False):
        load.load(now=moment)

        found = reconcile()

    assert found.differences == []
    assert (found.pending, found.compared) == (0, 26)
    assert set(Booking.objects.values_list("state", flat=True)) == set(BookingState.values)
    assert not Session.objects.filter(starts__gt=moment, register__isnull=False).exists()
    assert not Headcount.objects.filter(recorded_at__gt=moment).exists()
    assert not Headcount.objects.filter(decided_at__gt=moment).exists()
    assert not Register.objects.filter(approved_at__gt=moment).exists()
    assert not Booking.objects.filter(created_at__gt=moment).exists()


@pytest.mark.parametrize(
    "moment", [NOW, local(2026, 6, 1, 9), local(2027, 4, 20, 9)], ids=lambda day: f"{day:%m-%d}"
)
def test_goals_stand_at_interesting_heights(moment):
    with time_machine.travel(moment, tick=False):
        load.load(now=moment)
        found = progress(PlanVersion.objects.whole().get(year=moment.year))

    assert {"met", "partly", "not_met", None} == set(found.proposed.values())
    assert found.proposed["1a"] == "met"
    assert found.proposed["1b"] == "partly"
    assert found.figures["1c.forældre"].printed["over"]
    assert found.proposed["2a"] == "not_met"
    assert 86 <= found.figures["1c.brugbar_viden"].printed["percent"] <= 90
    assert set(found.uncounted) == {"ikke fordelt", "uden for kommunen"}


def test_last_year_stays_open_until_the_end_of_january():
    moment = local(2026, 1, 20, 9)
    with time_machine.travel(moment, tick=False):
        load.load(now=moment)

    assert not StatusReport.objects.exists()
    assert not Decision.objects.exists()


def test_no_class_is_twice_in_a_session_on_any_day():
    scene = stage.build(NOW)
    for number in range(30):
        moment = NOW + datetime.timedelta(days=26 * number, hours=number % 24)
        ledger = Ledger(dataclasses.replace(scene, now=moment), Random(number))
        found = list(slots(scene.catalogue, today=timezone.localdate(moment)))
        past.play(ledger, [slot for slot in found if slot.starts <= moment])
        future.play(ledger, [slot for slot in found if slot.starts > moment])

        classes = [
            (party.session.reference, party.school_id, party.folded_label)
            for party in ledger.parties
            if party.kind == Party.Kind.CLASS and party.live
        ]
        assert len(classes) == len(set(classes)) > 200
        assert all(session.seats_taken <= session.capacity for session in ledger.sessions)
        assert len({booking.reference for booking in ledger.bookings}) == len(ledger.bookings)
