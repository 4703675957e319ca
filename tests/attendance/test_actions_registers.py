"""Handing a register over."""

import datetime

import pytest

from attendance.actions import approvals, headcounts, registers
from attendance.models import Headcount, Register
from tests import factories
from tests.booking.orders import NOW, refused
from workshops.models import Audience, Mark, Session

pytestmark = pytest.mark.django_db
BEGAN = NOW - datetime.timedelta(hours=2)


@pytest.fixture
def session(leader):
    return factories.create_session(starts=BEGAN, leader=leader, capacity=60)


def count(session, *, by, present=19):
    party = factories.create_booking(session=session, seats=1).parties.get()
    return headcounts.record(party, present=present, by=by, now=NOW)


def submit(session, *, by, held=True):
    return registers.submit(session, held=held, by=by, now=NOW)


def test_submit_says_that_the_session_was_held(session, leader):
    count(session, by=leader)
    Mark.objects.all().delete()

    submit(session, by=leader)

    register = Register.objects.get()
    assert (register.session, register.held, register.state) == (session, True, "submitted")
    assert (register.submitted_by, register.submitted_at) == (leader, NOW)
    assert [mark.session for mark in Mark.objects.all()] == [session]


def test_submit_twice_is_once(session, leader, coordinator):
    submit(session, by=leader)

    again = submit(session, by=coordinator)

    assert (again.submitted_by, Mark.objects.count()) == (leader, 1)


def test_submit_something_else_before_the_approval(session, leader, coordinator):
    submit(session, by=leader, held=False)

    again = submit(session, by=coordinator)

    assert (again.held, again.submitted_by, Register.objects.count()) == (True, coordinator, 1)


def test_submit_something_else_after_the_approval_is_refused(session, leader, coordinator):
    submit(session, by=leader)
    approvals.approve(session, by=coordinator)

    with refused("register_approved"):
        submit(session, by=leader, held=False)

    assert submit(session, by=leader).state == "approved"


def test_submit_a_held_session_without_a_count_is_refused(session, leader):
    count(session, by=leader)
    factories.create_booking(session=session, seats=1)

    with refused("count_missing") as refusal:
        submit(session, by=leader)

    assert refusal.value.params == {"missing": 1}
    assert not Register.objects.exists()


def test_submit_a_session_that_was_not_held_needs_no_counts(session, leader):
    factories.create_booking(session=session)

    assert submit(session, by=leader, held=False).held is False


def test_submit_does_not_ask_for_classes_that_have_no_seats(session, leader):
    factories.create_booking(session=session, seats=1, state="waiting")
    factories.create_booking(session=session, seats=1, state="cancelled")

    assert submit(session, by=leader).state == "submitted"


def test_submit_takes_a_no_show_for_a_count_but_not_a_rejected_one(session, leader, coordinator):
    counted = count(session, by=leader)
    approvals.reject(counted, by=coordinator, why="Forkert hold")

    with refused("count_missing"):
        submit(session, by=leader)

    headcounts.record(
        counted.party, present=0, outcome=Headcount.Outcome.NO_SHOW, by=leader, now=NOW
    )
    assert submit(session, by=leader).state == "submitted"


def test_submit_an_evening_needs_one_count_of_everybody(leader):
    evening = factories.create_session(starts=BEGAN, leader=leader, audience=Audience.PARENTS)
    factories.create_booking(session=evening, seats=2)

    with refused("count_missing"):
        submit(evening, by=leader)

    headcounts.record(headcounts.crowd(evening), present=30, by=leader, now=NOW)
    assert submit(evening, by=leader).held is True


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"starts": NOW + datetime.timedelta(minutes=1)}, "session_not_begun"),
        ({"state": "cancelled", "over_at": NOW}, "session_over"),
    ],
)
def test_submit_a_session_that_cannot_have_been_is_refused(session, leader, fields, code):
    Session.objects.update(ends=NOW + datetime.timedelta(hours=1), **fields)

    with refused(code):
        submit(session, by=leader, held=False)


def test_submit_by_somebody_else_is_refused(session):
    with refused("not_your_session"):
        submit(session, by=factories.create_user(role="facilitator"))
