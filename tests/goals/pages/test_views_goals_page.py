"""The page of one plan and year: figures, what is missing, months, and what it asks."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from goals import tasks
from goals.actions import aggregation
from goals.models import Measure, Snapshot, StatedTotal
from tests.factories import (
    create_booking,
    create_headcount,
    create_plan,
    create_register,
    create_session,
    create_user,
    local,
)
from tests.goals.goal_pages import NOW, page, version, words
from tests.goals.office import PLAN, a_class, open_office, people
from workshops.models import Mark, Plan, School

pytestmark = pytest.mark.django_db


# --- one plan and year --------------------------------------------------------------------------


def test_page_shows_value_target_pace_and_verdict(office, manager):
    shown = words(manager.get(page()))

    assert "0 of 1 goal met. 67 % of the year has gone." in shown
    assert "Proposed: Partly met" in shown
    assert "Pupils (folkeskole) Behind 20 in 1 session" in shown
    assert "Target: at least 100 20 % of the target" in shown
    assert "80 to go: 5 a week for 18 weeks. At an even pace 68 would be here today." in shown
    assert "Pupils (fri_privat) Met, above the range 25" in shown
    assert "Target: 10-20 250 % of the target" in shown
    assert "Sessions held for parents Behind 1" in shown
    assert "“ja” to “nyttig” 88 % 7 of 8 answers; 67 were asked" in shown
    assert "Evaluering Not done Not done yet" in shown
    assert "Antal Not stated yet" in shown


def test_page_speaks_danish_with_danish_numbers(office, manager, settings):
    manager.cookies[settings.LANGUAGE_COOKIE_NAME] = "da"
    with translation.override("da"):
        shown = words(manager.get(page("attended")))

    assert "Elever (folkeskole) Nået 1.220 i 2 sessioner" in shown
    assert "1.220 % af måltallet" in shown


def test_progress_bars_are_full_at_the_target(office, manager):
    shown = manager.get(page()).content.decode()

    bars = re.findall(r'<progress class="([^"]*)" max="(\d+)" value="(\d+)"', shown)
    assert bars == [
        ("fm-meter fm-meter-bad", "100", "20"),
        ("fm-meter fm-meter-good", "10", "10"),
        ("fm-meter fm-meter-bad", "2", "1"),
    ]


@pytest.mark.parametrize(
    ("level", "value", "says"),
    [
        ("approved", "20", "Only counts that somebody else has approved."),
        ("attended", "1,220", "Every count that has been registered, approved or not."),
        ("expected", "50", "What has been booked, whether it has been held or is still to come."),
    ],
)
def test_page_says_which_level_it_shows(office, manager, level, value, says):
    answer = manager.get(page(level))

    assert says in words(answer)
    assert re.search(rf'<a href="\?level={level}" aria-current="page">', answer.content.decode())
    assert f"{value} in " in words(answer)


def test_approved_figures_are_the_kept_ones(office, manager):
    """Nothing is counted while looking: the page says what the snapshots say."""
    kept = Snapshot.objects.get(code="folk")
    Snapshot.objects.create(
        version=kept.version,
        measure=kept.measure,
        code="folk",
        level="approved",
        value={**kept.value, "value": 77, "sessions": 3},
        digest="sha256:other",
    )

    assert "77 in 3 sessions" in words(manager.get(page()))


def test_figures_without_a_snapshot_are_asked_for(office, manager):
    Snapshot.objects.filter(code="folk").delete()

    shown = words(manager.get(page()))

    assert "20 in 1 session" in shown
    assert "Counted as you opened the page." in shown


def test_page_says_as_of_when_and_what_waits(office, manager):
    assert "The regular aggregation has not run yet" in words(manager.get(page()))
    tasks.aggregate_everything()
    Mark.objects.create(reason="test")

    shown = words(manager.get(page()))

    assert "Figures as of Monday 2 September 2024 12:00 ." in shown
    assert "1 change waits for the next aggregation." in shown


def test_figures_lead_to_their_sessions(office, manager):
    measure = Measure.objects.get(code="folk")
    link = reverse("manage:report-figure", args=[version().pk, measure.pk])

    shown = manager.get(page("attended")).content.decode()

    assert f'<a href="{link}?level=attended">' in shown
    listed = words(manager.get(f"{link}?level=attended"))
    assert "S-1" in listed
    assert "S-5" in listed


def test_pupils_that_no_figure_holds_lead_to_their_sessions(office, manager):
    answer = manager.get(page())

    shown = words(answer)
    assert "7 not allocated" in shown
    assert "3 outside the municipality" in shown
    link = f"{reverse('manage:report-uncounted', args=[version().pk])}?reason=ikke%20fordelt"
    assert f'<a href="{link}&amp;level=approved">' in answer.content.decode()


# --- what is missing ----------------------------------------------------------------------------


def test_page_tells_of_sessions_without_counts_and_counts_without_approval(office, manager):
    ended(counted=False)
    ended(counted=True, present=21)
    StatedTotal.objects.create(
        plan=Plan.objects.get(code=PLAN),
        code="antal",
        date="2024-08-01",
        value=3,
        stated_by_name="Karen",
        stated_by_key="karen",
    )

    answer = manager.get(page())
    shown = words(answer)

    assert "1 session has ended without counts" in shown
    assert "2 sessions await approval, with 1,221 people" in shown  # the import left one
    assert "1 stated total awaits approval by somebody else (antal)" in shown
    assert "1 session without counts 2 sessions awaiting approval" in shown
    for need in ("counts", "approval"):
        link = f'<a href="{reverse("manage:sessions")}?show={need}">'
        assert link in answer.content.decode()


def ended(*, counted, present=0, plan=None):
    session = create_session(
        plan=plan or Plan.objects.get(code=PLAN),
        starts=NOW - datetime.timedelta(days=3),
        capacity=30,
    )
    booking = create_booking(session=session, school=School.objects.get(number="280001"))
    if counted:
        create_headcount(party=booking.parties.get(), present=present)
        create_register(session=session, submitted_by=create_user(role="facilitator"))
    return session


def test_sessions_of_other_plans_and_years_are_not_missing_here(office, manager):
    ended(counted=False, plan=create_plan())
    elsewhere = ended(counted=False)
    elsewhere.starts = local(2023, 12, 31, 20)
    elsewhere.ends = local(2023, 12, 31, 21)
    elsewhere.save()

    assert "without counts" not in words(manager.get(page()))


def test_page_says_when_nothing_is_missing(tmp_path, manager):
    office = open_office(tmp_path)
    office.plan(people())
    office.rows(a_class("1"))

    assert "Nothing: every session of the year" in words(manager.get(page()))


# --- months -------------------------------------------------------------------------------------


def test_months_are_bars_and_a_table(office, manager):
    answer = manager.get(page("attended")).content.decode()

    table = re.findall(
        r'<th scope="row">(\w+)</th>\s*<td class="fm-number">(.*?)</td>\s*<td class="fm-number">(.*?)</td>'
        r'\s*<td class="fm-number">(.*?)</td>\s*<td class="fm-number">(.*?)</td>',
        answer,
    )
    assert len(table) == 12
    assert table[1] == ("February", "25", "–", "–", "25")
    assert table[4] == ("May", "1,230", "15", "–", "1,245")
    assert answer.count('<rect class="fm-chart-bar"') == 2
    assert 'aria-label="1,270 participants in the year; the most in May, 1,245."' in answer
    assert " style=" not in answer


def test_months_are_those_of_the_town(office, manager):
    """Half past midnight on the first of March is still February in UTC."""
    office.rows(a_class("9", 5, dato="2024-03-01", start="00:30", slut="01:30"))

    answer = manager.get(page()).content.decode()

    assert "March" in answer
    assert re.search(r'March</th>\s*<td class="fm-number">5</td>', answer)


def test_year_without_anybody_says_so(office, manager):
    office.plan(people(), year=2025)

    assert "Nobody has been counted in this year yet." in words(manager.get(page(year=2025)))


# --- how many queries ---------------------------------------------------------------------------


def queries(browser, address):
    browser.get(address)  # permissions, session and content types
    with CaptureQueriesContext(connection) as found:
        assert browser.get(address).status_code == 200
    return len(found)


def test_queries_are_the_same_for_one_and_for_thirty(office, manager):
    few = {level: queries(manager, page(level)) for level in ("approved", "attended", "expected")}
    few["list"] = queries(manager, reverse("manage:goals"))

    office.plan(*[people(f"m{number}", target_min=5) for number in range(30)])
    office.rows(*[a_class(str(100 + number), 20) for number in range(30)])
    for year in range(1990, 2020):
        office.plan(people(), year=year)
    for _number in range(30):
        ended(counted=False)
        ended(counted=True, present=20)
    aggregation.aggregate_everything()

    many = {level: queries(manager, page(level)) for level in ("approved", "attended", "expected")}
    many["list"] = queries(manager, reverse("manage:goals"))
    assert many == few
    assert few == {"approved": 19, "attended": 24, "expected": 24, "list": 14}
