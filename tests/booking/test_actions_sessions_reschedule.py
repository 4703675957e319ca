"""Sessions that are booked: rescheduled, with everybody told."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.admin.models import LogEntry

from booking.models import Booking, Need, Transition
from notifications.models import Notice
from tests.booking.moving import MONDAY, NEXT_WEEK, WEEK, letters, marks, moved
from tests.factories import (
    create_booking,
    create_school,
    create_session,
    create_user,
    create_venue,
    local,
)
from tests.notifications.letters import in_words
from workshops.models import Session

pytestmark = pytest.mark.django_db


def test_session_nobody_booked_is_simply_moved():
    session, venue, bo = create_session(starts=MONDAY), create_venue(), create_user()

    moved(session, starts=NEXT_WEEK, venue=venue, room=" B ", capacity=12, language="en", by=bo)

    session.refresh_from_db()
    assert (session.starts, session.ends - session.starts) == (NEXT_WEEK, WEEK / 112)
    assert (session.venue, session.room, session.capacity) == (venue, "B", 12)
    assert (session.language, session.revision) == ("en", 1)
    assert letters() == []
    assert marks() == [(session.pk, "session moved")]
    assert LogEntry.objects.get(user=bo).change_message == "rescheduled"


def test_every_live_booker_is_told_and_no_other():
    session = create_session(starts=MONDAY, capacity=100)
    for state in ("confirmed", "pending", "waiting", "offered", "cancelled", "declined"):
        create_booking(session=session, state=state, seats=5, email=f"{state}@example.org")
    create_booking(email="elsewhere@example.org")

    moved(session, starts=NEXT_WEEK)

    assert letters() == [
        (f"{state}@example.org", "moved")
        for state in ("confirmed", "offered", "pending", "waiting")
    ]
    text = in_words(Notice.objects.get(recipient="confirmed@example.org")).text
    assert "mandag den 11. januar 2027 kl. 10.00–11.30" in text
    assert "mandag den 18. januar 2027 kl. 10.00–11.30" in text


def test_letter_is_in_the_language_of_the_booking():
    session = create_session(starts=MONDAY)
    booking = create_booking(session=session)
    Booking.objects.filter(pk=booking.pk).update(language="en")

    moved(session, starts=NEXT_WEEK)

    notice = Notice.objects.get()
    assert notice.language == "en"
    assert "Monday 18 January 2027" in in_words(notice).text


def test_booking_without_contact_moves_in_silence():
    session = create_session(starts=MONDAY)
    create_booking(session=session, contact=False)

    moved(session, starts=NEXT_WEEK)

    assert letters() == []
    assert Transition.objects.filter(why__startswith="session moved").count() == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"room": "B"}, 1),
        ({"ends": MONDAY + datetime.timedelta(hours=3)}, 1),
        ({"starts": MONDAY + datetime.timedelta(minutes=30)}, 1),
        ({"capacity": 99}, 0),
        ({"language": "en"}, 0),
        ({}, 0),
    ],
)
def test_bookers_hear_of_time_and_place_alone(changed, told):
    session = create_session(starts=MONDAY)
    create_booking(session=session)

    moved(session, **changed)

    assert len(letters()) == told
    assert Session.objects.get().revision == 1


def test_room_put_right_afterwards_is_no_news_to_bookers():
    session = create_session(starts=MONDAY)
    booking = create_booking(session=session)

    moved(session, room="B", now=MONDAY)

    assert letters() == []
    assert booking.transitions.latest("pk").why.startswith("session moved")
    assert Session.objects.get().room == "B"


def test_moving_twice_tells_twice():
    session = create_session(starts=MONDAY)
    create_booking(session=session)

    session = moved(session, starts=NEXT_WEEK)
    session = moved(session, starts=MONDAY)
    moved(session, starts=NEXT_WEEK)

    assert len(letters()) == 3


def test_days_of_deletion_follow_the_session():
    session = create_session(starts=MONDAY)
    booking = create_booking(session=session)
    before = booking.contact.expires_on
    Need.objects.create(booking=booking, code="step_free", expires_on=before)

    moved(session, starts=NEXT_WEEK)

    booking.contact.refresh_from_db()
    assert booking.contact.expires_on == before + WEEK
    assert Need.objects.get().expires_on == before + WEEK


def test_days_of_deletion_stay_with_the_day():
    session = create_session(starts=MONDAY)
    booking = create_booking(session=session)
    before = booking.contact.expires_on

    moved(session, starts=MONDAY + datetime.timedelta(hours=3))

    booking.contact.refresh_from_db()
    assert booking.contact.expires_on == before


def test_deadlines_follow_the_session():
    session = create_session(starts=MONDAY, capacity=100)
    soon = MONDAY - datetime.timedelta(days=30)
    at_start = create_booking(session=session, state="pending", expires_at=MONDAY)
    earlier = create_booking(session=session, state="pending", expires_at=soon)
    now = soon - WEEK

    session = moved(session, starts=NEXT_WEEK, now=now)
    found = dict(Booking.objects.values_list("pk", "expires_at"))
    assert found == {at_start.pk: NEXT_WEEK, earlier.pk: soon}

    brought_forward = soon - datetime.timedelta(days=1)
    moved(session, starts=brought_forward, now=now)
    found = dict(Booking.objects.values_list("pk", "expires_at"))
    moment = datetime.timedelta(seconds=1)
    assert found == {at_start.pk: brought_forward, earlier.pk: brought_forward - moment}
    assert list(Booking.objects.awaiting_decision(now)) == [at_start]


def test_move_stands_in_the_trail_of_each_booking():
    session, bo = create_session(starts=MONDAY), create_user()
    booking = create_booking(session=session)

    moved(session, starts=NEXT_WEEK, by=bo)

    move = booking.transitions.latest("pk")
    assert (move.origin, move.target, move.by) == ("confirmed", "confirmed", bo)
    assert move.why == ("session moved from 2027-01-11T09:00:00+00:00 to 2027-01-18T09:00:00+00:00")


def test_move_over_new_year_marks_everything():
    session = create_session(starts=local(2026, 12, 30))

    session = moved(session, starts=local(2027, 1, 5))
    moved(session, starts=local(2027, 1, 6))

    assert marks() == [(None, "session to another year"), (session.pk, "session moved")]


def test_year_is_that_of_the_town():
    """23:30 UTC on New Year's Eve is next year in Copenhagen."""
    eve = datetime.datetime(2026, 12, 31, 22, 30, tzinfo=datetime.UTC)
    session = create_session(starts=eve)

    moved(session, starts=eve + datetime.timedelta(hours=1))

    assert marks() == [(None, "session to another year")]


def test_venue_of_ours_takes_the_place_of_a_school():
    school, venue = create_school(), create_venue()
    session = create_session(starts=MONDAY, school=school)
    create_booking(session=session)

    session = moved(session, capacity=40)
    assert session.school == school
    session = moved(session, venue=venue)

    assert (session.school, session.venue) == (None, venue)
    assert len(letters()) == 1
