"""A coordinator's page about one session: who may, what it shows, counting in another's place."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.actions import headcounts, registers
from attendance.models import Headcount
from tests import cast as people
from tests.attendance.counted import (
    ago,
    begun,
    browser,
    count_page,
    english,
    parties,
    reachable,
    said,
    submit_page,
    typed,
    words,
)
from tests.attendance.counting_pages import approved, box, decide, handed_over, page_of

pytestmark = pytest.mark.django_db
LIST, APPROVE = "/manage/sessions/", "/manage/sessions/approve/"


@pytest.fixture
def cast():
    return {role: english(client) for role, client in people.assemble().items()}


# --- what is there -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [APPROVE, "/manage/headcounts/1/approve/"])
def test_looking_at_a_button_is_refused(karen, address):
    assert karen.get(address).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/manage/sessions/999999/",
        "/manage/sessions/99999999999999999999/",
        "/manage/sessions/-1/",
        "/manage/sessions/abc/",
        "/manage/headcounts/999999/reject/",
        "/manage/headcounts/999999/correct/",
        "/manage/sessions/999999/count/",
    ],
)
def test_what_is_not_there(karen, address):
    assert karen.get(address).status_code == 404


def test_approving_a_count_that_is_not_there(karen):
    assert karen.post("/manage/headcounts/999999/approve/").status_code == 404


# --- one session -------------------------------------------------------------------------------


def test_page_shows_particulars_bookings_and_counts(karen, leader):
    session = handed_over(leader, present=(23,))
    booking = session.bookings.get()
    reachable(booking, name="Jens Holm", mobile="20112233", email="jens@example.org")

    shown = words(karen.get(page_of(session)))

    for part in (
        booking.reference,
        "Jens Holm",
        'href="tel:+4520112233"',
        "jens@example.org",
        "Anna",
        "24 booked",
        "<strong>23</strong>",
        "The session was held.",
        "Handed over by Anna.",
        "Approve the counts",
        "Reject the count",
    ):
        assert part in shown
    assert "Correct the count" not in shown


def test_booking_replaced_by_an_import_is_not_shown(karen, leader):
    session = begun(leader)
    gone = session.bookings.get()
    type(gone).objects.filter(pk=gone.pk).update(
        state="cancelled", over_at=timezone.now(), over_reason="superseded"
    )

    assert gone.reference not in words(karen.get(page_of(session)))


def test_counts_are_approved_from_the_page(karen, leader):
    session = handed_over(leader)

    answer = karen.post(APPROVE, {"session": box(session), "back": session.pk})

    assert (answer.status_code, answer.url) == (302, page_of(session))
    shown = words(karen.get(page_of(session)))
    assert "Approved by Karen." in shown
    assert "Approve the counts" not in shown
    assert "Correct the count" in shown


def test_own_counts_have_no_button_and_are_refused_anyway(karen):
    session = handed_over(karen.user)
    count = Headcount.objects.get()

    shown = words(karen.get(page_of(session)))
    answers = [
        karen.post(APPROVE, {"session": box(session), "back": session.pk}),
        karen.post(decide(count, "approve")),
    ]
    rejected = karen.post(decide(count, "reject"), {"why": "Nej."})

    assert "You counted this yourself, or handed it over: somebody else must approve it." in shown
    assert "Your own count: somebody else must approve it." in shown
    assert "Approve the counts" not in shown
    assert "Reject the count" not in shown
    assert "Somebody else must approve your own count." in said(answers[1])
    assert rejected.status_code == 422
    assert "Somebody else must approve your own count." in words(rejected)
    assert (approved(), Headcount.objects.undecided().count()) == (set(), 1)


def test_own_register_of_counts_by_another_is_refused(karen, leader):
    session = begun(leader)
    headcounts.record(parties(session)[0], present=24, by=leader)
    registers.submit(session, held=True, by=karen.user)

    answer = karen.post(APPROVE, {"session": box(session)})

    assert "Somebody else must approve the register that you handed over." in said(answer)[0]
    assert "Approve the counts" not in words(karen.get(page_of(session)))


@pytest.mark.parametrize("number", [1, 30])
def test_page_costs_the_same_with_1_and_30(karen, leader, number, django_assert_num_queries):
    session = handed_over(leader, booked=(5,) * number, present=(5,) * number)
    karen.get(page_of(session))

    with django_assert_num_queries(PAGE_QUERIES):
        karen.get(page_of(session))


PAGE_QUERIES = 10


# --- counting in the place of who leads --------------------------------------------------------


def test_coordinator_counts_in_their_place_and_another_approves(karen, leader):
    session = begun(leader, starts=ago(days=4))
    sent = typed(parties(session)[0], present=24) | {"held": "yes"}

    offered = words(karen.get(page_of(session)))
    answer = karen.post(submit_page(session, "manage:register-submit"), sent)

    page = count_page(session, "manage:session-count")
    assert f'href="{page}"' in offered
    assert (answer.status_code, answer.url) == (302, page)
    assert reverse("manage:session", args=[session.pk]) in words(karen.get(page))
    assert Headcount.objects.get().recorded_by == karen.user
    karen.post(APPROVE, {"session": box(session)})
    assert approved() == set()
    browser("manager").post(APPROVE, {"session": box(session)})
    assert approved() == {session.pk}


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_address_for_handing_over_leads_to_the_counting_page(karen, leader, method):
    session = begun(leader)

    answer = getattr(karen, method)(submit_page(session, "manage:register-submit"))

    page = count_page(session, "manage:session-count")
    assert (answer.status_code, answer.url) == (302, page)
    assert karen.get(reverse("manage:register-submit", args=[999_999])).status_code == 404
    assert karen.put(submit_page(session, "manage:register-submit")).status_code == 405
