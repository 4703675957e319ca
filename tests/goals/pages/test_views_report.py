"""The report page shows what the goal page shows, says of when that is, and is what is taken away."""

from __future__ import annotations

import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from goals.actions import aggregation
from goals.models import Goal, Snapshot
from tests.goals.goal_pages import page, publish, version, words
from tests.goals.office import a_class
from workshops.models import Tick

pytestmark = pytest.mark.django_db


def report(name="report", level="approved"):
    return f"{reverse(f'manage:{name}', args=[version().pk])}?level={level}"


@pytest.fixture
def waiting(office):
    """A count that came after the last aggregation."""
    Tick.objects.create(job="aggregate", finished=timezone.now())
    office.rows(a_class("9", 25))


def both(manager):
    """What both pages say of one figure, and in words."""
    pages = [manager.get(address) for address in (report(), page("approved"))]
    values = {answer.context["found"].figures["folk"]["value"] for answer in pages}
    return values, [words(answer) for answer in pages]


def test_both_pages_show_kept_figures_and_say_of_when_they_are(waiting, manager):
    values, said = both(manager)

    assert values == {20}
    for text in said:
        assert re.search("Figures as of .*12:00 ?\\. \\d changes? wait", text), text


def test_both_pages_count_where_nothing_is_kept_and_say_so(waiting, manager):
    Snapshot.objects.all().delete()

    values, said = both(manager)

    assert values == {45}
    for text in said:
        assert "Counted as you opened the page." in text
        assert "Figures as of" not in text


def test_both_pages_follow_the_aggregation(waiting, manager):
    aggregation.aggregate_marked()

    values, said = both(manager)

    assert values == {45}
    assert not any("for the next aggregation" in text for text in said)


def test_what_is_taken_away_is_what_the_page_shows(waiting, manager):
    digest = manager.get(report()).context["digest"]
    as_json = json.loads(manager.get(report("report-json")).content)
    as_csv = manager.get(report("report-csv")).content.decode()

    assert as_json["digest"] == digest
    assert as_json["figures"]["folk"]["value"] == 20
    assert digest in as_csv
    assert "folk;value;20" in as_csv


@pytest.mark.parametrize("level", ["attended", "expected"])
def test_other_levels_are_counted_and_say_so(waiting, manager, level):
    for address in (report(level=level), page(level)):
        answer = manager.get(address)
        assert answer.context["found"].figures["folk"]["value"] >= 45
        assert "Counted as you opened the page." in words(answer)


def test_goal_that_came_after_the_report_has_no_part_in_it(office, manager):
    publish()
    group = version().target_groups.get()
    Goal.objects.create(version=version(), target_group=group, position=9, code="9", title="Ny")

    for address in (report(level="published"), page("published")):
        answer = manager.get(address)
        assert answer.status_code == 200
        assert "9 Ny To be decided by a manager" in words(answer)
        assert "They never change." in words(answer)
