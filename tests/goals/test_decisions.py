"""A manager's verdict: with a reason, appended, never changed, by managers alone."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from goals.actions.decisions import LONGEST, decide
from goals.models import Decision, Goal
from tests.factories import create_user, local
from tests.goals.office import open_office, people

pytestmark = pytest.mark.django_db

MET, PARTLY = Decision.Verdict.MET, Decision.Verdict.PARTLY


@pytest.fixture
def goal(tmp_path):
    open_office(tmp_path).plan(people(target_min=10))
    return Goal.objects.get()


@pytest.fixture
def manager():
    return create_user(role="manager")


def test_decision_is_kept_with_name_reason_and_time(goal, manager):
    at = local(2024, 12, 20)

    made = decide(goal, verdict=MET, why="  Nået,\n også uden tvivl. ", by=manager, now=at)

    kept = Decision.objects.values().get()
    assert made.pk == kept.pop("id")
    assert kept == {
        "goal_id": goal.pk,
        "verdict": "met",
        "why": "Nået, også uden tvivl.",
        "by_id": manager.pk,
        "at": at,
    }


def test_later_decision_is_appended_and_the_earlier_one_stays(goal, manager):
    decide(goal, verdict=MET, why="Nået.", by=manager)
    decide(goal, verdict=PARTLY, why="Én klasse var talt to gange.", by=create_user(role="manager"))

    assert [d.verdict for d in goal.decisions.all()] == ["met", "partly"]


def test_the_same_said_twice_is_once(goal, manager):
    first = decide(goal, verdict=MET, why="Nået.", by=manager)

    assert decide(goal, verdict=MET, why=" Nået. ", by=manager) == first
    decide(goal, verdict=PARTLY, why="Nej.", by=manager)
    again = decide(goal, verdict=MET, why="Nået.", by=manager)

    assert again != first
    assert goal.decisions.count() == 3


@pytest.mark.parametrize("role", ["", "facilitator", "coordinator"])
def test_only_managers_decide(goal, role):
    with pytest.raises(PermissionDenied):
        decide(goal, verdict=MET, why="Nået.", by=create_user(role=role))

    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("", "value_missing"),
        (" \n ", "value_missing"),
        ("x" * (LONGEST + 1), "value_too_long"),
        ("Elev 010101-1234 kom.", "looks_like_cpr"),
    ],
)
def test_reason_that_cannot_be_kept_is_refused(goal, manager, why, code):
    with pytest.raises(ValidationError) as refusal:
        decide(goal, verdict=MET, why=why, by=manager)

    assert refusal.value.code == code
    assert not Decision.objects.exists()


def test_longest_reason_is_kept(goal, manager):
    assert decide(goal, verdict=MET, why="x" * LONGEST, by=manager).why == "x" * LONGEST


def test_database_changes_no_decision(goal, manager):
    decide(goal, verdict=MET, why="Nået.", by=manager)

    for change in (lambda: Decision.objects.update(why="x"), Decision.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Decision.objects.get().why == "Nået."
