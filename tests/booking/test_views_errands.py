"""What a coordinator does by hand: telephone a school without a mailbox."""

from __future__ import annotations

import pytest
from django.utils import timezone

from attendance.reports import waiting
from booking.actions import bookings, errands
from booking.models import Errand
from booking.states import LIVE, BookingState
from tests import cast as people
from tests.attendance.counted import browser, english, reachable, said, words
from tests.factories import create_booking, create_school, create_user
from workshops.models import SchoolVersion

pytestmark = pytest.mark.django_db
LIST = "/manage/errands/"


@pytest.fixture
def cast():
    return {role: english(client) for role, client in people.assemble().items()}


def create_errand(**fields):
    """A school that is to be told."""
    booking = create_booking(**fields)
    school = booking.parties.get().school
    return Errand.objects.create(kind=Errand.Kind.TELL_SCHOOL, booking=booking, school=school)


def button(errand):
    return f"{LIST}{errand.pk}/done/"


def test_row_says_whom_to_call_about_what(karen):
    errand = create_errand(school=create_school(number="123456", name="Valby Skole"), label="7.B")
    SchoolVersion.objects.update(phone="33 44 55 66")
    reachable(errand.booking, name="Jens Holm")

    shown = words(karen.get(LIST))

    for part in (
        "Valby Skole",
        "123456",
        '<a class="fm-tel" href="tel:+4533445566">33 44 55 66</a>',
        "7.B",
        "Booked by Jens Holm",
        errand.booking.reference,
        str(errand.booking.session.workshop),
    ):
        assert part in shown


def test_school_without_a_number_is_explained(karen):
    create_errand()

    assert "The register has no telephone number" in words(karen.get(LIST))


def test_errand_is_done_once_and_says_by_whom(karen):
    errand = create_errand()

    answers = [karen.post(button(errand)), browser("manager").post(button(errand))]

    errand.refresh_from_db()
    assert [(answer.status_code, answer.url) for answer in answers] == [(302, LIST)] * 2
    assert said(answers[0]) == ["The errand is done."]
    assert errand.done_by == karen.user
    shown = words(karen.get(LIST))
    assert "No school waits for a call." in shown
    assert "Done lately" in shown
    assert "Karen" in shown


def test_done_twice_keeps_the_first_name_and_time():
    errand, first, second = create_errand(), create_user(), create_user()
    now = timezone.now()

    done = errands.done(errand, by=first, now=now)
    again = errands.done(Errand.objects.get(), by=second)

    assert (done.done_by, done.done_at) == (again.done_by, again.done_at) == (first, now)


def test_looking_at_the_button_changes_nothing(karen):
    errand = create_errand()

    assert karen.get(button(errand)).status_code == 405
    errand.refresh_from_db()
    assert errand.done_at is None


@pytest.mark.parametrize(
    "path", ["999999/done/", "99999999999999999999/done/", "-1/done/", "abc/done/"]
)
def test_errand_that_is_not_there(karen, path):
    assert karen.post(LIST + path).status_code == 404


def test_empty_list_says_so(karen):
    assert "No school waits for a call." in words(karen.get(LIST))


@pytest.mark.parametrize("page", ["abc", "-1", "999999"])
def test_page_that_is_none(karen, page):
    create_errand()

    assert len(karen.get(LIST, {"page": page}).context["rows"]) == 1


@pytest.mark.parametrize("state", BookingState.values)
def test_school_is_called_as_long_as_the_booking_lives(karen, state):
    errand = create_errand(state=state)

    shown = karen.get(LIST)

    is_live = state in LIVE
    assert list(Errand.objects.waiting()) == ([errand] if is_live else [])
    assert [row.errand for row in shown.context["rows"]] == ([errand] if is_live else [])
    assert waiting.counts(karen.user, timezone.now())["errands"] == int(is_live)


def test_errand_that_is_done_does_not_wait_and_stays_listed_after_a_cancellation(karen):
    errand = create_errand()
    errands.done(errand, by=karen.user)

    bookings.cancel(errand.booking, by=karen.user)

    assert not Errand.objects.waiting().exists()
    assert [row.errand for row in karen.get(LIST).context["done"]] == [errand]


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_with_1_and_30(karen, number, django_assert_num_queries):
    for _number in range(number):
        create_errand()
        errands.done(create_errand(), by=karen.user)
    karen.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = karen.get(LIST)

    assert len(answer.context["rows"]) == min(number, 25)


LIST_QUERIES = 9
