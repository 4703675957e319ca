"""What the catalogue shows of workshops, dates and seats, and what that asks of the database."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.utils import timezone, translation

from booking.models import Hold
from tests.factories import create_topic, create_workshop
from tests.history import Looking
from tests.workshops.offering import catalogue, only, session_of, titles, workshop_with
from workshops.models import Session, Workshop
from workshops.reports import offers, upcoming
from workshops.reports.offers import Wanted

pytestmark = pytest.mark.django_db


def hold_for(session: Session, *, seats: int, expires_at: datetime.datetime) -> Hold:
    """Seats held, and counted as taken, as actions/holds.py leaves them."""
    Session.objects.filter(pk=session.pk).update(seats_taken=session.seats_taken + seats)
    session.refresh_from_db()
    return Hold.objects.create(
        session=session,
        seats=seats,
        client_key="c",
        expires_at=expires_at,
        created_at=timezone.now(),
    )


# --- which workshops ---------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "paused", "archived"])
def test_only_published_workshops_are_offered(now, state):
    hidden = workshop_with(title="Hidden")
    session_of(hidden)
    shown = titles(Wanted(), now)
    Workshop.objects.filter(pk=hidden.pk).update(state=state)

    assert (shown, titles(Wanted(), now)) == (["Hidden"], [])


def test_workshop_without_dates_stays_and_stands_last(now):
    workshop_with(title="A without dates")
    full = workshop_with(title="B full")
    session_of(full, days=1, capacity=5, taken=5)
    late = workshop_with(title="C late")
    session_of(late, days=30)
    soon = workshop_with(title="D soon")
    session_of(soon, days=3)

    assert titles(Wanted(), now) == ["D soon", "C late", "B full", "A without dates"]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"state": "cancelled", "over_at": timezone.now()},
        {"starts": timezone.now() - datetime.timedelta(minutes=1)},
    ],
)
def test_session_that_cannot_be_booked_is_no_date(now, change):
    workshop = workshop_with()
    session = session_of(workshop)
    before = len(only(now).dates)

    Session.objects.filter(pk=session.pk).update(**change)

    assert (before, len(only(now).dates)) == (1, 0)


def test_card_has_three_dates_free_ones_first_and_says_how_many_more(now):
    workshop = workshop_with()
    full = session_of(workshop, days=1, capacity=5, taken=5)
    free = [session_of(workshop, days=days) for days in (2, 3, 4, 5)]

    offer = only(now)

    assert [date.reference for date in offer.dates] == [session.reference for session in free[:3]]
    assert offer.more == 2
    assert full.reference not in {date.reference for date in offer.dates}


def test_workshop_with_only_full_dates_stays(now):
    workshop = workshop_with()
    for days in (1, 2):
        session_of(workshop, days=days, capacity=5, taken=5)

    offer = only(now)

    assert [date.is_full for date in offer.dates] == [True, True]


def test_texts_are_in_the_language_of_the_reader_with_danish_for_what_lacks(now):
    topic = create_topic(title="Demokrati", title_en="Democracy")
    workshop_with(title="Uenighed", title_en="Disagreement", summary="Kort", topic=topic)

    with translation.override("en"):
        offer = only(now)
    danish = only(now)

    assert (offer.title, offer.summary, offer.topic[1]) == ("Disagreement", "Kort", "Democracy")
    assert (danish.title, danish.topic[1]) == ("Uenighed", "Demokrati")


# --- seats -------------------------------------------------------------------------------------


def test_free_seats_are_what_nobody_holds(now):
    session_of(workshop_with(), capacity=30, taken=12)

    assert only(now).dates[0].seats_free == 18


def test_seats_of_a_hold_are_taken_until_it_expires_and_free_from_then_on(now):
    session = session_of(workshop_with(), capacity=30, taken=5)
    expires = now + datetime.timedelta(minutes=20)
    hold_for(session, seats=20, expires_at=expires)

    before = only(expires - datetime.timedelta(seconds=1)).dates[0].seats_free
    after = only(expires).dates[0].seats_free

    assert (before, after) == (5, 25)


def test_expired_hold_frees_a_full_session_for_those_who_want_only_free_ones(now):
    session = session_of(workshop_with(), capacity=25)
    hold_for(session, seats=10, expires_at=now - datetime.timedelta(minutes=5))
    hold_for(session, seats=15, expires_at=now + datetime.timedelta(minutes=5))

    offer = only(now, Wanted(only_free=True))

    assert offer.dates[0].seats_free == 10


def test_seats_are_those_of_this_moment_at_every_call(now):
    session = session_of(workshop_with(), capacity=30)
    seen = []
    for taken in (0, 10, 30):
        Session.objects.filter(pk=session.pk).update(seats_taken=taken)
        seen.append(only(now).dates[0].seats_free)

    assert seen == [30, 20, 0]


# --- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [1, 30])
@pytest.mark.parametrize("wanted", [Wanted(), Wanted(text="workshop", only_free=True)])
def test_catalogue_asks_twice_whatever_there_is(now, django_assert_num_queries, many, wanted):
    for _each in range(many):
        session_of(create_workshop())
    catalogue(wanted, now=now)

    with django_assert_num_queries(2):
        found = catalogue(wanted, now=now)

    assert len(found.offers) == many


def test_long_texts_are_read_only_when_somebody_searches(now, django_assert_num_queries):
    with django_assert_num_queries(2) as plain:
        catalogue(Wanted(), now=now)
    with django_assert_num_queries(2) as searching:
        catalogue(Wanted(text="a"), now=now)

    assert not any("description" in query["sql"] for query in plain.captured_queries)
    assert any("description" in query["sql"] for query in searching.captured_queries)


def test_prepared_question_gives_what_the_query_set_gives(now):
    session = session_of(workshop_with(), capacity=30, taken=3)
    hold_for(session, seats=4, expires_at=now - datetime.timedelta(seconds=1))
    session_of(workshop_with(), language="en")

    prepared = offers.SESSIONS.rows(now=now)

    published = upcoming.coming(now).filter(workshop__state=Workshop.State.PUBLISHED)
    assert list(prepared) == list(published)
    assert len(prepared) == 2
    assert connection.vendor in offers.SESSIONS.known


@pytest.mark.postgres
def test_holds_are_looked_through_once_and_not_for_each_session(now):
    workshop = workshop_with()
    for _day in range(30):
        hold_for(session_of(workshop), seats=4, expires_at=now + datetime.timedelta(minutes=5))

    with Looking("booking_hold") as looked:
        offers.read(Wanted(), now=now)

    assert looked.rows <= 2
