"""Questions translated once give what their query sets give, with the values of this time."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from booking.actions import drafts, seats
from booking.models import Draft
from tests.booking.filling import begun
from tests.factories import create_session
from workshops.models import Session
from workshops.prepared import A_DAY, A_KEY, A_TIME, A_UUID, A_WORD, Prepared

pytestmark = pytest.mark.databases
HOUR = datetime.timedelta(hours=1)


def coming(reference, now):
    found = Session.objects.filter(reference=reference, starts__gt=now)
    return found.select_related("workshop", "venue").order_by("pk")


@pytest.mark.django_db
def test_values_change_and_the_translation_stays(django_assert_num_queries):
    early, late = create_session(reference="early"), create_session(reference="late")
    asked = Prepared(coming, reference=A_WORD, now=A_TIME)

    with django_assert_num_queries(3):
        found = [asked.rows(reference=name, now=early.starts - HOUR) for name in ("early", "late")]
        none = asked.rows(reference="early", now=early.starts)

    assert (found, none) == ([[early], [late]], [])
    assert list(asked.known) == [connection.vendor]


@pytest.mark.django_db
def test_rows_are_whole_with_what_is_joined(django_assert_num_queries):
    session = create_session(reference="early")
    (plain,) = coming("early", timezone.now() - 900 * 24 * HOUR)

    (found,) = Prepared(coming, reference=A_WORD, now=A_TIME).rows(
        reference="early", now=session.starts - HOUR
    )

    with django_assert_num_queries(0):
        assert found.workshop.title == plain.workshop.title
        assert found.venue == plain.venue
    columns = {name: value for name, value in vars(found).items() if name != "_state"}
    assert columns == {name: value for name, value in vars(plain).items() if name != "_state"}
    assert not found._state.adding


@pytest.mark.django_db
def test_keys_uuids_and_days_are_bound_as_fields_bind_them():
    _client, token = begun(create_session())
    draft = Draft.objects.get()
    by_key = Prepared(lambda key: Draft.objects.filter(request_key=key), key=A_UUID)
    by_day = Prepared(
        lambda session, day: Session.objects.filter(pk=session, starts__date=day),
        session=A_KEY,
        day=A_DAY,
    )
    day = draft.session.local_date

    assert by_key.rows(key=draft.request_key) == [draft]
    assert by_key.rows(key=uuid.uuid4()) == []
    assert by_day.rows(session=draft.session_id, day=day) == [draft.session]
    assert by_day.rows(session=draft.session_id, day=day + datetime.timedelta(1)) == []
    assert drafts.find(token, now=timezone.now()) == draft


@pytest.mark.django_db
def test_value_that_is_not_named_fails():
    asked = Prepared(coming, reference=A_WORD, now=A_TIME)

    for wrong in ({}, {"now": timezone.now(), "other": 1}):
        with pytest.raises(TypeError, match="reference"):
            asked.rows(reference="early", **wrong)


@pytest.mark.django_db
def test_value_that_would_not_be_asked_with_fails():
    within = Prepared(lambda word: Session.objects.filter(reference__contains=word), word=A_WORD)

    with pytest.raises(ValueError, match="word does not stand"):
        within.rows(word="early")


def test_rows_are_not_locked_outside_a_transaction(own_database):
    session = create_session()

    for _once_more in range(2):
        with pytest.raises(TransactionManagementError):
            seats.lock_to_book(session.pk, request_key=uuid.uuid4(), mailbox="", now=timezone.now())
