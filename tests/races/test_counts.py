"""Counts sent, approved and rejected at the same moment: each once."""

from __future__ import annotations

import datetime
import uuid
from functools import partial

import pytest
from django.utils import timezone

from attendance.actions import approvals, counting, headcounts, registers
from attendance.actions.counting import TypedCount
from attendance.models import Headcount, Register
from booking.models import Party
from tests import factories
from tests.races import harness
from workshops.models import Audience, Mark

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")


def begun(**fields):
    leader = factories.create_user(role="facilitator")
    starts = timezone.now() - datetime.timedelta(hours=2)
    return factories.create_session(starts=starts, leader=leader, **fields), leader


def test_count_when_30_resend_it_at_once():
    session, leader = begun()
    party = factories.create_booking(session=session).parties.get()
    client_id = uuid.uuid4()

    answers = harness.all_at_once(
        [partial(headcounts.record, party, present=19, by=leader, client_id=client_id)] * 30
    )

    assert (answers.errors, answers.refused) == ({}, {})
    assert {count.pk for count in answers.values} == {Headcount.objects.get().pk}


def test_client_id_when_two_sessions_get_it_at_once():
    client_id, coordinator = uuid.uuid4(), factories.create_user(role="coordinator")
    parties = [factories.create_booking(session=begun()[0]).parties.get() for _number in range(2)]

    answers = harness.all_at_once(
        [
            partial(headcounts.record, party, present=19, by=coordinator, client_id=client_id)
            for party in parties * 10
        ]
    )

    assert (answers.errors, answers.refused) == ({}, {"client_id_reused": 10})
    assert {count.pk for count in answers.values} == {Headcount.objects.get().pk}


def test_register_when_20_submit_and_20_approve_at_once():
    session, leader = begun()
    coordinator = factories.create_user(role="coordinator")
    party = factories.create_booking(session=session).parties.get()
    headcounts.record(party, present=19, by=leader)
    Mark.objects.all().delete()

    handed_over = harness.all_at_once(
        [partial(registers.submit, session, held=True, by=leader)] * 20
    )
    approved = harness.all_at_once([partial(approvals.approve, session, by=coordinator)] * 20)

    assert [handed_over.errors, handed_over.refused] == [{}, {}]
    assert [approved.errors, approved.refused] == [{}, {}]
    assert Register.objects.get().state == Register.State.APPROVED
    assert Headcount.objects.get().verdict == Headcount.Verdict.APPROVED
    assert sorted(mark.reason for mark in Mark.objects.all()) == ["approved", "register submitted"]


def test_count_when_approved_and_rejected_at_once():
    session, leader = begun()
    coordinator = factories.create_user(role="coordinator")
    party = factories.create_booking(session=session).parties.get()
    count = headcounts.record(party, present=19, by=leader)

    answers = harness.all_at_once(
        [partial(approvals.approve_count, count, by=coordinator)] * 10
        + [partial(approvals.reject, count, by=coordinator, why="Counted twice.")] * 10
    )

    count.refresh_from_db()
    loser = "count_rejected" if count.verdict == "rejected" else "count_approved"
    assert answers.errors == {}
    assert answers.refused == {loser: 10}


def test_crowd_when_20_ask_for_it_at_once():
    session, _leader = begun(audience=Audience.PARENTS)

    answers = harness.all_at_once([partial(headcounts.crowd, session)] * 20)

    assert (answers.errors, answers.refused) == ({}, {})
    assert {party.pk for party in answers.values} == {Party.objects.get().pk}


def test_counts_when_10_hand_over_and_10_approve_what_they_saw_at_once():
    """Whoever approves has seen every number that is approved then."""
    session, leader = begun()
    coordinator = factories.create_user(role="coordinator")
    party = factories.create_booking(session=session).parties.get()
    rows = [
        TypedCount(party=party, present=present, client_id=uuid.uuid4()) for present in range(1, 11)
    ]
    counting.save(session, rows[:1], by=leader, held=True)
    seen = Headcount.objects.get().pk
    look = approvals.Look(seen, held=True)

    answers = harness.all_at_once(
        [partial(counting.save, session, [row], by=leader, held=True) for row in rows]
        + [partial(approvals.approve_many, [(session, look)], by=coordinator)] * 10
    )

    assert answers.errors == {}
    assert set(answers.refused) <= {"count_approved", "register_approved"}
    approved = list(Headcount.objects.approved().values_list("pk", flat=True))
    assert approved in ([], [seen])
    state = Register.objects.get().state
    assert state == (Register.State.APPROVED if approved else Register.State.SUBMITTED)
