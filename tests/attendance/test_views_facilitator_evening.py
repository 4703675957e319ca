"""The facilitator counts an evening, and sessions that are not for counting now."""

from __future__ import annotations

import pytest
from django.utils import timezone

from attendance.models import Register
from booking.models import Party
from tests.attendance.counted import (
    ago,
    begun,
    count_page,
    evening,
    parties,
    submit_page,
    typed,
    words,
)
from tests.attendance.counting_pages import counted
from tests.factories import create_crowd, create_headcount
from workshops.models import Session

pytestmark = pytest.mark.django_db


# --- an evening --------------------------------------------------------------------------------


def test_evening_is_counted_all_together(anna):
    session = evening(anna.user, booked=(2, 1))

    answer = anna.post(submit_page(session), typed(present=40, confirm="on") | {"held": "yes"})

    assert answer.status_code == 302
    party = Party.objects.get(kind=Party.Kind.CROWD)
    assert (party.session, counted()) == (session, [(40, None, "came", "")])
    assert 'name="everyone-present" value="40"' in words(anna.get(count_page(session)))


def test_looking_at_an_evening_writes_nothing(anna):
    session = evening(anna.user)

    shown = words(anna.get(count_page(session)))

    assert "3 are booked. Count everybody who is here, those not signed up too." in shown
    assert "The class did not come" not in shown
    assert not Party.objects.filter(kind=Party.Kind.CROWD).exists()


def test_page_opened_before_somebody_else_counted_the_evening(anna):
    """There was no party for everybody then."""
    session = evening(anna.user)
    sent = typed(present=3)
    create_headcount(party=create_crowd(session=session), present=2, recorded_by=anna.user)

    answer = anna.post(count_page(session), sent)

    assert answer.status_code == 302
    assert [present for present, *_rest in counted()] == [2, 3]


# --- not now -----------------------------------------------------------------------------------


def test_session_to_come_is_explained(anna):
    session = begun(anna.user, starts=ago(days=-2))

    shown = anna.get(count_page(session))
    forged = anna.post(count_page(session), typed(parties(session)[0], present=20))

    assert "You can count who came from the moment the session begins" in words(shown)
    assert "<form" not in words(shown)
    assert forged.status_code == 422
    assert "This session has not begun yet." in words(forged)
    assert counted() == []


def test_cancelled_session_is_explained(anna):
    session = begun(anna.user)
    Session.objects.filter(pk=session.pk).update(state="cancelled", over_at=timezone.now())

    shown = anna.get(count_page(session))
    forged = anna.post(
        submit_page(session), typed(parties(session)[0], present=20) | {"held": "no"}
    )

    assert "This session was cancelled: there is nobody to count." in words(shown)
    assert forged.status_code == 422
    assert counted() == []


def test_class_that_cancelled_is_not_asked_about(anna):
    session = begun(anna.user, booked=(12, 12))
    from booking.actions import bookings

    bookings.cancel(session.bookings.first(), by=None)

    shown = words(anna.get(count_page(session)))

    assert shown.count('inputmode="numeric"') == 2


def test_session_without_a_class_can_be_said_not_to_be_held(anna):
    session = begun(anna.user, booked=())

    shown = words(anna.get(count_page(session)))
    answer = anna.post(submit_page(session), {"held": "no"})

    assert "No class has booked this session" in shown
    assert answer.status_code == 302
    assert Register.objects.get().held is False


@pytest.mark.parametrize("number", [1, 30])
def test_count_page_costs_the_same_with_1_and_30(anna, number, django_assert_num_queries):
    session = begun(anna.user, booked=(5,) * number)
    for party in parties(session):
        create_headcount(party=party, recorded_by=anna.user)
    anna.get(count_page(session))

    with django_assert_num_queries(COUNT_QUERIES):
        anna.get(count_page(session))


COUNT_QUERIES = 8
