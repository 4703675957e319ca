"""The pages of the report: who sees them, what they show, and that every figure sums up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from goals.models import Measure, PlanVersion, Snapshot, StatusReport
from tests import cast as people_of
from tests import commands
from tests.cast import in_english
from tests.factories import create_user
from tests.goals import goal_pages
from tests.goals.office import FREE, PLAN, a_class, a_crowd, open_office, people, sessions

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[1] / "data" / "2024"


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"
    with translation.override("en"):
        yield


@pytest.fixture
def cast():
    return people_of.assemble()


@pytest.fixture
def manager(cast):
    browser = cast["manager"]
    return in_english(browser)


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    office.plan(
        people(target_min=10),
        sessions(audience="elever"),
        {"code": "svar", "kind": "survey_share", "question": "nyttig", "answer": "ja"},
    )
    office.rows(a_class("1"), a_class("2", 7, institutionsnummer="280003"), a_crowd("3", 5))
    return office


def version(year=2024, plan=PLAN):
    return PlanVersion.objects.get(year=year, plan__code=plan)


def measure(code):
    return Measure.objects.get(code=code, version=version())


def address(name, *keys, **query):
    words = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"manage:{name}", args=keys) + (f"?{words}" if words else "")


def pages():
    pk = version().pk
    return [
        address("reports"),
        address("report", pk),
        address("report-json", pk),
        address("report-csv", pk),
        address("report-figure", pk, measure("folk").pk),
        address("report-uncounted", pk, reason="ikke fordelt"),
    ]


def publish(content):
    return StatusReport.objects.create(
        version=version(), revision=1, content=content, by=create_user(role="manager")
    )


# --- what is there ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_show(office, manager, method):
    assert {getattr(manager, method)(page).status_code for page in pages()} == {405}


# --- what --------------------------------------------------------------------------------------


def test_list_shows_every_plan_and_year(office, manager):
    office.plan(people(), year=2025)
    shown = manager.get(address("reports")).content.decode()

    for year in (2024, 2025):
        assert f'<a href="{address("report", version(year).pk)}">Plan, {year}</a>' in shown


def test_list_without_a_plan_says_what_to_do(manager):
    assert b"There is no action plan yet." in manager.get(address("reports")).content


@pytest.mark.parametrize(
    ("level", "value"), [("", "20"), ("approved", "20"), ("attended", "20"), ("expected", "25")]
)
def test_report_shows_the_level_asked_for(office, manager, level, value):
    shown = manager.get(
        address("report", version().pk, **({"level": level} if level else {}))
    ).content.decode()

    assert f"{value} pupils (folkeskole) in 1 session" in " ".join(shown.split())
    current = re.findall(r'<a href="\?level=(\w+)" aria-current="page">', shown)
    assert current == [level or "approved"]
    link = address("report-figure", version().pk, measure("folk").pk, level=level or "approved")
    assert f'<a href="{link}">' in shown


def test_published_report_is_shown_frozen(office, manager):
    content = commands.report(PLAN, 2024)
    publish({**content, "level": "published"})
    office.rows(a_class("9", 25))
    pk = version().pk

    frozen, now = (
        manager.get(address("report", pk, **query)).content.decode()
        for query in ({}, {"level": "approved"})
    )

    assert "20 pupils (folkeskole)" in " ".join(frozen.split())
    assert "45 pupils (folkeskole)" in " ".join(now.split())
    assert '<a href="?level=published" aria-current="page">' in frozen
    same = manager.get(address("report", pk, level="published")).context
    assert (same["level"], same["digest"]) == ("published", content["digest"])
    printed = manager.get(address("report-json", pk)).content.decode()
    assert json.loads(printed)["level"] == "published"


def test_sessions_behind_a_published_figure_say_that_they_are_counted_now(office, manager):
    pk, folk = version().pk, measure("folk").pk
    goal_pages.publish()

    published = manager.get(address("report-figure", pk, folk, level="published"))
    approved = manager.get(address("report-figure", pk, folk, level="approved"))

    assert "The published report never changes." in goal_pages.words(published)
    assert f'{address("report", pk)}?level=published"' in published.content.decode()
    assert "never changes" not in goal_pages.words(approved)
    assert f'{address("report", pk)}?level=approved"' in approved.content.decode()


def test_level_that_is_not_there_is_not_found_or_approved(office, manager):
    pk = version().pk

    assert manager.get(address("report", pk, level="published")).status_code == 404
    assert manager.get(address("report-json", pk, level="published")).status_code == 404
    assert manager.get(address("report", pk, level="guessed")).status_code == 404
    assert (
        manager.get(address("report-figure", pk, measure("folk").pk, level="guessed")).status_code
        == 404
    )
    assert (
        manager.get(address("report-uncounted", pk, reason="ikke fordelt", level="x")).status_code
        == 404
    )


def test_what_does_not_belong_together_is_not_found(office, manager):
    office.plan(people(), year=2025)
    there = Measure.objects.get(version=version(2025))

    lost = [
        address("report", 99_999),
        address("report-json", 99_999),
        address("report-csv", 99_999),
        address("report-figure", version().pk, there.pk),
        address("report-figure", 99_999, there.pk),
        address("report-uncounted", version().pk),
        address("report-uncounted", version().pk, reason="findes ikke"),
        address("report-uncounted", 99_999, reason="ikke fordelt"),
    ]

    assert {page: manager.get(page).status_code for page in lost} == dict.fromkeys(lost, 404)


@pytest.mark.parametrize("level", ["approved", "attended", "expected"])
def test_downloads_are_what_the_command_prints(office, manager, level):
    pk = version().pk

    as_json = manager.get(address("report-json", pk, level=level))
    as_csv = manager.get(address("report-csv", pk, level=level))

    assert as_json.content == commands.report_bytes(PLAN, 2024, level)
    printed = commands.done("annual_report", PLAN, 2024, "--format", "csv", "--level", level)
    assert as_csv.content == printed.encode()
    assert as_json["Content-Type"] == "application/json"
    assert as_csv["Content-Type"] == "text/csv; charset=utf-8"
    assert as_json["Content-Disposition"] == 'attachment; filename="trivsel-2024.json"'
    assert as_csv["Content-Disposition"] == 'attachment; filename="trivsel-2024.csv"'


def test_name_of_a_download_is_plain(office, manager):
    office.plan(people(), code='mål"; x')

    answer = manager.get(address("report-csv", version(plan='mål"; x').pk))

    assert answer["Content-Disposition"] == 'attachment; filename="m_l___x-2024.csv"'


def test_texts_of_the_plan_are_shown_as_text(office, manager):
    commands.done("aggregate")
    version().goals.update(title="<script>alert(1)</script>")

    shown = manager.get(address("report", version().pk)).content.decode()

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_figure_lists_its_sessions_with_their_schools(office, manager):
    office.rows(
        a_class("4", 3, session="S-1", klasse="8.A", institutionsnummer=FREE),
        a_class("5", 9, dato="2024-02-01"),
    )

    shown = manager.get(address("report-figure", version().pk, measure("folk").pk))

    lines = shown.context["list"].lines
    assert [(line.reference, line.places, line.adds) for line in lines] == [
        ("S-5", "Skole 280001 7.B", 9),
        ("S-1", "Skole 280001 7.B, Skole 280002 8.A", 20),
    ]
    assert "2 sessions with 29 participants" in " ".join(shown.content.decode().split())


def test_figure_of_answers_and_of_sessions_say_so(office, manager):
    office.answers("S-1", "ja ja ja nej nej")

    answers, held = (
        " ".join(
            manager.get(address("report-figure", version().pk, measure(code).pk))
            .content.decode()
            .split()
        )
        for code in ("svar", "held")
    )

    assert "1 session with 5 answers" in answers
    assert "2 sessions. Level: approved." in held


def test_school_is_named_as_it_was_on_the_day(office, manager):
    office.register("2024-01-01", commands.school("280001", name="Gamle Skole"))
    office.register("2024-08-01", commands.school("280001", name="Nye Skole"))

    shown = manager.get(address("report-figure", version().pk, measure("folk").pk))

    assert [line.places for line in shown.context["list"].lines] == ["Gamle Skole 7.B"]


# --- the whole year, and how it grows ----------------------------------------------------------


@pytest.fixture
def year_2024():
    for day in ("2024-01-01", "2024-08-01"):
        commands.import_register(DATA / f"register_{day}.csv", day)
    commands.done("import_plan", DATA / "plan-2024.json", "--apply")
    commands.done("import_registrations", DATA, "--apply")
    return version(plan="ekstremisme")


def test_every_figure_of_2024_sums_to_its_sessions(year_2024, manager):
    checked = 0
    for level in Snapshot.Level.values:
        content = commands.report("ekstremisme", 2024, level)
        for row in year_2024.measures.all():
            printed = content["figures"][row.code]
            sums = {
                "participations": "value",
                "sessions_held": "value",
                "survey_share": "denominator",
            }
            if row.kind not in sums:
                continue
            shown = manager.get(address("report-figure", year_2024.pk, row.pk, level=level))
            found = shown.context["list"]
            assert sum(line.adds for line in found.lines) == found.total == printed[sums[row.kind]]
            assert len(found.lines) == printed.get("sessions", len(found.lines))
            assert shown.content.count(b"<tr>") == len(found.lines) + 2
            checked += 1
        for reason, count in content["not_counted"].items():
            shown = manager.get(
                address("report-uncounted", year_2024.pk, reason=reason, level=level)
            )
            assert shown.context["list"].total == count
            checked += 1
    assert checked == 3 * (6 + 2)

    shown = manager.get(address("report", year_2024.pk)).content.decode()
    links = set(re.findall(r'href="(/manage/reports/\d+/figures/\d+/[^"]*)"', shown))
    assert len(links) >= 6
    assert {manager.get(link).status_code for link in links} == {200}


def queries(browser, page, count):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as found:
        assert browser.get(page).status_code == 200
    assert len(found) == count, "\n".join(query["sql"][:200] for query in found.captured_queries)


QUERIES = {
    "reports": 4,
    "report": 19,
    "report-json": 17,
    "report-csv": 17,
    "report-figure": 20,
    "report-uncounted": 19,
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("size", [1, 30])
def test_pages_ask_a_constant_number_of_queries(office, manager, name, size):
    codes = ["folk", *(f"m{n}" for n in range(1, size))]
    office.plan(*(people(code) for code in codes))
    office.rows(*[a_class(f"r{n}", forløb="F1", klasse=f"{n}.x") for n in range(size)])
    office.rows(*[a_class(f"u{n}", institutionsnummer="280003") for n in range(size)])
    keys = {"reports": [], "report-figure": [version().pk, measure("folk").pk]}.get(
        name, [version().pk]
    )
    query = {"reason": "ikke fordelt"} if name == "report-uncounted" else {}
    manager.get(address(name, *keys, **query))  # what is cached once is not counted

    queries(manager, address(name, *keys, **query), QUERIES[name])
