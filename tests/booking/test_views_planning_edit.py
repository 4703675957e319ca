"""A session is moved, staffed, opened, closed and cancelled."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from tests.booking.planning_pages import POSTS, page_of, slot
from tests.factories import (
    create_booking,
    create_headcount,
    create_plan,
    create_session,
    create_user,
    local,
)
from workshops.models import Session

MONDAY = local(2027, 1, 11, 9)


def test_session_is_moved_and_whoever_booked_is_told(bo):
    session = create_session(starts=MONDAY)
    create_booking(session=session, email="anna@example.org")

    answer = bo.post(page_of(session), slot(session, day="2027-01-12", room="B 2"))

    session.refresh_from_db()
    assert answer.url == page_of(session)
    assert (session.starts, session.room) == (local(2027, 1, 12, 9), "B 2")
    assert [notice.recipient for notice in Notice.objects.all()] == ["anna@example.org"]


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"capacity": "9"}, "capacity", "10 places are taken already. Write at least 10,"),
        ({"until": "8"}, "until", "The session ends before it starts."),
        ({"day": "2024-01-02"}, "day", "The new time has passed, and the session is booked."),
        ({"capacity": "0"}, "capacity", "The number of places is a number from 1 to 1000."),
    ],
)
def test_refusal_stands_at_the_field_that_cures_it(bo, changed, field, told):
    session = create_session(starts=MONDAY)
    create_booking(session=session, seats=10)

    answer = bo.post(page_of(session), slot(session, **changed))

    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(told)
    assert Session.objects.get().revision == 0


def test_counted_session_stays_where_it_was(bo):
    session = create_session(starts=local(2025, 3, 3))
    create_headcount(party=create_booking(session=session).parties.get())

    answer = bo.post(page_of(session), slot(session, day="2027-03-03"))

    assert answer.status_code == 422
    assert "It has been counted who came" in answer.content.decode()


def test_later_save_shows_both_versions(bo):
    session = create_session(starts=MONDAY)
    bo.post(page_of(session), slot(session, room="A"))

    answer = bo.post(page_of(session), slot(session, room="B", since="8.30"))

    session.refresh_from_db()
    assert (answer.status_code, session.room) == (409, "A")
    rows = [(row.label, row.theirs, row.mine) for row in answer.context["differences"]]
    assert rows == [("From", "09.00", "08.30"), ("Room", "A", "B")]
    again = bo.post(page_of(session), answer.context["form"].data.dict())
    session.refresh_from_db()
    assert (again.status_code, session.room, session.revision) == (302, "B", 2)


def test_second_click_is_saved_and_nobody_else(bo):
    session = create_session(starts=MONDAY)
    sent = slot(session, room="A")

    first, second = (bo.post(page_of(session), sent) for _click in range(2))

    session.refresh_from_db()
    assert (first.status_code, second.status_code, second.url) == (302, 302, page_of(session))
    assert (session.room, session.revision) == ("A", 1)


def test_people_are_changed_and_compared_by_name(bo):
    amira, bent = (create_user(role="facilitator", name=name) for name in ("Amira", "Bent"))
    session, plan = create_session(leader=amira), create_plan(title="Nye mål")
    address = page_of(session, "session-staff")
    sent = {"plan": plan.pk, "facilitators": [bent.pk], "revision": 0}

    first = bo.post(address, sent)
    second = bo.post(address, sent | {"facilitators": [amira.pk]})

    session.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert (session.plan, list(session.facilitators.all())) == (plan, [bent])
    rows = [(row.label, row.theirs, row.mine) for row in second.context["differences"]]
    assert rows == [("Facilitators", "Bent", "Amira")]


def test_somebody_who_may_not_count_is_no_facilitator(bo):
    session, stranger = create_session(), create_user()

    answer = bo.post(
        page_of(session, "session-staff"),
        {"plan": session.plan_id, "facilitators": [stranger.pk], "revision": 0},
    )

    assert answer.status_code == 422
    assert not session.facilitators.exists()


def test_session_is_opened_and_closed(bo):
    session = create_session(state="draft")

    states = []
    for name in (*POSTS, *POSTS):
        assert bo.post(page_of(session, name)).url == page_of(session)
        session.refresh_from_db()
        states.append(session.state)

    assert states == ["open", "closed", "open", "closed"]
    assert session.revision == 0


@pytest.mark.parametrize("state", ["open", "closed"])
def test_session_that_has_begun_says_that_nobody_can_book_it(bo, state):
    session = create_session(state=state, starts=timezone.now() - datetime.timedelta(days=1))
    create_booking(session=session)

    shown = bo.get(page_of(session)).content.decode()

    assert "The session has begun: nobody can book it any more." in shown
    assert "anybody can book it" not in shown
    assert "Open for booking</button>" not in shown
    assert "Close for booking" not in shown
    assert "is told when" not in shown


def test_session_is_cancelled_for_a_reason(bo):
    session = create_session()
    booking = create_booking(session=session, email="anna@example.org")

    empty = bo.post(page_of(session, "session-cancel"), {"why": " "})
    answer = bo.post(page_of(session, "session-cancel"), {"why": "Underviseren er syg"})

    booking.refresh_from_db()
    assert empty.status_code == 422
    assert "Reason is missing." in empty.content.decode()
    assert answer.url == reverse("manage:workshop-sessions", args=[session.workshop_id])
    assert (booking.state, booking.over_reason) == ("cancelled", "organiser")
    assert [notice.recipient for notice in Notice.objects.all()] == ["anna@example.org"]


def test_session_that_cannot_be_cancelled_says_so_before_it_asks_for_a_reason(bo):
    counted = create_headcount().party.session

    shown = bo.get(page_of(counted, "session-cancel")).content.decode()

    assert "It has been counted who came" in shown
    assert "<textarea" not in shown
    assert 'name="why"' not in shown


def test_cancelled_session_is_no_longer_edited(bo):
    session = create_session(state="cancelled")

    shown = bo.get(page_of(session)).content.decode()
    answer = bo.post(page_of(session), slot(session, room="B"))

    assert "can no longer be changed" in shown
    assert "Save the session" not in shown
    assert answer.status_code == 422
    assert Session.objects.get().room == ""
