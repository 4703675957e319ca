"""The manager's goal pages: the office behind them, their addresses, and their words."""

from __future__ import annotations

import contextlib
import re

import time_machine
from django.urls import reverse
from django.utils import translation

from goals.actions import aggregation
from goals.models import Goal, PlanVersion, StatusReport
from goals.reports.annual import annual_report
from tests import cast as people_of
from tests.factories import create_user, local
from tests.goals.office import FREE, PLAN, a_class, a_crowd, open_office, people, sessions

NOW = local(2024, 9, 2, 12)


@contextlib.contextmanager
def english_now():
    """Pages in English, on the day of the tests."""
    with translation.override("en"), time_machine.travel(NOW, tick=False):
        yield


def browsers():
    """A browser for each role, in English."""
    found = people_of.assemble()
    return {role: people_of.in_english(browser) for role, browser in found.items()}


def busy_office(tmp_path):
    """An office whose plan measures in every way, with its figures counted up."""
    office = open_office(tmp_path)
    office.plan(
        people(target_min=100),
        people("fri", school_category="fri_privat", target_min=10, target_max=20),
        sessions("held", audience="forældre", target_min=2),
        {"code": "svar", "kind": "survey_share", "question": "nyttig", "answer": "ja"},
        {"code": "plan.evaluering", "kind": "milestone"},
        {"code": "antal", "kind": "stated_count"},
        {"code": "andel", "kind": "stated_share"},
    )
    office.rows(
        a_class("1", 20),
        a_class("2", 25, institutionsnummer=FREE, dato="2024-02-06"),
        a_class("3", 7, institutionsnummer="280003"),
        a_class("4", 3, institutionsnummer="280004"),
        a_class("5", 1200, godkendt=""),
        a_crowd("6", 15),
    )
    office.answers("S-6", "ja ja ja ja ja ja ja nej")
    aggregation.aggregate_everything()
    return office


def version(year=2024):
    return PlanVersion.objects.get(year=year, plan__code=PLAN)


def page(level="", year=2024):
    address = reverse("manage:goal-page", args=[version(year).pk])
    return f"{address}?level={level}" if level else address


def decide_page(goal=None):
    goal = goal or Goal.objects.get()
    return reverse("manage:goal-decide", args=[goal.version_id, goal.pk])


def words(answer):
    """The text of a page: no tags, one space between words."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def publish():
    content = {**annual_report(PlanVersion.objects.whole().get(year=2024)).content}
    return StatusReport.objects.create(
        version=version(),
        revision=1,
        content={**content, "level": "published"},
        by=create_user(role="manager", name="Lone Leder"),
        at=NOW,
    )
