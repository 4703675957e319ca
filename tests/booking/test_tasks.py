import datetime

import pytest
from django.utils import timezone

from booking import tasks
from booking.actions import holds
from booking.models import Booking, Hold
from config.celery import app
from tests import factories
from workshops.models import Session, Tick

pytestmark = pytest.mark.django_db


def test_drop_expired_holds_frees_their_seats_and_says_so():
    session = factories.create_session()
    hour = datetime.timedelta(hours=1)
    holds.hold(session, seats_wanted=4, client_key="c", now=timezone.now() - hour)

    tasks.drop_expired_holds()

    assert (Session.objects.get().seats_taken, Hold.objects.count()) == (0, 0)
    assert Tick.objects.get(job="drop_expired_holds").said == "dropped=1"


def test_expire_due_bookings_frees_their_seats_and_says_so():
    past = timezone.now() - datetime.timedelta(minutes=1)
    factories.create_booking(state="pending", expires_at=past)

    tasks.expire_due_bookings()

    assert (Session.objects.get().seats_taken, Booking.objects.get().state) == (0, "expired")
    assert Tick.objects.get(job="expire_due_bookings").said == "expired=1"


def test_tasks_twice_are_once():
    for _time in range(2):
        tasks.drop_expired_holds()
        tasks.expire_due_bookings()

    assert sorted(tick.said for tick in Tick.objects.all()) == ["dropped=0", "expired=0"]


@pytest.mark.parametrize("task", [tasks.drop_expired_holds, tasks.expire_due_bookings])
def test_task_is_given_back_when_its_worker_dies(task):
    assert task.acks_late


def test_beat_names_the_task_that_drops_holds():
    assert tasks.drop_expired_holds.name in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }
