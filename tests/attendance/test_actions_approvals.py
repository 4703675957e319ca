"""Approving and rejecting: never one's own."""

import datetime

import pytest

from attendance.actions import approvals, headcounts, registers
from attendance.models import Headcount, Register
from booking.actions import bookings
from tests import factories
from tests.booking.orders import NOW, refused
from workshops.models import Mark

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


def test_approve_decides_register_and_counts(session, leader, coordinator):
    counts = [count(session, by=leader), count(session, by=leader, present=7)]
    submit(session, by=leader)
    Mark.objects.all().delete()

    approvals.approve(session, by=coordinator, now=NOW)

    register = Register.objects.get()
    assert (register.state, register.approved_by, register.approved_at) == (
        "approved",
        coordinator,
        NOW,
    )
    decided = Headcount.objects.order_by("pk").values_list("pk", "verdict", "decided_by")
    assert list(decided) == [(row.pk, "approved", coordinator.pk) for row in counts]
    assert [mark.reason for mark in Mark.objects.all()] == ["approved"]


def test_approve_twice_is_once(session, leader, coordinator):
    count(session, by=leader)
    submit(session, by=leader)
    approvals.approve(session, by=coordinator, now=NOW)
    Mark.objects.all().delete()

    again = approvals.approve(session, by=factories.create_user(role="manager"))

    assert (again.approved_by, again.approved_at) == (coordinator, NOW)
    assert not Mark.objects.exists()


def test_approve_takes_what_was_counted_after_the_first_approval(session, leader, coordinator):
    first = count(session, by=leader)
    submit(session, by=leader)
    approvals.approve(session, by=coordinator)
    headcounts.correct(first.party, present=20, why="Listen", by=leader, now=NOW)
    Mark.objects.all().delete()

    approvals.approve(session, by=coordinator)

    assert Headcount.objects.latest("pk").verdict == "approved"
    assert Mark.objects.count() == 1


def test_approve_leaves_a_count_alone_that_was_replaced(session, leader, coordinator):
    first = count(session, by=coordinator)
    headcounts.record(first.party, present=20, by=leader, now=NOW)
    submit(session, by=leader)

    approvals.approve(session, by=coordinator)

    verdicts = Headcount.objects.order_by("pk").values_list("present", "verdict")
    assert list(verdicts) == [(19, ""), (20, "approved")]
    assert not Headcount.objects.awaiting().exists()


def test_approve_with_an_own_count_is_refused_and_decides_nothing(session, leader, coordinator):
    count(session, by=leader)
    count(session, by=coordinator)
    submit(session, by=leader)

    with refused("own_count"):
        approvals.approve(session, by=coordinator)

    assert Headcount.objects.undecided().count() == 2
    assert Register.objects.get().state == "submitted"


def test_approve_an_own_register_is_refused(session, leader, coordinator):
    count(session, by=leader)
    submit(session, by=coordinator)

    with refused("own_register"):
        approvals.approve(session, by=coordinator)

    assert approvals.approve(session, by=factories.create_user(role="manager")).approved_by


def test_approve_before_the_register_is_handed_over_is_refused(session, coordinator):
    with refused("register_not_submitted"):
        approvals.approve(session, by=coordinator)

    factories.create_register(session=session, state="in_progress")
    with refused("register_not_submitted"):
        approvals.approve(session, by=coordinator)


@pytest.mark.parametrize("role", ["", "facilitator"])
def test_approve_by_somebody_who_may_not_is_refused(session, leader, role):
    counted = count(session, by=leader)
    submit(session, by=leader)
    user = factories.create_user(role=role)

    for verb in (
        lambda: approvals.approve(session, by=user),
        lambda: approvals.approve_count(counted, by=user),
        lambda: approvals.reject(counted, by=user, why="Nej"),
    ):
        with refused("may_not_approve"):
            verb()


# --- one count ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "verdict"),
    [
        (lambda counted, by: approvals.approve_count(counted, by=by, now=NOW), "approved"),
        (lambda counted, by: approvals.reject(counted, by=by, why="Nej", now=NOW), "rejected"),
    ],
)
def test_verdict_on_one_count_is_given_once(session, leader, coordinator, verb, verdict):
    counted = count(session, by=leader)
    Mark.objects.all().delete()

    verb(counted, coordinator)
    again = verb(counted, factories.create_user(role="manager"))

    assert (again.verdict, again.decided_by, again.decided_at) == (verdict, coordinator, NOW)
    assert [mark.reason for mark in Mark.objects.all()] == [verdict]


def test_verdict_on_an_own_count_is_refused(session, coordinator):
    counted = count(session, by=coordinator)

    with refused("own_count"):
        approvals.approve_count(counted, by=coordinator)
    with refused("own_count"):
        approvals.reject(counted, by=coordinator, why="Nej")


def test_verdict_is_never_turned(session, leader, coordinator):
    approved, rejected = count(session, by=leader), count(session, by=leader)
    approvals.approve_count(approved, by=coordinator)
    approvals.reject(rejected, by=coordinator, why="Nej")

    with refused("count_approved"):
        approvals.reject(approved, by=coordinator, why="Nej")
    with refused("count_rejected"):
        approvals.approve_count(rejected, by=coordinator)


def test_verdict_on_a_replaced_count_is_refused(session, leader, coordinator):
    first = count(session, by=leader)
    headcounts.record(first.party, present=20, by=leader, now=NOW)

    with refused("count_superseded"):
        approvals.approve_count(first, by=coordinator)


def test_rejecting_the_later_count_brings_the_earlier_one_back(session, leader, coordinator):
    first = count(session, by=leader)
    second = headcounts.record(first.party, present=20, by=leader, now=NOW)

    approvals.reject(second, by=coordinator, why="Nej")

    assert [row.pk for row in Headcount.objects.awaiting()] == [first.pk]
    assert approvals.approve_count(first, by=coordinator).verdict == "approved"


def test_reject_without_a_reason_is_refused(session, leader, coordinator):
    with refused("value_missing"):
        approvals.reject(count(session, by=leader), by=coordinator, why="")


# --- what else changes meanwhile ---------------------------------------------------------------


def test_cancelling_a_counted_booking_leaves_a_mark(session, leader):
    counted = count(session, by=leader)
    Mark.objects.all().delete()

    bookings.cancel(counted.party.booking, by=None)

    assert Mark.objects.get().session == session
