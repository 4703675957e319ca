"""Sessions that are booked: rescheduled and cancelled, with everybody told."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from booking.actions import holds, sessions
from booking.models import Booking, Need, Transition
from notifications.models import Notice
from tests.factories import (
    create_booking,
    create_headcount,
    create_school,
    create_session,
    create_user,
    create_venue,
    create_workshop,
    local,
)
from workshops.actions.sessions import Slot
from workshops.models import Mark, Session

pytestmark = pytest.mark.django_db
MONDAY, NEXT_WEEK = local(2027, 1, 11, 10), local(2027, 1, 18, 10)
WEEK = datetime.timedelta(days=7)


def slot_of(session, **changed) -> Slot:
    """What the session is, but for what *changed* says; a new start moves the end along."""
    slot = Slot(
        starts=session.starts,
        ends=session.ends,
        venue=session.venue,
        room=session.room,
        capacity=session.capacity,
        language=session.language,
    )
    if "starts" in changed and "ends" not in changed:
        changed["ends"] = changed["starts"] + (session.ends - session.starts)
    return dataclasses.replace(slot, **changed)


def moved(session, *, by=None, revision=None, now=None, **changed) -> Session:
    revision = session.revision if revision is None else revision
    return sessions.reschedule(
        session, slot_of(session, **changed), revision=revision, by=by, now=now
    )


def refused(code, verb, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code
    return " ".join(refusal.value.messages)


def letters() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("recipient", "kind"))


def marks() -> list[tuple[int | None, str]]:
    return list(Mark.objects.order_by("pk").values_list("session", "reason"))


# --- reschedule --------------------------------------------------------------------------------


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
    text = Notice.objects.get(recipient="confirmed@example.org").text
    assert "mandag den 11. januar 2027 kl. 10.00–11.30" in text
    assert "mandag den 18. januar 2027 kl. 10.00–11.30" in text


def test_letter_is_in_the_language_of_the_booking():
    session = create_session(starts=MONDAY)
    booking = create_booking(session=session)
    Booking.objects.filter(pk=booking.pk).update(language="en")

    moved(session, starts=NEXT_WEEK)

    notice = Notice.objects.get()
    assert notice.language == "en"
    assert "Monday 18 January 2027" in notice.text


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

    moved(session, starts=soon - datetime.timedelta(days=1), now=now)
    deadlines = {soon - datetime.timedelta(days=1)}
    assert set(Booking.objects.values_list("expires_at", flat=True)) == deadlines


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


# --- what it refuses ---------------------------------------------------------------------------


@pytest.mark.parametrize("revision", [-1, 1, 99])
def test_move_over_another_revision_is_refused(revision):
    session = create_session(starts=MONDAY)
    create_booking(session=session)

    refused("changed_meanwhile", moved, session, starts=NEXT_WEEK, revision=revision)

    session.refresh_from_db()
    assert (session.starts, session.revision, letters(), marks()) == (MONDAY, 0, [], [])


def test_capacity_below_the_seats_taken_is_refused_by_number():
    session = create_session(starts=MONDAY)
    create_booking(session=session, seats=10)
    create_booking(session=session, seats=9, state="waiting")
    holds.hold(session, seats_wanted=2, client_key="browser")

    said = refused("capacity_below_taken", moved, session, capacity=11)

    assert "12" in said
    assert moved(session, capacity=12).capacity == 12


def test_expired_hold_keeps_no_capacity():
    session = create_session(starts=MONDAY)
    long_ago = timezone.now() - datetime.timedelta(hours=1)
    holds.hold(session, seats_wanted=20, client_key="browser", now=long_ago)

    moved(session, capacity=1)

    session.refresh_from_db()
    assert (session.capacity, session.seats_taken) == (1, 0)


@pytest.mark.parametrize("state", ["cancelled", "withdrawn"])
def test_session_that_is_over_is_not_moved(state):
    session = create_session(starts=MONDAY, state=state)

    refused("session_over", moved, session, starts=NEXT_WEEK)
    refused("session_over", moved, session, room="B")


@pytest.mark.parametrize("decided", [{}, {"approved": True}])
def test_counted_session_stays_where_it_was(decided):
    session = create_session(starts=local(2026, 3, 2))
    create_headcount(party=create_booking(session=session).parties.get(), **decided)

    refused("session_counted", moved, session, starts=NEXT_WEEK)
    refused("session_counted", moved, session, ends=session.ends + WEEK)
    refused("session_counted", sessions.cancel, session, why="Sygdom", by=None)

    session.refresh_from_db()
    assert (session.state, session.revision) == ("open", 0)
    assert moved(session, room="B").room == "B"


def test_rejected_count_holds_nothing_back():
    session = create_session(starts=local(2026, 3, 2))
    party = create_booking(session=session).parties.get()
    create_headcount(party=party, rejected_by=create_user(role="coordinator"))

    assert moved(session, starts=NEXT_WEEK).starts == NEXT_WEEK


def test_booked_session_is_not_moved_into_the_past():
    session, past = create_session(starts=MONDAY), local(2026, 1, 5)
    booking = create_booking(session=session)

    refused("session_begun", moved, session, starts=past)

    Booking.objects.filter(pk=booking.pk).update(
        state="cancelled", over_at=timezone.now(), over_reason="booker"
    )
    Session.objects.update(seats_taken=0)
    assert moved(session, starts=past).starts == past


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"ends": MONDAY}, "ends_before_start"),
        ({"capacity": 0}, "capacity_out_of_range"),
        ({"capacity": 1001}, "capacity_out_of_range"),
    ],
)
def test_slot_that_no_session_can_have_is_refused(changed, code):
    session = create_session(starts=MONDAY)

    refused(code, moved, session, **changed)

    assert Session.objects.get().revision == 0


# --- cancel ------------------------------------------------------------------------------------


def test_cancelling_ends_every_live_booking_and_tells_why():
    session, bo = create_session(capacity=100), create_user(name="Bo")
    for state in ("confirmed", "pending", "waiting", "offered", "declined"):
        create_booking(session=session, state=state, seats=5, email=f"{state}@example.org")

    done = sessions.cancel(session, why=" Underviseren er syg. ", by=bo)

    session.refresh_from_db()
    assert (done.state, session.state, session.seats_taken) == ("cancelled", "cancelled", 0)
    assert session.over_at is not None
    over = Booking.objects.order_by("pk").values_list("state", "over_reason")
    assert list(over) == [("cancelled", "organiser")] * 4 + [("declined", "booker")]
    assert letters() == [
        (f"{state}@example.org", "cancelled")
        for state in ("confirmed", "offered", "pending", "waiting")
    ]
    assert "Underviseren er syg." in Notice.objects.first().text
    assert (session.pk, "session cancelled") in marks()
    assert LogEntry.objects.get(user=bo).change_message == "cancelled: Underviseren er syg."


def test_cancelling_twice_tells_once():
    session = create_session()
    create_booking(session=session)

    first = sessions.cancel(session, why="Sygdom", by=None)
    again = sessions.cancel(session, why="Noget andet", by=None)

    assert (len(letters()), again.over_at) == (1, first.over_at)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "010190-1234 er syg", "a\x00b"])
def test_reason_that_cannot_be_kept_is_refused(why):
    session = create_session()
    create_booking(session=session)

    with pytest.raises(ValidationError) as refusal:
        sessions.cancel(session, why=why, by=None)

    assert refusal.value.code in {
        "value_missing",
        "value_too_long",
        "looks_like_cpr",
        "value_unreadable",
    }
    assert (Session.objects.get().state, letters()) == ("open", [])


def test_withdrawn_session_is_not_cancelled():
    refused("session_over", sessions.cancel, create_session(state="withdrawn"), why="X", by=None)


def test_cancelling_gives_the_seats_back_and_lets_holds_run_out():
    session = create_session()
    create_booking(session=session, seats=20)
    holds.hold(session, seats_wanted=3, client_key="browser")

    sessions.cancel(session, why="Sygdom", by=None)

    session.refresh_from_db()
    assert (session.state, session.seats_taken) == ("cancelled", 3)


def test_other_sessions_of_the_workshop_go_on():
    workshop = create_workshop()
    session, other = create_session(workshop=workshop), create_session(workshop=workshop)
    create_booking(session=other)

    sessions.cancel(session, why="Sygdom", by=None)

    other.refresh_from_db()
    assert (other.state, other.seats_taken, letters()) == ("open", 20, [])
