"""What the page of one workshop says, and what that asks of the database."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.factories import create_school, create_topic
from tests.workshops.offering import session_of, workshop_with
from workshops.models import Session, Workshop
from workshops.reports import particulars
from workshops.reports.particulars import Particulars

pytestmark = pytest.mark.django_db


def shown(workshop: Workshop, now) -> Particulars:
    tables = particulars.read(workshop.slug, now=now)
    assert tables is not None
    return particulars.of(tables)


# --- texts -------------------------------------------------------------------------------------


def test_texts_are_those_of_the_language_and_danish_where_there_is_no_other(now):
    topic = create_topic(title="Samfund", title_en="Society")
    workshop = workshop_with(
        title="Demokrati",
        title_en="Democracy",
        summary="Kort.",
        description="Langt.",
        description_en="Long.",
        topic=topic,
    )
    with translation.override("en"):
        english = shown(workshop, now)
    with translation.override("da"):
        danish = shown(workshop, now)

    assert english[1:4] == ("Democracy", "Kort.", "Long.")
    assert danish[1:4] == ("Demokrati", "Kort.", "Langt.")
    assert (english.topic, danish.topic) == ("Society", "Samfund")


@pytest.mark.parametrize(
    ("state", "found"),
    [("published", True), ("paused", False), ("archived", False), ("draft", None)],
)
def test_only_what_is_published_is_offered_and_a_draft_is_unknown(now, state, found):
    workshop = workshop_with(state=state)
    session_of(workshop)

    tables = particulars.read(workshop.slug, now=now)

    assert (tables and tables.is_offered) is found
    assert tables is None or bool(tables.sessions) is found


def test_slug_that_nobody_has_is_unknown(now):
    workshop_with()

    assert particulars.read("nobody", now=now) is None


# --- dates -------------------------------------------------------------------------------------


def test_full_date_names_the_two_nearest_with_room(now):
    workshop = workshop_with()
    far, before, full, after = (
        session_of(workshop, days=days, capacity=5) for days in (1, 8, 10, 11)
    )
    Session.objects.filter(pk=full.pk).update(seats_taken=5)

    dates = shown(workshop, now).dates

    assert [date.session.reference for date in dates] == [
        s.reference for s in (far, before, full, after)
    ]
    nearest = {date.session.reference: [n.reference for n in date.nearest] for date in dates}
    assert nearest == {
        far.reference: [],
        before.reference: [],
        full.reference: [before.reference, after.reference],
        after.reference: [],
    }
    assert [date.is_first_free for date in dates] == [True, False, False, False]


def test_dates_of_one_workshop_are_not_those_of_another(now):
    mine, other = workshop_with(), workshop_with()
    session_of(other)
    session = session_of(mine)

    assert [date.session.reference for date in shown(mine, now).dates] == [session.reference]


def test_session_at_a_school_has_its_latest_name(now):
    school = create_school(name="Skolen ved Søen")
    workshop = workshop_with()
    session_of(workshop, school=school)

    upcoming = shown(workshop, now).dates[0].session

    assert upcoming.venue == "Skolen ved Søen"
    assert not upcoming.comes_to_school


# --- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "queries"), [({}, 2), ({"state": "paused"}, 1)])
def test_few_queries_whatever_there_is(now, django_assert_num_queries, fields, queries):
    workshop = workshop_with(**fields)
    for days in range(1, 31):
        session_of(workshop, days=days)

    with django_assert_num_queries(queries):
        shown(workshop, now)


def test_names_of_schools_take_one_query_more(now, django_assert_num_queries):
    workshop = workshop_with()
    for days in (1, 2, 3):
        session_of(workshop, days=days, school=create_school())

    with django_assert_num_queries(3):
        assert len(shown(workshop, now).dates) == 3
