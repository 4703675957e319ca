"""Approving many sessions at once."""

from __future__ import annotations

import uuid

import pytest

from attendance.actions import approvals, counting, headcounts, registers
from attendance.actions.counting import TypedCount
from attendance.models import Headcount, Register
from tests.attendance.counted import ago, begun, parties
from tests.factories import create_headcount, create_register, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return create_user(role="coordinator")


def row(party, present=20, **fields):
    return TypedCount(party=party, present=present, client_id=uuid.uuid4(), **fields)


def handed_over(leader, **fields):
    session = begun(leader, **fields)
    counting.save(session, [row(party) for party in parties(session)], by=leader, held=True)
    return session, approvals.Look(Headcount.objects.latest("pk").pk, held=True)


def test_one_refusal_stops_no_other(leader, karen):
    good, own, later = handed_over(leader), handed_over(karen), handed_over(leader)

    done = approvals.approve_many([own, good, later], by=karen)

    assert done.approved == [good[0], later[0]]
    assert [(session, refusal.code) for session, refusal in done.refused] == [(own[0], "own_count")]
    assert Headcount.objects.approved().count() == 2


def test_nothing_to_approve(karen):
    done = approvals.approve_many([], by=karen)

    assert (done.approved, done.refused) == ([], [])


def test_count_made_after_looking_is_not_approved(leader, karen):
    session, seen = handed_over(leader)
    headcounts.record(parties(session)[0], present=1, by=leader)

    done = approvals.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["counts_changed"]
    assert not Headcount.objects.approved().exists()


def test_rejected_count_made_after_looking_is_no_hindrance(leader, karen):
    session, seen = handed_over(leader)
    create_headcount(
        party=parties(session)[0], present=1, recorded_by=leader, rejected_by=create_user()
    )

    done = approvals.approve_many([(session, seen)], by=karen)

    assert done.approved == [session]


def test_held_session_whose_count_was_rejected_is_not_approved(leader, karen):
    """The other class waits too: approving it now would close the register over a gap."""
    session, seen = handed_over(leader, booked=(24, 20))
    approvals.reject(parties(session)[0].headcounts.get(), by=karen, why="Nej.")

    done = approvals.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["count_missing"]
    assert Register.objects.get().state == Register.State.SUBMITTED
    assert Headcount.objects.undecided().count() == 1


def test_session_that_was_not_held_is_approved_without_counts(leader, karen):
    session = begun(leader, starts=ago(days=1))
    create_register(session=session, held=False, submitted_by=leader)

    assert approvals.approve_many(
        [(session, approvals.Look(0, held=False))], by=karen
    ).approved == [session]


def test_other_word_on_whether_it_was_held_is_not_approved_unseen(leader, karen):
    session, seen = handed_over(leader)
    registers.submit(session, held=False, by=leader)

    done = approvals.approve_many([(session, seen)], by=karen)

    assert [refusal.code for _session, refusal in done.refused] == ["counts_changed"]
    assert Register.objects.get().state == Register.State.SUBMITTED
