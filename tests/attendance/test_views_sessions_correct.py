"""A coordinator rejects and corrects what others counted."""

from __future__ import annotations

import pytest

from attendance.actions import approvals, headcounts, registers
from attendance.models import Headcount
from tests.attendance.counted import browser, evening, said, words
from tests.attendance.counting_pages import decide, handed_over, listed, page_of
from tests.factories import create_user

pytestmark = pytest.mark.django_db
LIST = "/manage/sessions/"


@pytest.fixture
def done(karen, leader):
    """An approved count."""
    session = handed_over(leader, present=(20,))
    approvals.approve(session, by=create_user(role="coordinator"))
    return Headcount.objects.get()


# --- rejecting ---------------------------------------------------------------------------------


def test_count_is_rejected_with_a_reason(karen, leader):
    session = handed_over(leader)
    count = Headcount.objects.get()

    answer = karen.post(decide(count, "reject"), {"why": " Læreren siger 20. "})

    count.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, page_of(session))
    assert said(answer) == ["The count is rejected. It is to be counted again."]
    assert (count.verdict, count.verdict_why, count.decided_by) == (
        "rejected",
        "Læreren siger 20.",
        karen.user,
    )
    assert "Læreren siger 20." in words(karen.get(page_of(session)))


@pytest.mark.parametrize(
    ("why", "message"),
    [
        ("", "The reason is missing: write in a sentence why."),
        ("   ", "The reason is missing: write in a sentence why."),
        ("x" * 201, "The field Reason is too long: write at most 200 characters."),
        ("Elev 010203-1234", "The field Reason looks like a CPR number: remove it."),
        ("a\x07b", "The field Reason has signs that cannot be shown: write it anew."),
    ],
)
def test_reason_that_is_refused(karen, leader, why, message):
    handed_over(leader)
    count = Headcount.objects.get()

    answer = karen.post(decide(count, "reject"), {"why": why})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"why": [message]}
    assert Headcount.objects.undecided().count() == 1


def test_rejected_correction_lets_the_approved_count_stand(karen, leader, done):
    headcounts.correct(done.party, present=7, why="Talt om.", by=leader)

    answer = karen.post(decide(Headcount.objects.latest("pk"), "reject"), {"why": "Nej."})

    assert said(answer) == ["The count is rejected. The one before it stands again."]


def test_rejecting_twice_and_approving_after(karen, leader):
    handed_over(leader)
    count = Headcount.objects.get()
    for _time in range(2):
        karen.post(decide(count, "reject"), {"why": "Nej."})

    answer = karen.post(decide(count, "approve"))

    assert said(answer)[-1] == "This count was rejected already. Count anew instead."
    assert Headcount.objects.get().verdict == "rejected"


# --- correcting --------------------------------------------------------------------------------


def test_correction_waits_and_the_approved_one_stands(karen, done):
    session = done.party.session

    answer = karen.post(decide(done, "correct"), {"present": "22", "adults": "1", "why": "Glemt."})

    assert (answer.status_code, answer.url) == (302, page_of(session))
    assert said(answer) == ["The correction waits for somebody else to approve it."]
    assert list(Headcount.objects.order_by("pk").values_list("present", "verdict", "why")) == [
        (20, "approved", ""),
        (22, "", "Glemt."),
    ]
    shown = words(karen.get(page_of(session)))
    assert "20 is approved, and stands until the correction is." in shown
    assert "Glemt." in shown
    assert "Approve the correction" not in shown


def test_correction_is_approved_by_another(karen, done):
    karen.post(decide(done, "correct"), {"present": "22", "why": "Glemt."})
    correction, other = Headcount.objects.last(), browser("coordinator")
    session = done.party.session

    shown = words(other.get(page_of(session)))
    answer = other.post(decide(correction, "approve"))

    assert "Approve the counts" in shown
    assert listed(other.get(LIST, {"show": "approval"})) == []
    assert said(answer)[0] == "The count is approved."
    correction.refresh_from_db()
    assert (correction.verdict, correction.decided_by) == ("approved", other.user)


def test_one_of_two_corrections_is_approved_by_itself(karen, leader):
    session = handed_over(leader, booked=(24, 20), present=(24, 20))
    approvals.approve(session, by=create_user(role="coordinator"))
    for count in Headcount.objects.order_by("pk"):
        headcounts.correct(count.party, present=19, why="Talt igen.", by=leader)
    first, second = Headcount.objects.undecided().order_by("pk")

    shown = words(karen.get(page_of(session)))
    karen.post(decide(first, "approve"))

    assert shown.count("Approve the correction") == 2
    assert list(Headcount.objects.undecided()) == [second]


def test_own_correction_does_not_hide_the_button_of_another(karen, leader):
    session = handed_over(leader, booked=(24, 20), present=(24, 20))
    approvals.approve(session, by=create_user(role="coordinator"))
    for count, by in zip(Headcount.objects.order_by("pk"), (karen.user, leader), strict=True):
        headcounts.correct(count.party, present=19, why="Talt igen.", by=by)

    shown = words(karen.get(page_of(session)))

    assert shown.count("Approve the correction") == 1
    assert shown.count("Your own count: somebody else must approve it.") == 1
    assert "Approve the counts" not in shown


@pytest.mark.parametrize(
    ("sent", "message", "tick"),
    [
        ({"present": "31"}, "You wrote 31 and 24 are booked.", "Yes, 31 came"),
        ({"present": "3", "adults": "9"}, "You wrote 9 adults and 3 pupils.",
         "Yes, 3 came, and 9 adults"),
    ],
)  # fmt: skip
def test_unlikely_correction_is_asked_about_once_and_then_saved(karen, done, sent, message, tick):
    page = decide(done, "correct")

    asked = karen.post(page, {"why": "Glemt.", **sent})
    taken = karen.post(page, {"why": "Glemt.", "confirm": "on", **sent})

    assert asked.context["form"].errors == {
        "confirm": [f"{message} Tick that the number is right, or change it."]
    }
    assert tick in words(asked)
    assert "confirm" not in karen.get(page).context["form"].fields
    assert (taken.status_code, Headcount.objects.last().present) == (302, int(sent["present"]))


def test_correction_to_a_no_show(karen, done):
    karen.post(decide(done, "correct"), {"no_show": "on", "why": "Forkert hold talt."})

    correction = Headcount.objects.last()
    assert (correction.present, correction.outcome) == (0, "no_show")


def test_double_submit_corrects_once(karen, done):
    key = karen.get(decide(done, "correct")).context["form"]["client_id"].value()

    for _time in range(2):
        karen.post(
            decide(done, "correct"), {"present": "22", "why": "Glemt.", "client_id": str(key)}
        )

    assert Headcount.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({}, {"why"}),
        ({"present": "22"}, {"why"}),
        ({"why": "Glemt."}, {"present"}),
        ({"present": "abc", "why": "Glemt."}, {"present"}),
        ({"present": "-1", "why": "Glemt."}, {"present"}),
        ({"present": "999999", "why": "Glemt."}, {"present"}),
        ({"present": "22", "adults": "51", "why": "Glemt."}, {"adults"}),
        ({"present": "22", "no_show": "on", "why": "Glemt."}, {"present"}),
        ({"present": "22", "why": "010203-1234"}, {"why"}),
    ],
)
def test_correction_that_is_refused(karen, done, sent, fields):
    answer = karen.post(decide(done, "correct"), sent)

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == fields
    assert Headcount.objects.count() == 1


def test_count_that_is_not_approved_has_nothing_to_correct(karen, leader):
    handed_over(leader)

    answer = karen.post(decide(Headcount.objects.get(), "correct"), {"present": "2", "why": "Nej."})

    assert answer.status_code == 422
    assert "No count of this party is approved yet." in words(answer)


def test_evening_is_corrected_without_adults(karen, leader):
    session = evening(leader)
    headcounts.record(headcounts.crowd(session), present=3, by=leader)
    registers.submit(session, held=True, by=leader)
    approvals.approve(session, by=create_user(role="coordinator"))

    form = karen.get(decide(Headcount.objects.get(), "correct")).context["form"]

    assert list(form.fields) == ["present", "why", "client_id"]
