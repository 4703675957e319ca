"""The manager's goal pages: who sees them, what they show at each level, and deciding."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from goals import tasks
from goals.actions import aggregation
from goals.models import Decision, Goal, Measure, PlanVersion, Snapshot, StatedTotal, StatusReport
from goals.reports.annual import annual_report
from tests import cast as people_of
from tests.factories import (
    create_booking,
    create_headcount,
    create_plan,
    create_register,
    create_session,
    create_user,
    local,
)
from tests.goals.office import FREE, PLAN, a_class, a_crowd, open_office, people, sessions
from workshops.models import Mark, Plan, School

pytestmark = pytest.mark.django_db

NOW = local(2024, 9, 2, 12)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"), time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def cast():
    found = people_of.assemble()
    return {role: people_of.in_english(browser) for role, browser in found.items()}


@pytest.fixture
def manager(cast):
    return cast["manager"]


@pytest.fixture
def office(tmp_path):
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


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("anonymous", 302),
        ("stranger", 403),
        ("facilitator", 403),
        ("coordinator", 403),
        ("manager", 200),
        ("superuser", 200),
    ],
)
def test_goals_are_for_managers(office, cast, role, status):
    answers = [
        cast[role].get(address) for address in (reverse("manage:goals"), page(), decide_page())
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    if status == 403:
        assert all(b"Plan" not in answer.content for answer in answers)


@pytest.mark.parametrize("role", ["anonymous", "stranger", "facilitator", "coordinator"])
def test_nobody_else_decides(office, cast, role):
    answer = cast[role].post(decide_page(), {"verdict": "met", "why": "Nået."})

    assert answer.status_code in {302, 403}
    assert not Decision.objects.exists()


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
    assert "The aggregation has not run yet" in words(manager.get(page()))
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
    assert "7 ikke fordelt" in shown
    assert "3 uden for kommunen" in shown
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
        link = f'<a href="{reverse("manage:sessions")}?needs={need}">'
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
    approved = words(manager.get(page("approved")))
    assert "520 in 2 sessions" in approved
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
        ({"verdict": "met", "why": "x" * 501}, "Reason is too long. Write at most 500 characters."),
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
    assert few == {"approved": 20, "attended": 25, "expected": 25, "list": 15}
