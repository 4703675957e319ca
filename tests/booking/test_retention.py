"""What every form and letter promises: on that day the contact and the needs are deleted."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from attendance.models import Headcount
from booking.actions import retention
from booking.models import Booking, Contact, Need
from booking.tasks import drop_expired_contacts
from tests.factories import create_booking, create_headcount
from workshops.models import Tick

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 20)
DAY = datetime.timedelta(days=1)


def booked(*, contact_until, need_until):
    booking = create_booking(email="lone@example.org")
    Contact.objects.filter(booking=booking).update(expires_on=contact_until)
    Need.objects.create(booking=booking, code="step_free", expires_on=need_until)
    return booking


@pytest.mark.parametrize(
    ("contact_until", "need_until", "left"),
    [(TODAY + DAY, TODAY, (1, 0)), (TODAY, TODAY, (0, 0)), (TODAY + DAY, TODAY + DAY, (1, 1))],
)
def test_contact_and_need_go_on_their_own_day(contact_until, need_until, left):
    booked(contact_until=contact_until, need_until=need_until)

    retention.drop_expired(today=TODAY)

    assert (Contact.objects.count(), Need.objects.count()) == left
    assert Booking.objects.count() == 1


def test_counts_stay():
    count = create_headcount(present=24)
    Contact.objects.update(expires_on=TODAY)

    assert retention.drop_expired(today=TODAY)[0] == 1

    assert Headcount.objects.get(pk=count.pk).present == 24


def test_task_says_how_many():
    booked(contact_until=timezone.localdate(), need_until=timezone.localdate())

    drop_expired_contacts()

    assert Tick.objects.get(job="drop_expired_contacts").said == "contacts=1 needs=1"
