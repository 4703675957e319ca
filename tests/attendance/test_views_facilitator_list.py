"""The facilitator's sessions: who may see which, and in which order they stand."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from attendance.actions import registers
from attendance.models import Headcount, Register
from booking.models import Need
from tests.attendance.counted import (
    ago,
    begun,
    count_page,
    english,
    evening,
    parties,
    reachable,
    submit_page,
    typed,
    words,
)
from tests.attendance.counting_pages import rows
from tests.factories import (
    create_booking,
    create_deliverer,
    create_headcount,
    create_school,
    create_user,
    local,
)
from workshops.models import Session, User

pytestmark = pytest.mark.django_db
LIST = "/facilitate/"


@pytest.fixture
def cast():
    from tests import cast as people

    return {role: english(client) for role, client in people.assemble().items()}


# --- who may -----------------------------------------------------------------------------------

ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 404,
    "coordinator": 404,
    "manager": 404,
    "superuser": 404,
}


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_another_session_is_nowhere_to_be_found(cast, role, status):
    other = begun(create_user(role="facilitator"))
    sent = typed(parties(other)[0], present=20) | {"held": "yes"}

    answers = [
        cast[role].get(count_page(other)),
        cast[role].post(count_page(other), sent),
        cast[role].post(submit_page(other), sent),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert not Headcount.objects.exists()
    assert not Register.objects.exists()
    assert str(other.workshop) not in cast[role].get(LIST).content.decode()


@pytest.mark.parametrize("pk", [999999, 99999999999999999999999])
@pytest.mark.parametrize("page", ["sessions/{pk}/", "sessions/{pk}/submit/"])
def test_session_that_is_not_there(anna, pk, page):
    assert anna.post(LIST + page.format(pk=pk), {}).status_code == 404


@pytest.mark.parametrize("path", ["sessions/-1/", "sessions/abc/", "sessions/1.5/"])
def test_address_that_is_none(anna, path):
    assert anna.get(LIST + path).status_code == 404


def test_deliverers_people_see_its_sessions_and_no_others(anna):
    deliverer = create_deliverer()
    User.objects.filter(pk=anna.user.pk).update(deliverer=deliverer)
    theirs, other = begun(None), begun(None)
    Session.objects.filter(pk=theirs.pk).update(deliverer=deliverer)
    Session.objects.filter(pk=other.pk).update(deliverer=create_deliverer())

    shown = anna.get(LIST)

    assert rows(shown, "today") + rows(shown, "missing") == [theirs]
    assert anna.get(count_page(theirs)).status_code == 200
    assert anna.get(count_page(other)).status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_submit_address_leads_to_the_counting_page(anna, method):
    session = begun(anna.user)

    answer = getattr(anna, method)(submit_page(session))

    assert (answer.status_code, answer.url) == (302, count_page(session))
    assert anna.get(submit_page(begun(None))).status_code == 404
    assert anna.put(submit_page(session)).status_code == 405


# --- the list ----------------------------------------------------------------------------------


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
def test_list_is_in_the_order_that_matters(anna):
    tomorrow = begun(anna.user, starts=local(2026, 3, 11))
    later = begun(anna.user, starts=local(2026, 9, 11))
    today = begun(anna.user, starts=local(2026, 3, 10, 9))
    tonight = begun(anna.user, starts=local(2026, 3, 10, 19))
    yesterday = begun(anna.user, starts=local(2026, 3, 9))
    long_ago = begun(anna.user, starts=local(2025, 3, 9))
    done = begun(anna.user, starts=local(2026, 3, 2))
    registers.submit(done, held=False, by=anna.user)
    old = begun(anna.user, starts=local(2026, 1, 2))
    registers.submit(old, held=False, by=anna.user)

    shown, everything = anna.get(LIST), anna.get(LIST, {"coming": "all"})

    assert rows(shown, "today") == [today, tonight]
    assert rows(shown, "missing") == [long_ago, yesterday]
    assert rows(shown, "coming") == [tomorrow]
    assert rows(everything, "coming") == [tomorrow, later]
    assert rows(shown, "done") == [done]
    assert old.workshop.title not in words(shown)


@time_machine.travel(local(2026, 3, 10, 12), tick=False)
@pytest.mark.parametrize(
    ("starts", "badge"),
    [
        (local(2026, 3, 9, 14), ""),
        (local(2026, 3, 9, 10), "Missing for more than 24 hours"),
        (local(2026, 3, 7, 10), "Missing for more than 72 hours"),
    ],
)
def test_old_missing_counts_are_marked(anna, starts, badge):
    begun(anna.user, starts=starts)

    shown = words(anna.get(LIST))

    assert "Counts are missing from 1 session<" in shown
    assert ("Missing for more" in shown) is bool(badge)
    assert badge in shown


@pytest.mark.parametrize(
    ("booked", "state", "shown"),
    [
        ((24,), Session.State.OPEN, True),
        ((24,), Session.State.DRAFT, False),
        ((24,), Session.State.WITHDRAWN, False),
        ((), Session.State.OPEN, False),
    ],
)
def test_missing_are_only_sessions_with_somebody_to_count(anna, booked, state, shown):
    session = begun(anna.user, booked=booked, starts=ago(days=3))
    over = timezone.now() if state in Session.OVER else None
    Session.objects.filter(pk=session.pk).update(state=state, over_at=over)

    assert rows(anna.get(LIST), "missing") == [session] * shown


def test_row_says_where_when_who_and_whom_to_call(anna):
    session = begun(anna.user, booked=(), capacity=30, starts=local(2031, 3, 10, 9))
    Session.objects.filter(pk=session.pk).update(room="Lokale 2")
    booking = create_booking(
        session=session, seats=24, adults=2, label="7.B", school=create_school(name="Valby Skole")
    )
    reachable(booking, name="Jens Holm", mobile="20 11 22 33", meeting_place="Ved kontoret")
    Need.objects.create(booking=booking, code="step_free", expires_on=session.local_date)
    type(session.workshop).objects.update(school_provides="Projektor")

    shown = words(anna.get(LIST, {"coming": "all"}))

    for part in (
        "7.B, Valby Skole</strong>: 24 pupils, 2 adults",
        "Jens Holm",
        '<a class="fm-tel" href="tel:+4520112233">20 11 22 33</a>',
        "Ved kontoret",
        "Step-free access",
        "The school has not confirmed the equipment",
        "Lokale 2",
    ):
        assert part in shown


def test_evening_shows_a_number_and_nobodys_name(anna):
    session = evening(anna.user, booked=(2, 3))
    Need.objects.create(
        booking=session.bookings.first(), code="hearing_loop", expires_on=session.local_date
    )
    names = list(session.bookings.values_list("contact__name", "contact__email"))

    shown = words(anna.get(LIST)) + words(anna.get(count_page(session)))

    assert "5 signed up" in shown
    assert "Hearing loop: 1" in shown
    assert [word for pair in names for word in pair if word in shown] == []


def test_list_when_there_is_nothing(anna):
    shown = words(anna.get(LIST))

    assert "You lead no sessions today." in shown
    assert "No coming sessions." in shown


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_with_1_and_30(anna, number, django_assert_num_queries):
    for _number in range(number):
        session = begun(anna.user, booked=(10, 12))
        create_headcount(party=parties(session)[0], recorded_by=anna.user)
        begun(anna.user, starts=ago(days=-3))
        evening(anna.user)
    anna.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        anna.get(LIST)


LIST_QUERIES = 8
