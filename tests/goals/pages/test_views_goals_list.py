"""The manager's goal pages: who sees them, and the list of years."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from goals.models import Goal
from tests.factories import local
from tests.goals.goal_pages import (
    page,
    publish,
    version,
    words,
)
from tests.goals.office import people

pytestmark = pytest.mark.django_db


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_show(office, manager, method):
    assert getattr(manager, method)(page()).status_code == 405
    assert getattr(manager, method)(reverse("manage:goals")).status_code == 405


@pytest.mark.parametrize("query", ["level=best", "level=published", "level="])
def test_unknown_level_is_not_found(office, manager, query):
    assert manager.get(f"{page()}?{query}").status_code == 404


def test_goal_of_another_plan_is_not_found(office, manager):
    office.plan(people(), year=2025)
    other = Goal.objects.get(version__year=2025)

    address = reverse("manage:goal-decide", args=[version(2024).pk, other.pk])

    assert manager.get(address).status_code == 404
    assert manager.get(reverse("manage:goal-page", args=[99_999])).status_code == 404


# --- the list ----------------------------------------------------------------------------------


def test_list_shows_each_year_with_how_far_it_has_come(office, manager):
    office.plan(people(), year=2025)
    shown = words(manager.get(reverse("manage:goals")))

    assert "2024 67 % of the year has gone Plan , 2024 0 of 1 goal met 0 1 partly met" in shown
    assert "2025 Plan , 2025 The figures have not been aggregated yet." in shown


def test_list_without_a_plan_says_what_to_do(manager):
    assert "There is no action plan yet." in words(manager.get(reverse("manage:goals")))


def test_list_says_what_is_published_and_what_is_to_be_closed(office, manager):
    with time_machine.travel(local(2025, 1, 3), tick=False):
        manager.force_login(manager.user)
        assert "To be closed" in words(manager.get(reverse("manage:goals")))
        publish()
        shown = words(manager.get(reverse("manage:goals")))

    assert "Published" in shown
    assert "To be closed" not in shown
