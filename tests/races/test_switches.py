"""One form moved to other dates and left, from several tabs at the same moment."""

from __future__ import annotations

import random
from functools import partial

import pytest
from django.utils import timezone

from booking.actions import drafts, filling, holds, seats
from booking.models import Draft, Hold
from tests import factories
from tests.races import harness

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")
TABS = 12


def tab(draft, *, to, browser):
    """One click in a tab that was opened before any other click."""
    if to is None:
        return drafts.leave(draft)
    return filling.switch(draft, to=to, client_key=browser)


def opened(pk):
    """The form as a tab of its own has read it."""
    return Draft.objects.select_related("hold", "session__workshop").get(pk=pk)


def at_once(*, leave):
    """Several rounds of clicks on a form of its own; what is wrong with each session after."""
    dice = random.Random(12)  # the same clicks in every run
    sessions = [factories.create_session(capacity=60) for _number in range(4)]
    clicks = []
    for number in range(6):
        browser = f"browser {number}"
        draft, _token = drafts.begin(sessions[0], seats_wanted=3, client_key=browser)
        targets = [dice.choice(sessions[1:]) for _tab in range(TABS)]
        if leave:
            targets[0] = None
        # Some tabs come with another cookie: nothing but the session's lock stands between them.
        clicks += [
            partial(tab, opened(draft.pk), to=to, browser=f"{browser} {place % 3}")
            for place, to in enumerate(targets)
        ]
    answers = harness.all_at_once(clicks)
    return answers, [fault for session in sessions for fault in harness.faults(session)]


@pytest.mark.parametrize("leave", [False, True], ids=["switches", "a tab leaves"])
def test_seats_when_one_form_is_moved_from_many_tabs(leave, figure):
    answers, faults = at_once(leave=leave)

    # Left in another tab: a page says so.
    gone = {"DoesNotExist: Draft matching query does not exist.", "DoesNotExist: "}
    assert set(answers.errors) <= gone
    assert set(answers.refused) <= {"hold_expired"}
    assert faults == []
    figure(f"one form moved from {TABS} tabs, leaving: {leave}", dict(answers.refused))


def answers_of(school, seats_wanted):
    """The details as a form of ours keeps them."""
    return {
        "seats": seats_wanted,
        "school": {"pk": school.pk, "number": school.number, "name": "", "address": ""},
        "classes": [["7.B", seats_wanted]],
        "adults": 2,
        "meeting_place": "Lokale 14",
        "equipment_confirmed": True,
        "name": "Lone",
        "email": "lone@example.org",
        "mobile": "+4520304050",
        "needs": [],
    }


@pytest.mark.parametrize("capacity", [35, 100])
def test_details_sent_many_times_after_the_hold_ran_out_hold_once(capacity):
    session = factories.create_session(capacity=capacity)
    answers = answers_of(factories.create_school(), 28)
    draft, _token = drafts.begin(session, seats_wanted=28, client_key="browser")
    Hold.objects.update(expires_at=timezone.now())
    click = partial(filling.save_answers, answers=answers, client_key="browser")

    said = harness.all_at_once([partial(click, opened(draft.pk)) for _tab in range(TABS)])

    assert (said.refused, said.errors) == ({}, {})
    assert [hold.seats for hold in Hold.objects.all()] == [28]
    assert harness.faults(session) == []


def test_planted_hold_found_by_its_number_alone_is_seen(monkeypatch):
    """The seats go back to a session that the hold has left."""

    def careless(hold, *, now):
        session = seats.lock([hold.session_id])[hold.session_id]
        current = Hold.objects.filter(pk=hold.pk, expires_at__gt=now).first()
        if current is None:
            raise holds.gone()
        current.session = session
        return current

    monkeypatch.setattr(holds, "_locked", careless)
    monkeypatch.setattr(drafts, "look_again", lambda _draft: None)

    assert at_once(leave=False)[1] != []
