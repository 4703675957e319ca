"""A coordinator's list of bookings: who may, searching, filters and pages."""

from __future__ import annotations

import pytest

from booking.models import Booking
from booking.states import BookingState
from tests import cast as people
from tests.attendance.counted import english, reachable, words
from tests.booking.bookings_pages import CSV, LIST, listed, page_of, pending, sheet
from tests.factories import create_booking, create_school, create_session, local

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return {role: english(client) for role, client in people.assemble().items()}


# --- what is there -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["NOSUCHONE/", "-1/", "999999/", "%27OR%201/", "%00/"])
def test_booking_that_is_not_there(karen, path):
    assert karen.get(LIST + path).status_code == 404
    assert karen.post(LIST + path, {"verb": "cancel"}).status_code == 404


@pytest.mark.parametrize("page", [LIST, CSV])
def test_list_only_shows(karen, page):
    assert karen.post(page).status_code == 405


# --- finding -----------------------------------------------------------------------------------


@pytest.fixture
def three():
    """Three bookings that differ in everything one can ask for."""
    first, second, third = (
        create_booking(
            session=create_session(starts=local(2031, 3, day, hour)),
            school=create_school(number=f"10000{day}", name=name),
            state=state,
        )
        for day, hour, name, state in (
            (3, 23, "Valby Skole", BookingState.CONFIRMED),
            (4, 0, "Ålholm Skole", BookingState.CANCELLED),
            (5, 10, "Østre Skole", BookingState.WAITING),
        )
    )
    reachable(first, name="Jens Holm", email="jens@example.org", mobile="+4520112233")
    reachable(second, name="Ida Lund", email="ida@example.org")
    reachable(third, name="Ib Krog", email="ib@example.com")
    return {"a": first, "b": second, "c": third}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "cba"),
        ({"q": "reference:a"}, "a"),
        ({"q": "  REFERENCE:b "}, "b"),
        ({"q": "valby"}, "a"),
        ({"q": "alholm"}, "b"),
        ({"q": "Ålholm"}, "b"),
        ({"q": "100005"}, "c"),
        ({"q": "jens"}, "a"),
        ({"q": "LUND"}, "b"),
        ({"q": "ib@example.com"}, "c"),
        ({"q": "example.org"}, "ba"),
        ({"q": "20 11 22 33"}, "a"),
        ({"q": "+45 20112233"}, "a"),
        ({"q": "20112234"}, ""),
        ({"q": "skole"}, "cba"),
        ({"q": "%"}, ""),
        ({"q": "findes ikke"}, ""),
        ({"state": "cancelled"}, "b"),
        ({"state": "decision"}, ""),
        ({"since": "2031-03-04"}, "cb"),
        ({"until": "2031-03-03"}, "a"),
        ({"since": "2031-03-04", "until": "2031-03-04"}, "b"),
        ({"workshop": "c"}, "c"),
        ({"q": "skole", "state": "waiting"}, "c"),
    ],
)
def test_search_and_filters_list_and_spreadsheet_alike(karen, three, asked, found):
    query = dict(asked)
    if "reference:" in query.get("q", "").lower():
        letter = query["q"].strip()[-1]
        query["q"] = (
            query["q"].lower().replace(f"reference:{letter}", three[letter].reference.lower())
        )
    if "workshop" in query:
        query["workshop"] = three[query["workshop"]].session.workshop_id

    answer, rows = karen.get(LIST, query), sheet(karen.get(CSV, query))[1:]

    assert listed(answer) == [three[letter] for letter in found]
    assert {row[0] for row in rows} == {three[letter].reference for letter in found}


def test_awaiting_a_decision_is_not_awaiting_a_mailbox(karen):
    waits = pending()
    mailbox = create_booking(session=waits.session, seats=2, state=BookingState.PENDING)
    create_booking(state=BookingState.PENDING)
    assert mailbox.expires_at < waits.session.starts

    assert listed(karen.get(LIST, {"state": "decision"})) == [waits]
    assert "Awaiting a decision" in words(karen.get(page_of(waits)))
    assert "Awaiting confirmation" in words(karen.get(page_of(mailbox)))


def test_booking_replaced_by_an_import_is_not_listed(karen):
    booking = create_booking(state=BookingState.CANCELLED)
    Booking.objects.update(over_reason="superseded")

    assert listed(karen.get(LIST)) == []
    assert page_of(booking) not in words(karen.get(LIST))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("state", "abc", "Choose a state from the list."),
        ("workshop", "-1", "Choose a workshop from the list."),
        ("since", "x", "From date is not a date."),
        ("since", "0001-01-01", "From date is not a date."),
        ("until", "9999-12-31", "To and including is not a date."),
        ("page", "-1", ""),
        ("page", "abc", ""),
        ("page", "999999", ""),
    ],
)
def test_rubbish_narrows_nothing_and_says_so(karen, name, value, message):
    booking = create_booking()

    answer = karen.get(LIST, {name: value})

    assert answer.status_code == 200
    assert listed(answer) == [booking]
    assert message in words(answer)
    assert len(sheet(karen.get(CSV, {name: value}))) == 2


@pytest.mark.parametrize("text", ["\x00", "x" * 500, "' OR 1=1 --", "\\"])
def test_odd_searches_find_nothing(karen, text):
    create_booking()

    assert karen.get(LIST, {"q": text}).status_code == 200
    assert karen.get(CSV, {"q": text}).status_code == 200


def test_pages_keep_the_search(karen):
    session = create_session(capacity=100)
    school = create_school(name="Valby Skole")
    for number in range(51):
        create_booking(session=session, seats=1, school=school, label=f"{number}.x")

    first = karen.get(LIST, {"q": "valby"})

    assert len(listed(first)) == 50
    assert 'href="?q=valby&amp;page=2"' in words(first)
    assert len(listed(karen.get(LIST, {"q": "valby", "page": 2}))) == 1


@pytest.mark.parametrize("query", [{}, {"q": "nobody"}])
def test_empty_list_says_so(karen, query):
    assert 'class="fm-empty"' in words(karen.get(LIST, query))


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_with_1_and_30(karen, number, django_assert_num_queries):
    for _number in range(number):
        create_booking()
    karen.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = karen.get(LIST)

    assert len(listed(answer)) == number


LIST_QUERIES = 8
