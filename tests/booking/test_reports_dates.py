"""The nearest free dates: whose they are, in which order, and only those with room; what is left."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from booking.actions import holds
from booking.reports import dates
from tests.factories import create_school, create_session, create_topic, create_workshop, local
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db
NOON = local(2026, 12, 7, 12)
NOW = local(2026, 12, 1)


def day(number, workshop, **more):
    return create_session(
        workshop=workshop, starts=NOON + datetime.timedelta(days=number), capacity=30, **more
    )


def references(found):
    return [date.session.reference for date in found]


def test_own_workshop_comes_first_then_its_topic_each_nearest_in_time_either_way():
    own, akin, other = create_workshop(), create_workshop(), create_workshop()
    Workshop.objects.filter(pk__in=[own.pk, akin.pk]).update(topic=create_topic())
    own.refresh_from_db()
    full = day(0, own)
    near, alike, far = day(-2, own), day(1, akin), day(9, own)
    day(0, other)

    found = dates.nearest(full, seats=25, now=NOW).dates

    assert references(found) == [near.reference, far.reference, alike.reference]
    assert [date.slug for date in found] == [own.slug, own.slug, akin.slug]


def test_only_what_can_be_booked_is_offered():
    own = create_workshop()
    full, free = day(0, own), day(5, own)
    assert day(1, own).take_seats(10)
    day(2, own, state="closed")
    day(-20, own)
    day(3, create_workshop(state="paused"))
    day(4, create_workshop(audience="forældre"), audience="forældre")

    assert references(dates.nearest(full, seats=25, now=NOW).dates) == [free.reference]


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("taken", [0, 29, 30])
def test_what_is_left_is_that_of_now_and_the_session_is_not_among_the_others(state, taken):
    own = create_workshop()
    session, other = day(0, own), day(5, own)
    Session.objects.filter(pk=session.pk).update(seats_taken=taken, state=state)

    found = dates.nearest(session, seats=1, now=NOW)

    assert found.left == 30 - taken
    assert references(found.dates) == [other.reference]


def test_topic_or_none_and_each_audience_is_asked_for_by_the_same_question():
    """It is translated once: what stood in it the first time must not stay."""
    topic, seen = create_topic(), []
    for audience in ("elever", "forældre", "elever"):
        for about in (None, topic):
            own = create_workshop(audience=audience)
            akin, other = create_workshop(audience=audience), create_workshop(audience=audience)
            Workshop.objects.filter(pk__in=[own.pk, akin.pk]).update(topic=about)
            own.refresh_from_db()
            full = day(0, own, audience=audience)
            free = [day(days, w, audience=audience) for days, w in ((2, akin), (1, other))]
            seen.append([references(dates.nearest(full, seats=1, now=NOW).dates)[:2]])
            assert set(seen[-1][0]) == {date.reference for date in free}, (audience, about)
            assert (seen[-1][0][0] == free[0].reference) is bool(about)
            Session.objects.update(state="closed")


def test_title_is_in_the_language_and_room_is_told():
    own = create_workshop(title="Demokrati")
    Workshop.objects.filter(pk=own.pk).update(title_en="Democracy")
    full, _free = day(0, own), day(1, own)

    for language, title in (("en", "Democracy"), ("da", "Demokrati")):
        with translation.override(language):
            (date,) = dates.nearest(full, seats=25, now=NOW).dates
        assert (date.title, date.session.seats_free) == (title, 30)


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("at_school", [False, True])
def test_one_query_and_one_for_names_of_schools(django_assert_num_queries, many, at_school):
    own = create_workshop()
    full = day(0, own)
    for number in range(many):
        day(1 + number, own, school=create_school(name="Skolen") if at_school else None)
    dates.nearest(full, seats=25, now=NOW)

    with django_assert_num_queries(1 + at_school):
        found = dates.nearest(full, seats=25, now=NOW).dates

    assert [date.session.venue for date in found] == ["Skolen" if at_school else ""] * many


def test_seats_of_expired_holds_are_left_here_and_elsewhere():
    own = create_workshop()
    here, there = day(0, own), day(5, own)
    for session in (here, there):
        holds.hold(session, seats_wanted=30, client_key=session.reference, now=NOW)
    expired = NOW + datetime.timedelta(minutes=30)

    before = dates.nearest(here, seats=25, now=NOW)
    after = dates.nearest(here, seats=25, now=expired)

    assert (before.left, references(before.dates)) == (0, [])
    assert (after.left, references(after.dates)) == (30, [there.reference])
