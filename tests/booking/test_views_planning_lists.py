"""The lists of what is planned: who may plan, what the lists show and cost."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.booking.planning_pages import POSTS, page_of
from tests.cast import assemble
from tests.factories import (
    create_booking,
    create_session,
    create_user,
    create_venue,
    create_workshop,
    local,
)

LIST = "/manage/workshops/"
PAGES = ("session-edit", "session-staff", "session-cancel")


@pytest.fixture
def cast(db):
    return assemble()


# --- what is there -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSTS)
def test_looking_at_a_button_changes_nothing(bo, name):
    session = create_session(state="draft")

    answer = bo.get(page_of(session, name))

    session.refresh_from_db()
    assert (answer.status_code, session.state) == (405, "draft")


@pytest.mark.parametrize("name", [*PAGES, *POSTS, "workshop-sessions"])
def test_session_that_does_not_exist_is_not_found(bo, name):
    address = reverse(f"manage:{name}", args=[10**9])

    assert (bo.post if name in POSTS else bo.get)(address).status_code == 404


# --- the lists ---------------------------------------------------------------------------------


def test_list_shows_what_lies_ahead_of_each_workshop(bo):
    busy, idle = create_workshop(title="Travl"), create_workshop(title="Ledig")
    soon = create_session(workshop=busy, starts=local(2027, 1, 11, 9))
    create_session(workshop=busy, starts=local(2027, 1, 18, 9))
    create_session(workshop=busy, starts=local(2025, 1, 6, 9))
    create_session(workshop=busy, starts=local(2026, 12, 1, 9), state="cancelled")
    create_booking(session=soon, seats=5)
    create_booking(session=soon, seats=5, state="cancelled")
    create_workshop(title="Kladde", state="draft")

    answer = bo.get(LIST)

    rows = [
        (row.title, row.ahead, row.sessions_total, row.booked) for row in answer.context["rows"]
    ]
    assert rows == [("Travl", 2, 4, 1), ("Ledig", 0, 0, 0)]
    assert answer.context["rows"][0].next_starts == soon.starts
    assert [(tab.state, tab.number) for tab in answer.context["tabs"]] == [
        ("published", 2),
        ("draft", 1),
        ("paused", 0),
        ("archived", 0),
    ]
    assert f'href="/manage/workshops/{idle.pk}/"' in answer.content.decode()
    assert "Kladde" not in answer.content.decode()


def test_list_shows_the_state_asked_for(bo):
    create_workshop(title="Kladde", state="draft")

    assert "Kladde" in bo.get(f"{LIST}?state=draft").content.decode()
    assert "There is no workshop in this state." in bo.get(f"{LIST}?state=paused").content.decode()
    assert bo.get(f"{LIST}?state=nonsense").status_code == 404


def test_sessions_of_a_workshop_are_those_to_come_and_the_past_ones(bo):
    workshop = create_workshop()
    leader = create_user(role="facilitator", name="Amira")
    ahead = create_session(workshop=workshop, leader=leader)
    past = create_session(workshop=workshop, starts=local(2025, 3, 3))
    create_session()
    create_booking(session=ahead, seats=7)
    address = reverse("manage:workshop-sessions", args=[workshop.pk])

    to_come, gone = bo.get(address), bo.get(f"{address}?when=past")

    assert [row.pk for row in to_come.context["rows"]] == [ahead.pk]
    assert [row.pk for row in gone.context["rows"]] == [past.pk]
    shown = to_come.content.decode()
    assert "7 of 30" in shown
    assert "Amira" in shown


# --- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("workshops", 5), ("workshop-sessions", 6), ("session-new", 5), ("session-staff", 12)],
)
def test_pages_ask_as_much_for_30_rows_as_for_one(
    bo, number, name, queries, django_assert_num_queries
):
    workshop = create_workshop()
    for _ in range(number):
        session = create_session(workshop=workshop, leader=create_user(role="facilitator"))
        create_booking(session=session)
        create_session()
        create_venue()
    of = {"workshop-sessions": [workshop.pk], "session-staff": [session.pk]}
    address = reverse(f"manage:{name}", args=of.get(name, []))
    bo.get(address)

    with django_assert_num_queries(queries):
        bo.get(address)
