"""The nearest free dates: whose they are, in which order, and only those with room."""

from __future__ import annotations

import datetime

import pytest

from booking.reports import dates
from tests.factories import create_session, create_topic, create_workshop, local
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
NOON = local(2026, 12, 7, 12)
NOW = local(2026, 12, 1)


def day(number, workshop, **more):
    return create_session(
        workshop=workshop, starts=NOON + datetime.timedelta(days=number), capacity=30, **more
    )


def test_own_workshop_comes_first_then_its_topic_each_nearest_in_time_either_way():
    own, akin, other = create_workshop(), create_workshop(), create_workshop()
    Workshop.objects.filter(pk__in=[own.pk, akin.pk]).update(topic=create_topic())
    own.refresh_from_db()
    full = day(0, own)
    near, alike, far = day(-2, own), day(1, akin), day(9, own)
    day(0, other)

    found = dates.nearest(full, seats=25, now=NOW)

    assert found == [near, far, alike]
    assert found[0].workshop == own


def test_only_what_can_be_booked_is_offered():
    own = create_workshop()
    full, free = day(0, own), day(5, own)
    assert day(1, own).take_seats(10)
    day(2, own, state="closed")
    day(-20, own)
    day(3, create_workshop(state="paused"))
    day(4, create_workshop(audience="forældre"), audience="forældre")

    assert dates.nearest(full, seats=25, now=NOW) == [free]
