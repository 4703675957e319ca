"""What waits for whom: the numbers on the start page, and that they equal the lists."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from attendance.actions import approvals, headcounts, registers
from attendance.models import Headcount
from attendance.reports import counts, waiting
from attendance.reports.waiting import Stage
from booking.models import Errand
from booking.reports import schools
from booking.states import BookingState
from tests.attendance.counted import ago, begun, browser, evening, parties
from tests.factories import (
    create_batch,
    create_booking,
    create_crowd,
    create_headcount,
    create_school,
    create_school_version,
    create_session,
    create_user,
    create_workshop,
    local,
)
from workshops.models import Audience, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return create_user(role="facilitator")


def whole(session):
    return counts.of_session(waiting.for_pages(Session.objects.all()).get(pk=session.pk))


def stage(session):
    return waiting.stage_of(whole(session), timezone.now())


def one_of_everything(leader):
    """Something waiting of each kind; one missing session of somebody else too."""
    given = begun(leader)
    registers.submit(given, held=False, by=leader)
    begun(leader, starts=ago(days=1))
    begun(create_user(role="facilitator"), starts=ago(days=1))
    deciding = create_session(workshop=create_workshop(needs_approval=True))
    create_booking(session=deciding, state=BookingState.PENDING, expires_at=deciding.starts)
    booking = deciding.bookings.get()
    school = booking.parties.get().school
    Errand.objects.create(kind="tell_school", booking=booking, school=school)


# --- how much waits ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "found"),
    [
        ("", {}),
        ("facilitator", {"own": 1}),
        ("coordinator", {"own": 0, "approval": 1, "counts": 2, "bookings": 1, "errands": 1}),
        ("manager", {"own": 0, "approval": 1, "counts": 2, "bookings": 1, "errands": 1}),
    ],
)
def test_everybody_is_told_of_what_is_theirs_to_do(leader, role, found):
    one_of_everything(leader)
    user = leader if role == "facilitator" else create_user(role=role)

    assert waiting.counts(user, timezone.now()) == found


def test_numbers_equal_the_lists(leader):
    one_of_everything(leader)
    karen = browser("coordinator")

    found = waiting.counts(karen.user, timezone.now())

    tabs = {tab.name: tab.number for tab in karen.get("/manage/sessions/").context["tabs"]}
    assert (found["approval"], found["counts"]) == (tabs["approval"], tabs["counts"])
    decisions = karen.get("/manage/bookings/", {"state": "decision"}).context["page"].paginator
    errands = karen.get("/manage/errands/").context["page"].paginator
    assert (found["bookings"], found["errands"]) == (decisions.count, errands.count)


@pytest.mark.parametrize("number", [1, 30])
def test_numbers_cost_the_same_with_1_and_30(leader, number, django_assert_num_queries):
    for _number in range(number):
        one_of_everything(leader)
    karen = create_user(role="coordinator")
    karen.get_all_permissions()

    with django_assert_num_queries(4):
        waiting.counts(karen, timezone.now())


# --- what a session needs ----------------------------------------------------------------------


def test_stages_of_a_session_in_their_order(leader):
    karen = create_user(role="coordinator")
    session = begun(leader, booked=(12, 12), starts=ago(hours=-1))
    first, second = parties(session)
    seen = [stage(session)]

    def next_one(*_done):
        seen.append(stage(session))

    next_one(Session.objects.filter(pk=session.pk).update(starts=ago(hours=3), ends=ago(hours=1)))
    next_one(headcounts.record(first, present=12, by=leader))
    next_one(headcounts.record(second, present=12, by=leader))
    next_one(registers.submit(session, held=True, by=leader))
    next_one(approvals.reject(first.headcounts.get(), by=karen, why="Nej."))
    next_one(headcounts.record(first, present=11, by=leader))
    next_one(approvals.approve(session, by=karen))
    next_one(headcounts.correct(first, present=10, why="Talt igen.", by=leader))
    next_one(
        Session.objects.filter(pk=session.pk).update(state="cancelled", over_at=timezone.now())
    )

    assert seen == [
        Stage.COMING,
        Stage.COUNT,
        Stage.COUNT,
        Stage.SUBMIT,
        Stage.AWAITING,
        Stage.AGAIN,
        Stage.AWAITING,
        Stage.APPROVED,
        Stage.AWAITING,
        Stage.CANCELLED,
    ]


def test_session_nobody_booked_has_nobody_to_count(leader):
    assert stage(begun(leader, booked=())) == Stage.EMPTY
    assert stage(evening(leader, booked=())) == Stage.COUNT


@pytest.mark.parametrize(
    ("hours", "late"), [(0, ""), (23.9, ""), (24, "24"), (71.9, "24"), (72, "72"), (2000, "72")]
)
def test_how_late_missing_counts_are(hours, late):
    session = create_session()

    assert waiting.is_late(session, session.ends + datetime.timedelta(hours=hours)) == late


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        (local(2026, 3, 29, 0), local(2026, 3, 29, 0)),
        (local(2026, 3, 29, 23, 59), local(2026, 3, 29, 0)),
        (local(2026, 10, 25, 3), local(2026, 10, 25, 0)),
    ],
)
def test_day_begins_at_local_midnight(moment, midnight):
    assert waiting.day_start(moment.astimezone(datetime.UTC)) == midnight


# --- what is counted ---------------------------------------------------------------------------


def test_rejected_count_leaves_what_stood_before(leader):
    session = begun(leader)
    party = parties(session)[0]
    create_headcount(party=party, present=20, recorded_by=leader, approved=True)
    karen = create_user(role="coordinator")
    create_headcount(party=party, present=22, recorded_by=leader, rejected_by=karen)

    line = whole(session).lines[0]

    assert (line.current.present, line.approved.present, line.awaiting) == (20, 20, None)
    assert [count.present for count in line.history] == [22, 20]
    assert not line.is_rejected


def test_three_zeros_differ(leader):
    session = begun(leader, booked=(10, 10, 10))
    _nothing, absent, empty = parties(session)
    create_headcount(party=absent, present=0, outcome=Headcount.Outcome.NO_SHOW)
    create_headcount(party=empty, present=0)

    found = whole(session)

    assert [line.current and line.current.outcome for line in found.lines] == [
        None,
        "no_show",
        "came",
    ]
    assert found.present == 0
    assert whole(begun(leader)).present is None


def test_waiting_class_is_asked_about_only_when_it_came_anyway(leader):
    session = begun(leader)
    waiting = create_booking(session=session, seats=5, state=BookingState.WAITING)

    before = len(whole(session).lines)
    create_headcount(party=waiting.parties.get(), present=5)

    assert (before, len(whole(session).lines), whole(session).booked) == (1, 2, 24)


def test_evening_counted_party_by_party_by_an_import(leader):
    session = evening(leader, booked=(4, 3))
    session.parties.update(kind="crowd", person_key="")
    batch = create_batch()
    for party in parties(session):
        create_headcount(party=party, present=2, batch=batch)

    found = whole(session)

    assert [(line.booked, line.current.present) for line in found.lines] == [(4, 2), (3, 2)]
    assert (found.present, found.counters, found.booked) == (4, [], 7)


def test_evening_before_and_after_somebody_counted(leader):
    session = evening(leader, booked=(4, 3))
    before = whole(session).lines
    create_headcount(party=create_crowd(session=session), present=9)
    after = whole(session).lines

    assert [(line.key, line.booked, line.current) for line in before] == [("everyone", 7, None)]
    assert [(line.key, line.booked, line.current.present) for line in after] == [("everyone", 7, 9)]


def test_place_is_the_venue_the_school_or_unsaid(leader):
    session = begun(leader)
    school = create_school(name="Gamle Skole", valid_from=datetime.date(2010, 1, 1))
    unsaid = whole(session).place
    Session.objects.filter(pk=session.pk).update(school=school, room="Aula")

    assert (unsaid, whole(session).place) == ("På skolen, der booker", "Gamle Skole, Aula")


@pytest.mark.parametrize("audience", [Audience.PUPILS, Audience.PARENTS])
def test_sessions_without_anything(leader, audience):
    assert whole(create_session(audience=audience)).booked == 0


# --- schools -----------------------------------------------------------------------------------


def test_school_is_what_it_was_on_the_day():
    school = create_school(name="Første", valid_from=datetime.date(2020, 8, 1))
    create_school_version(school=school, valid_from=datetime.date(2024, 8, 1), name="Anden")

    names = schools.entries_of([school.pk])

    days = [datetime.date(2019, 1, 1), datetime.date(2020, 8, 1), datetime.date(2024, 7, 31)]
    assert [schools.name_on(names, school.pk, day) for day in days] == ["Første"] * 3
    assert schools.name_on(names, school.pk, datetime.date(2024, 8, 1)) == "Anden"
    assert (names.on(None, days[0]), schools.name_on(names, 999999, days[0])) == (None, "")
