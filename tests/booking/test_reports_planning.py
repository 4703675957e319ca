"""What lies ahead of workshops, as the coordinator's lists ask for it."""

from __future__ import annotations

import datetime

import pytest

from booking.reports import planning
from tests.factories import create_booking, create_session, create_user, create_workshop, local

pytestmark = pytest.mark.django_db
NOW = local(2026, 11, 22, 12)
DAY = datetime.timedelta(days=1)


def row_of(workshop):
    rows = planning.workshops(workshop.state, now=NOW)
    return next(row for row in rows if row.pk == workshop.pk)


def test_tabs_count_every_state_in_a_fixed_order():
    for state in ("draft", "draft", "archived"):
        create_workshop(state=state)

    assert [(tab.state, tab.number) for tab in planning.tabs()] == [
        ("published", 0),
        ("draft", 2),
        ("paused", 0),
        ("archived", 1),
    ]


def test_workshop_without_sessions_has_nothing_ahead():
    row = row_of(create_workshop())

    assert (row.next_starts, row.ahead, row.sessions_total, row.booked) == (None, 0, 0, 0)


@pytest.mark.parametrize(
    ("state", "ahead"),
    [("draft", 1), ("open", 1), ("closed", 1), ("cancelled", 0), ("withdrawn", 0)],
)
def test_sessions_ahead_are_those_that_are_not_over(state, ahead):
    workshop = create_workshop()
    create_session(workshop=workshop, starts=NOW + DAY, state=state)

    row = row_of(workshop)

    assert (row.ahead, row.sessions_total) == (ahead, 1)
    assert row.next_starts == (NOW + DAY if ahead else None)


def test_session_that_begins_now_is_no_longer_ahead():
    workshop = create_workshop()
    create_session(workshop=workshop, starts=NOW)
    soon = create_session(workshop=workshop, starts=NOW + datetime.timedelta(seconds=1))

    assert (row_of(workshop).ahead, row_of(workshop).next_starts) == (1, soon.starts)


@pytest.mark.parametrize(
    ("state", "booked"),
    [
        ("confirmed", 1),
        ("pending", 1),
        ("offered", 1),
        ("waiting", 1),
        ("declined", 0),
        ("cancelled", 0),
    ],
)
def test_live_bookings_of_sessions_to_come_are_counted(state, booked):
    workshop = create_workshop()
    for starts in (NOW + DAY, NOW - DAY):
        session = create_session(workshop=workshop, starts=starts)
        create_booking(session=session, state=state, seats=3)

    assert row_of(workshop).booked == booked


def test_counts_of_one_workshop_never_multiply():
    """Sessions, bookings and facilitators in one query do not count each other."""
    workshop = create_workshop()
    for number in range(3):
        session = create_session(workshop=workshop, starts=NOW + (number + 1) * DAY, capacity=99)
        session.facilitators.set([create_user(), create_user()])
        for _ in range(4):
            create_booking(session=session, seats=2)

    row = row_of(workshop)

    assert (row.ahead, row.sessions_total, row.booked) == (3, 3, 12)


def test_soonest_comes_first_and_the_unplanned_last():
    idle = create_workshop(title="A")
    late, soon = create_workshop(title="B"), create_workshop(title="C")
    create_session(workshop=late, starts=NOW + 9 * DAY)
    create_session(workshop=soon, starts=NOW + DAY)

    assert list(planning.workshops("published", now=NOW)) == [soon, late, idle]


def test_sessions_to_come_and_past_ones_meet_nowhere():
    workshop = create_workshop()
    created = [
        create_session(workshop=workshop, starts=NOW + days * DAY) for days in (-2, -1, 0, 1, 2)
    ]

    ahead = list(planning.sessions_of(workshop, now=NOW))
    past = list(planning.sessions_of(workshop, now=NOW, past=True))

    assert ahead == created[3:]
    assert past == created[2::-1]


def test_each_session_tells_its_live_bookings():
    session = create_session(starts=NOW + DAY)
    for state in ("confirmed", "waiting", "cancelled"):
        create_booking(session=session, state=state, seats=2)

    assert planning.sessions_of(session.workshop, now=NOW)[0].booked == 2


@pytest.mark.parametrize("number", [1, 30])
def test_lists_ask_as_much_for_30_rows_as_for_one(number, django_assert_num_queries):
    workshop = create_workshop()
    for _ in range(number):
        session = create_session(workshop=workshop, starts=NOW + DAY, leader=create_user())
        create_booking(session=session)
        create_workshop()

    with django_assert_num_queries(1):
        list(planning.workshops("published", now=NOW))
    with django_assert_num_queries(2):
        [list(row.facilitators.all()) for row in planning.sessions_of(workshop, now=NOW)]
