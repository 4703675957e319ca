"""A coordinator approves many sessions at once: what is ticked, and what is refused."""

from __future__ import annotations

import pytest
from django.utils import timezone

from attendance.actions import headcounts, registers
from attendance.models import Headcount, Register
from tests.attendance.counted import begun, parties, said, words
from tests.attendance.counting_pages import approved, box, handed_over, listed
from tests.factories import create_headcount, create_register

pytestmark = pytest.mark.django_db
LIST, APPROVE = "/manage/sessions/", "/manage/sessions/approve/"


# --- what is ticked ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("present", "warning"),
    [
        (24, ""),
        (20, ""),
        (19, "Far from the number booked"),
        (28, ""),
        (29, "Far from the number booked"),
        (0, "Far from the number booked"),
    ],
)
def test_far_from_booked_is_not_ticked(karen, leader, present, warning):
    session = handed_over(leader, present=(present,))

    answer = karen.get(LIST)

    row = answer.context["rows"][0]
    assert [str(each) for each in row.counts.warnings] == [warning] * bool(warning)
    assert row.is_chosen is not bool(warning)
    ticked = f'value="{box(session)}" checked' in words(answer)
    assert ticked is not bool(warning)


def test_no_show_is_not_ticked(karen, leader):
    session = begun(leader)
    headcounts.record(parties(session)[0], present=0, outcome="no_show", why="illness", by=leader)
    registers.submit(session, held=True, by=leader)

    row = karen.get(LIST).context["rows"][0]

    assert [str(each) for each in row.counts.warnings] == ["No-show"]
    assert (row.may_choose, row.is_chosen) == (True, False)


def test_not_held_with_somebody_counted_is_not_ticked(karen, leader):
    handed_over(leader, held=False)

    row = karen.get(LIST).context["rows"][0]

    assert [str(each) for each in row.counts.warnings] == ["Not held, and yet somebody was counted"]


@pytest.mark.parametrize("own", ["count", "register"])
def test_own_counts_cannot_be_ticked_and_say_why(karen, leader, own):
    session = begun(karen.user)
    counter, giver = (karen.user, leader) if own == "count" else (leader, karen.user)
    create_headcount(party=parties(session)[0], present=24, recorded_by=counter)
    create_register(session=session, submitted_by=giver)

    answer = karen.get(LIST)

    assert listed(answer) == [session]
    assert 'type="checkbox"' not in words(answer).split("fm-session-rows")[1]
    assert "Your own counts: somebody else approves them." in words(answer)


# --- approving many ----------------------------------------------------------------------------


def test_many_are_approved_at_once(karen, leader):
    sessions = [handed_over(leader) for _number in range(3)]

    answer = karen.post(
        APPROVE, {"session": [box(each) for each in sessions[:2]], "show": "approval"}
    )

    assert (answer.status_code, answer.url) == (302, f"{LIST}?show=approval")
    assert said(answer) == ["2 sessions are approved."]
    assert approved() == {each.pk for each in sessions[:2]}
    assert listed(karen.get(LIST)) == sessions[2:]


def test_refused_ones_are_told_with_the_reason(karen, leader):
    good, own, draft = handed_over(leader), handed_over(karen.user), begun(leader)

    answer = karen.post(APPROVE, {"session": [box(good), box(own), box(draft)]})

    assert approved() == {good.pk}
    told = said(answer)
    assert told[0] == "1 session is approved."
    assert set(told[1:]) == {
        f"{named(own)} is not approved. Somebody else must approve your own count.",
        f"{named(draft)} is not approved. The register has not been handed over yet."
        " Ask who led the session.",
    }


def named(session):
    return f"{session.workshop.title}, {timezone.localtime(session.starts):%a %-d %b %Y}"


def test_session_that_was_not_held_is_looked_at_first(karen, leader):
    session = begun(leader)
    registers.submit(session, held=False, by=leader)

    (row,) = karen.get(LIST).context["rows"]

    assert row.counts.warnings == ["Not held"]
    assert (row.may_choose, row.is_chosen) == (True, False)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda party, by: headcounts.record(party, present=2, by=by), id="number"),
        pytest.param(
            lambda party, by: registers.submit(party.session, held=False, by=by), id="not held"
        ),
    ],
)
def test_nobody_approves_what_they_have_not_seen(karen, leader, again):
    session = handed_over(leader, present=(20,))
    seen = box(session)
    again(parties(session)[0], leader)

    answer = karen.post(APPROVE, {"session": seen})

    assert approved() == set()
    assert said(answer) == [
        f"{named(session)} is not approved. Somebody has counted again since you looked."
        " Look again, then approve."
    ]
    karen.post(APPROVE, {"session": box(session)})
    assert approved() == {session.pk}


def test_approving_twice_changes_nothing(karen, leader):
    session = handed_over(leader)

    for _time in range(2):
        karen.post(APPROVE, {"session": box(session)})

    assert Headcount.objects.approved().count() == 1
    assert Register.objects.get().approved_by == karen.user


@pytest.mark.parametrize(
    "value", ["", "abc", "1", "1:", ":1", "-1:0", "999999:0", "1:2:3", "9" * 30 + ":1", "²:1"]
)
def test_ticks_that_are_none(karen, leader, value):
    handed_over(leader)

    answer = karen.post(APPROVE, {"session": value, "back": value})

    assert said(answer) == ["Nothing was approved: tick at least one session."]
    assert answer.status_code == 302
    assert approved() == set()


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example/", "x\r\nSet-Cookie: a=b"]
)
def test_answer_never_leads_elsewhere(karen, evil):
    answer = karen.post(APPROVE, {"show": evil, "next": evil, "back": evil, "school": evil})

    assert answer.url.startswith(f"{LIST}?")
    assert "\n" not in answer.url
