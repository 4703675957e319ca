"""What booking asks in one question beside others says the same as the querysets by themselves."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from booking.actions import holds, parties, seats
from booking.models import Booking, Hold
from booking.states import BookingState
from tests import factories
from tests.booking.filling import know
from tests.booking.orders import NOW, open_session, place
from workshops.models import School, SchoolClosing

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)
DAY = datetime.date(2026, 3, 16)


def seen(session, *, key=None, mailbox="", now=NOW):
    with transaction.atomic():
        return seats.lock_to_book(
            session.pk, request_key=key or uuid.uuid4(), mailbox=mailbox, now=now
        )


@pytest.mark.parametrize("state", BookingState.values)
@pytest.mark.parametrize("deadline", [NOW - SECOND, NOW, NOW + SECOND])
def test_overdue_bookings_are_seen_as_the_queryset_sees_them(state, deadline):
    session = open_session()
    booking = factories.create_booking(session=session, state=state)
    Booking.objects.filter(pk=booking.pk).update(expires_at=deadline)

    overdue = Booking.objects.filter(session=session).overdue(NOW).exists()

    assert seen(session).has_overdue is overdue


@pytest.mark.parametrize("later", [datetime.timedelta(minutes=19), datetime.timedelta(minutes=20)])
def test_expired_holds_are_seen_as_the_queryset_sees_them(later):
    session = open_session()
    holds.hold(session, seats_wanted=5, client_key="c", now=NOW)

    expired = Hold.objects.expired(NOW + later).exists()

    assert seen(session, now=NOW + later).has_overdue is expired
    assert expired == (later == datetime.timedelta(minutes=20))


def test_what_is_overdue_in_another_session_is_none_of_this_one():
    other = factories.create_booking(session=open_session(), state="pending")
    Booking.objects.filter(pk=other.pk).update(expires_at=NOW - SECOND)

    assert not seen(open_session()).has_overdue
    assert seen(other.session).has_overdue


def test_request_is_known_by_its_key_in_whatever_session():
    key, session = uuid.uuid4(), open_session()
    place(open_session(), request_key=key)

    assert seen(session, key=key).knows_request
    assert not seen(session).knows_request


def test_mailbox_is_known_by_its_key():
    know("lone@example.org")

    assert seen(open_session(), mailbox=parties.person_key("Lone@Example.org ")).knows_mailbox
    assert not seen(open_session(), mailbox=parties.person_key("other@example.org")).knows_mailbox


# From which day to which, counted from the day asked about; a closing ends after it begins.
CLOSINGS = [(None, None)] + [
    (since, until)
    for since in (-1, 0, 1)
    for until in (None, 0, 1, 2)
    if until is None or until > since
]


@pytest.mark.parametrize(("since", "until"), CLOSINGS)
@pytest.mark.parametrize("kind", ["1012", "9999"])
def test_schools_are_open_as_the_queryset_has_it(since, until, kind):
    school = factories.create_school(type_code=kind)
    if since is not None:
        closed, reopened = DAY + datetime.timedelta(since), DAY + datetime.timedelta(until or 0)
        SchoolClosing.objects.create(
            school=school, closed_from=closed, reopened_on=reopened if until is not None else None
        )

    is_open = School.objects.open_on(DAY).filter(pk=school.pk, is_school=True).exists()

    assert _passes(school) is is_open


def test_merged_school_is_not_open():
    school = factories.create_school()
    School.objects.filter(pk=school.pk).update(merged_into=factories.create_school(), merged_at=NOW)

    assert not School.objects.open_on(DAY).filter(pk=school.pk).exists()
    assert not _passes(school)


def _passes(school) -> bool:
    try:
        return set(parties.check_schools([school.pk], day=DAY)) == {school.pk}
    except ValidationError as refusal:
        return refusal.code != "school_closed"
