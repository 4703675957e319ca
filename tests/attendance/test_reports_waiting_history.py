"""What waits is found by itself: sessions that are over and done with are not looked at for it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from attendance.actions import approvals
from attendance.reports import waiting
from booking.reports import planning
from booking.states import BookingState
from tests.attendance.counted import ago, begun, browser, parties
from tests.attendance.counting_pages import handed_over, listed
from tests.factories import create_booking, create_session, create_user, create_workshop
from tests.history import Looking, make_history
from tests.random_files import undone

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
OVER = 3000
FEW = 150  # rows that a statement may look at for one waiting session of each kind
LIST = "/manage/sessions/"


@pytest.fixture(scope="module")
def one_of_each(django_db_setup, django_db_blocker):
    """Behind years of sessions one that waits, of each kind; every test looks at the same."""
    with django_db_blocker.unblock(), undone():
        yield history()


def history():
    leader, karen = create_user(role="facilitator"), create_user(role="coordinator")
    make_history(OVER)
    deciding = create_session(workshop=create_workshop(needs_approval=True))
    create_booking(session=deciding, state=BookingState.PENDING, expires_at=deciding.starts)
    rejected = handed_over(leader, starts=ago(days=3))
    count = parties(rejected)[0].headcounts.get()
    approvals.reject(count, by=karen, why="Se igen.")
    return {
        "approval": [handed_over(leader)],
        "counts": [rejected, begun(leader, starts=ago(days=2))],
        "bookings": [deciding],
        "upcoming": [deciding],
    }


def test_start_page_does_not_look_at_what_is_over(one_of_each):
    karen = create_user(role="coordinator")
    karen.get_all_permissions()

    with Looking() as looked:
        found = waiting.counts(karen, timezone.now())

    assert found == {"own": 0, "approval": 1, "counts": 2, "bookings": 1, "errands": 0}
    assert looked.rows < FEW


def test_list_passes_what_is_over_once_for_the_number_of_all(one_of_each):
    karen = browser("coordinator")
    karen.get(LIST)

    for tab, sessions in one_of_each.items():
        with Looking() as looked:
            answer = karen.get(LIST, {"show": tab})

        assert listed(answer) == sessions
        assert OVER <= looked.rows < OVER + FEW


def test_list_of_workshops_passes_what_is_over_once_for_the_number_of_all(one_of_each):
    with Looking() as looked:
        rows = list(planning.workshops("published", now=timezone.now()))

    assert sum(row.sessions_total for row in rows) == OVER + 4
    assert (sum(row.ahead for row in rows), sum(row.booked for row in rows)) == (1, 1)
    assert OVER <= looked.rows < OVER + FEW
