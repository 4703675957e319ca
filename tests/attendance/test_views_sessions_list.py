"""A coordinator's list of sessions: the tabs, what waits, the filters."""

from __future__ import annotations

import pytest
import time_machine

from attendance.actions import approvals
from attendance.models import Headcount
from booking.states import BookingState
from tests.attendance.counted import ago, begun, parties, words
from tests.attendance.counting_pages import handed_over, listed
from tests.factories import (
    create_batch,
    create_booking,
    create_deliverer,
    create_headcount,
    create_register,
    create_school,
    create_session,
    create_user,
    create_workshop,
    local,
)
from workshops.models import Session

pytestmark = pytest.mark.django_db
LIST = "/manage/sessions/"


def tabs(answer):
    return {tab.name: tab.number for tab in answer.context["tabs"]}


def one_of_each(leader):
    """A session for each tab."""
    approval = handed_over(leader)
    missing = begun(leader, starts=ago(days=2))
    deciding = create_session(workshop=create_workshop(needs_approval=True), leader=leader)
    create_booking(session=deciding, state=BookingState.PENDING, expires_at=deciding.starts)
    done = handed_over(leader)
    approvals.approve(done, by=create_user(role="coordinator"))
    draft = create_session(state=Session.State.DRAFT)
    cancelled = begun(leader, booked=(), state=Session.State.CANCELLED)
    return approval, missing, deciding, done, draft, cancelled


def test_each_tab_holds_what_it_says(karen, leader):
    approval, missing, deciding, done, draft, cancelled = one_of_each(leader)
    create_session(state=Session.State.WITHDRAWN)

    answers = {name: karen.get(LIST, {"show": name}) for name in TABS}

    assert {name: set(listed(answer)) for name, answer in answers.items()} == {
        "approval": {approval},
        "counts": {missing},
        "bookings": {deciding},
        "upcoming": {deciding},
        "all": {approval, missing, deciding, done, draft, cancelled},
    }
    numbers = {"approval": 1, "counts": 1, "bookings": 1, "upcoming": 1, "all": 6}
    assert [tabs(answer) for answer in answers.values()] == [numbers] * 5


TABS = ("approval", "counts", "bookings", "upcoming", "all")


@pytest.mark.parametrize("show", ["", "nonsense", "-1", "999999"])
def test_unknown_tab_is_the_first(karen, leader, show):
    session = handed_over(leader)

    answer = karen.get(LIST, {"show": show})

    assert listed(answer) == [session]
    assert 'href="?show=approval" aria-current="page"' in words(answer)


@pytest.mark.parametrize("show", TABS)
def test_empty_tab_says_so(karen, show):
    answer = karen.get(LIST, {"show": show})

    assert answer.status_code == 200
    assert 'class="fm-empty"' in words(answer)
    assert "Approve the ticked" not in words(answer)


@pytest.mark.parametrize(
    ("register", "counts", "waits"),
    [
        ({"state": "submitted"}, [{}], True),
        ({"state": "submitted"}, [], True),
        ({"state": "submitted", "imported": True}, [], False),
        ({"state": "submitted", "imported": True}, [{"imported": True}], True),
        ({"state": "in_progress"}, [{}], False),
        ({"state": "approved"}, [{"approved": True}], False),
        ({"state": "approved"}, [{"approved": True}, {}], True),
        ({"state": "approved"}, [{"approved": True}, {"rejected": True}], False),
        ({"state": "submitted"}, [{"rejected": True}], False),
    ],
)
def test_what_waits_for_approval(karen, leader, register, counts, waits):
    session = begun(leader)
    batch, other = create_batch(), create_user(role="coordinator")
    imported = register.pop("imported", False)
    is_approved = register["state"] == "approved"
    create_register(
        session=session,
        **register,
        batch=batch if imported else None,
        submitted_by=None if imported else leader,
        approved_by=other if is_approved else None,
    )
    for count in counts:
        create_headcount(
            party=parties(session)[0],
            recorded_by=leader,
            batch=batch if count.get("imported") else None,
            approved=count.get("approved", False),
            rejected_by=other if count.get("rejected") else None,
        )

    assert (session in listed(karen.get(LIST))) is waits


def test_rejected_count_is_missing_again(karen, leader):
    session = handed_over(leader)
    approvals.reject(Headcount.objects.get(), by=karen.user, why="Se igen.")
    Session.objects.filter(pk=session.pk).update(ends=ago(hours=1))

    assert listed(karen.get(LIST, {"show": "counts"})) == [session]
    assert listed(karen.get(LIST)) == []


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
def test_old_missing_counts_are_marked(karen, leader):
    for day in (6, 8, 10):
        begun(leader, starts=local(2026, 3, day, 8))

    answer = karen.get(LIST, {"show": "counts"})

    assert [row.late for row in answer.context["rows"]] == ["72", "24", ""]
    assert "Missing for more than 72 hours" in words(answer)


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"a", "b", "c"}),
        ({"workshop": "a"}, {"a"}),
        ({"leader": "user"}, {"a"}),
        ({"leader": "deliverer"}, {"b"}),
        ({"school": "VALBY"}, {"b"}),
        ({"school": "123456"}, {"b"}),
        ({"school": "  vester "}, {"c"}),
        ({"since": "2026-03-04"}, {"b", "c"}),
        ({"until": "2026-03-04"}, {"a", "b"}),
        ({"since": "2026-03-04", "until": "2026-03-04"}, {"b"}),
        ({"until": "9999-12-31"}, {"a", "b", "c"}),
        ({"school": "valby", "workshop": "a"}, set()),
    ],
)
def test_filters(karen, leader, asked, found):
    deliverer = create_deliverer(title="Huset")
    sessions = {
        "a": handed_over(leader, starts=local(2026, 3, 3, 23)),
        "b": begun(None, booked=(), starts=local(2026, 3, 4, 0)),
        "c": handed_over(create_user(role="facilitator"), starts=local(2026, 3, 5)),
    }
    Session.objects.filter(pk=sessions["b"].pk).update(deliverer=deliverer)
    valby = create_school(number="123456", name="Valby Skole")
    create_booking(session=sessions["b"], school=valby)
    create_register(session=sessions["b"], submitted_by=leader)
    Session.objects.filter(pk=sessions["c"].pk).update(school=create_school(name="Vester Skole"))
    values = {
        ("workshop", "a"): sessions["a"].workshop_id,
        ("leader", "user"): f"user-{leader.pk}",
        ("leader", "deliverer"): f"deliverer-{deliverer.pk}",
    }
    query = {name: values.get((name, value), value) for name, value in asked.items()}

    answer = karen.get(LIST, query)

    assert set(listed(answer)) == {sessions[name] for name in found}
    assert tabs(answer)["approval"] == len(found)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("workshop", "abc", "Choose a workshop from the list."),
        ("workshop", "-1", "Choose a workshop from the list."),
        ("workshop", "999999", "Choose a workshop from the list."),
        ("leader", "user-999999", "Choose who leads it from the list."),
        ("leader", "user-abc", "Choose who leads it from the list."),
        ("since", "i morgen", "From date is not a date."),
        ("until", "2026-13-45", "To and including is not a date."),
        ("page", "abc", ""),
        ("page", "-1", ""),
        ("page", "999999", ""),
    ],
)
def test_rubbish_narrows_nothing_and_says_so(karen, leader, name, value, message):
    session = handed_over(leader)

    answer = karen.get(LIST, {name: value})

    assert answer.status_code == 200
    assert listed(answer) == [session]
    assert message in words(answer)


def test_pages_keep_the_filters(karen, leader):
    workshop = create_workshop()
    for _number in range(26):
        create_session(workshop=workshop, leader=leader)
    asked = {"show": "upcoming", "workshop": workshop.pk}

    first, second = karen.get(LIST, asked), karen.get(LIST, asked | {"page": "2"})

    assert (len(listed(first)), len(listed(second))) == (25, 1)
    next_page = f'href="?show=upcoming&amp;workshop={workshop.pk}&amp;page=2"'
    assert next_page in words(first)
    assert "Page 2 of 2" in words(second)


def test_text_of_a_filter_is_shown_as_text(karen):
    answer = karen.get(LIST, {"school": '"><script>x'})

    assert "<script>x" not in words(answer)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("show", ["approval", "all"])
def test_list_costs_the_same_with_1_and_30(karen, leader, number, show, django_assert_num_queries):
    for _number in range(number):
        handed_over(leader, booked=(10, 12), present=(9, 12))
    karen.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = karen.get(LIST, {"show": show})

    assert len(listed(answer)) == min(number, 25)


LIST_QUERIES = 12
