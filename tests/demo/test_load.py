"""Loading the demo: once, whole, on whatever day, never in production."""

from __future__ import annotations

import dataclasses
import datetime
from random import Random

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from attendance.models import Headcount, Register
from booking.models import Booking, Party
from booking.states import BookingState
from demo import future, load, past, plans, stage
from demo.rows import TownRows
from demo.timetable import slots
from goals.actions.reconcile import reconcile
from goals.models import Decision, PlanVersion, StatusReport
from goals.progress import Progress, progress
from tests.factories import local
from workshops.models import Audience, School, Session, Tick, User

pytestmark = pytest.mark.django_db

NOW = local(2026, 11, 22, 11)
NEW_YEAR = local(2026, 1, 1, 0, 5)


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
        NEW_YEAR,
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
        heights = progress(PlanVersion.objects.whole().get(year=moment.year))

    assert found.differences == []
    assert (found.pending, found.compared) == (0, 26)
    assert set(Booking.objects.values_list("state", flat=True)) == set(BookingState.values)
    assert not Session.objects.filter(starts__gt=moment, register__isnull=False).exists()
    assert not Headcount.objects.filter(recorded_at__gt=moment).exists()
    assert not Headcount.objects.filter(decided_at__gt=moment).exists()
    assert not Register.objects.filter(approved_at__gt=moment).exists()
    assert not Booking.objects.filter(created_at__gt=moment).exists()
    assert set(heights.uncounted) == {"ikke fordelt", "uden for kommunen"}
    if moment == NEW_YEAR:  # nothing has been held, and last year is open still
        assert not StatusReport.objects.exists()
        assert not Decision.objects.exists()
    else:
        goals_stand_at_interesting_heights(heights)


def goals_stand_at_interesting_heights(found: Progress) -> None:
    assert {"met", "partly", "not_met", None} == set(found.proposed.values())
    assert found.proposed["1a"] == "met"
    assert found.proposed["1b"] == "partly"
    assert found.figures["1c.forældre"].printed["over"]
    assert found.proposed["2a"] == "not_met"
    survey = found.figures["1c.brugbar_viden"].printed  # 88 % of every 25 answers
    assert survey["denominator"] < 25 or 86 <= survey["percent"] <= 90


@pytest.mark.parametrize(
    ("day", "closed"), [((1, 1), False), ((1, 31), False), ((2, 1), True), ((12, 31), True)]
)
def test_last_year_stays_open_until_the_end_of_january(day, closed):
    assert plans.is_closed(datetime.date(2026, *day)) is closed


def test_no_class_is_twice_in_a_session_on_any_day():
    scene = stage.build(NOW)
    for number in range(15):
        moment = NOW + datetime.timedelta(days=52 * number, hours=number % 24)
        rows = TownRows(dataclasses.replace(scene, now=moment), Random(number))
        found = list(slots(scene.catalogue, today=timezone.localdate(moment)))
        for_classes = [slot for slot in found if slot.audience == Audience.PUPILS]
        past.play(rows, [slot for slot in for_classes if slot.starts <= moment])
        future.play(rows, [slot for slot in found if slot.starts > moment])

        classes = [
            (party.session.reference, party.school_id, party.folded_label)
            for party in rows.parties
            if party.kind == Party.Kind.CLASS and party.live
        ]
        assert len(classes) == len(set(classes)) > 200
        assert all(session.seats_taken <= session.capacity for session in rows.sessions)
        assert len({booking.reference for booking in rows.bookings}) == len(rows.bookings)
