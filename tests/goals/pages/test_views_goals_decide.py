"""The manager's goal pages: published figures, and deciding."""

from __future__ import annotations

import datetime

import pytest

from goals.actions import aggregation
from goals.models import Decision, Goal
from tests.factories import create_user
from tests.goals.goal_pages import (
    NOW,
    decide_page,
    page,
    publish,
    words,
)
from tests.goals.office import a_class, open_office

pytestmark = pytest.mark.django_db


# --- published ----------------------------------------------------------------------------------


def test_published_figures_stand_whatever_happens_later(office, manager):
    Decision.objects.create(
        goal=Goal.objects.get(), verdict="met", why="Nået.", by=create_user(), at=NOW
    )
    publish()
    later = NOW + datetime.timedelta(days=1)
    office.rows(a_class("7", 500))
    aggregation.aggregate_everything()
    Decision.objects.create(
        goal=Goal.objects.get(),
        verdict="not_met",
        why="Alligevel ikke.",
        by=create_user(),
        at=later,
    )

    shown = words(manager.get(page()))

    assert "published on Mon 2 Sep 2024 by Lone Leder (revision 1)" in shown
    assert "20 in 1 session" in shown
    assert "Decided: Met" in shown
    assert "Nået." in shown
    assert "Alligevel ikke." not in shown
    assert "As counted now, after the report was published." in shown
    approved = words(manager.get(page("approved")))
    assert "520 in 2 sessions" in approved
    assert "As counted now" not in approved
    assert "Decided: Not met" in approved
    assert "Alligevel ikke." in approved


# --- deciding -----------------------------------------------------------------------------------


def test_manager_decides_and_sees_it_on_the_page(office, manager):
    answer = manager.post(decide_page(), {"verdict": "partly", "why": "Næsten."}, follow=True)

    assert answer.redirect_chain == [(page(), 302)]
    shown = words(answer)
    assert "Your verdict on goal 1 Mål is saved." in shown
    assert "Decided: Partly met" in shown
    assert f"Næsten. {manager.user.name}, Mon 2 Sep 2024" in shown
    assert Decision.objects.get().by == manager.user


def test_form_shows_the_figures_and_the_proposal(office, manager):
    shown = words(manager.get(decide_page()))

    assert "the software proposes: Partly met. You decide." in shown
    assert "Target: at least 100" in shown
    assert "Earlier verdicts" not in shown


def test_form_shows_earlier_verdicts_and_that_a_report_is_published(office, manager):
    manager.post(decide_page(), {"verdict": "partly", "why": "Næsten."})
    publish()

    shown = words(manager.get(decide_page()))

    assert "Earlier verdicts Partly met Næsten." in shown
    assert "The report of the year is published" in shown


def test_goal_that_a_person_judges_says_so(tmp_path, manager):
    open_office(tmp_path).plan({"code": "antal", "kind": "stated_count"}, rule="judged")

    assert "you judge it" in words(manager.get(decide_page()))
    assert "To be decided by a manager" in words(manager.get(page()))


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"verdict": "", "why": "Nået."}, "Verdict is missing. Choose one of the three."),
        ({"verdict": "best", "why": "Nået."}, "Verdict is not one of the three."),
        ({"verdict": "met", "why": " "}, "Reason is missing. Write why the goal is judged so."),
        (
            {"verdict": "met", "why": "x" * 501},
            "The field Reason is too long: write at most 500 characters.",
        ),
        ({"verdict": "met", "why": "Elev 010101-1234"}, "looks like a CPR number"),
    ],
)
def test_form_with_a_fault_is_shown_again_with_what_was_typed(office, manager, typed, says):
    answer = manager.post(decide_page(), typed)

    assert answer.status_code == 422
    assert says in words(answer)
    assert answer.content.decode().count("<title>Error:") == 1
    assert not Decision.objects.exists()
    if len(typed["why"]) < 100 and typed["why"].strip():
        assert typed["why"] in answer.content.decode()


def test_pressed_twice_is_one_decision(office, manager):
    for _press in range(2):
        manager.post(decide_page(), {"verdict": "met", "why": "Nået."})

    assert Decision.objects.count() == 1
