"""annual_report prints exact bytes at every level, and the published report where there is one."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from django.utils import translation

from goals.models import Decision, Goal, PlanVersion, StatusReport
from tests.commands import done, run
from tests.factories import create_user
from tests.goals.office import PLAN, a_class, a_crowd, open_office, people, sessions

pytestmark = pytest.mark.django_db

EXPECTED = """{
  "digest": "sha256:%s",
  "figures": {
    "=formel": {
      "date": null,
      "done": false
    },
    "folk": {
      "met": true,
      "over": false,
      "sessions": 1,
      "target_max": null,
      "target_min": 20,
      "value": 20
    },
    "forældre": {
      "met": null,
      "over": false,
      "sessions": 0,
      "target_max": null,
      "target_min": null,
      "value": 0
    },
    "note": {
      "text": "-1 på øen"
    }
  },
  "goals": {
    "1": {
      "decided": null,
      "proposed": "partly"
    }
  },
  "level": "approved",
  "not_counted": {
    "ikke fordelt": 0,
    "uden for kommunen": 0
  },
  "plan": "trivsel",
  "year": 2024
}
"""


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    office.plan(
        people(target_min=20),
        people("forældre", audience="forældre", school_category=""),
        {"code": "note", "kind": "narrative", "text": "-1 på øen"},
        {"code": "=formel", "kind": "milestone"},
    )
    office.rows(a_class("1", 20), a_class("2", 7, godkendt=""), a_class("3", "", tilmeldt="3"))
    return office


def publish(content, revision=1):
    version = PlanVersion.objects.get()
    by = create_user(role="manager")
    return StatusReport.objects.create(version=version, revision=revision, content=content, by=by)


def test_json_is_printed_to_the_byte(office):
    printed = done("annual_report", PLAN, 2024)

    content = json.loads(printed)
    said = content.pop("digest")
    compact = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    fingerprint = hashlib.sha256(compact.encode("utf-8")).hexdigest()
    assert said == f"sha256:{fingerprint}"
    assert printed == EXPECTED % fingerprint
    assert done("annual_report", PLAN, 2024, "--format", "json", "--level", "approved") == printed


@pytest.mark.parametrize(("level", "value"), [("approved", 20), ("attended", 27), ("expected", 53)])
def test_each_level_says_which_one_it_is(office, level, value):
    content = json.loads(done("annual_report", PLAN, 2024, "--level", level))

    assert (content["level"], content["figures"]["folk"]["value"]) == (level, value)


def test_output_writes_the_same_bytes(office, tmp_path):
    file = tmp_path / "rapport.json"

    said = done("annual_report", PLAN, 2024, "--output", file)

    assert said == ""
    assert file.read_bytes() == done("annual_report", PLAN, 2024).encode("utf-8")
    table = tmp_path / "rapport.csv"
    done("annual_report", PLAN, 2024, "--format", "csv", "--output", table)
    assert table.read_bytes() == done("annual_report", PLAN, 2024, "--format", "csv").encode()


def test_csv_opens_in_a_danish_spreadsheet(office):
    printed = done("annual_report", PLAN, 2024, "--format", "csv")

    assert printed.startswith("\ufeffplan;år;niveau;del;kode;navn;værdi\r\n")
    head = ["trivsel", "2024", "approved"]
    rows = list(csv.reader(io.StringIO(printed.removeprefix("\ufeff"), newline=""), delimiter=";"))
    digest = json.loads(done("annual_report", PLAN, 2024))["digest"]
    assert rows[1:] == [
        [*head, "figures", "'=formel", "date", ""],
        [*head, "figures", "'=formel", "done", "false"],
        [*head, "figures", "folk", "met", "true"],
        [*head, "figures", "folk", "over", "false"],
        [*head, "figures", "folk", "sessions", "1"],
        [*head, "figures", "folk", "target_max", ""],
        [*head, "figures", "folk", "target_min", "20"],
        [*head, "figures", "folk", "value", "20"],
        [*head, "figures", "forældre", "met", ""],
        [*head, "figures", "forældre", "over", "false"],
        [*head, "figures", "forældre", "sessions", "0"],
        [*head, "figures", "forældre", "target_max", ""],
        [*head, "figures", "forældre", "target_min", ""],
        [*head, "figures", "forældre", "value", "0"],
        [*head, "figures", "note", "text", "'-1 på øen"],
        [*head, "goals", "1", "decided", ""],
        [*head, "goals", "1", "proposed", "partly"],
        [*head, "not_counted", "ikke fordelt", "value", "0"],
        [*head, "not_counted", "uden for kommunen", "value", "0"],
        [*head, "digest", "", "", digest],
    ]


def test_latest_decision_on_a_goal_is_printed(office):
    by = create_user(role="manager")
    for verdict in ("not_met", "met"):
        Decision.objects.create(goal=Goal.objects.get(), verdict=verdict, why="Set på", by=by)

    content = json.loads(done("annual_report", PLAN, 2024))

    assert content["goals"] == {"1": {"proposed": "partly", "decided": "met"}}


def test_published_report_is_printed_and_frozen(office):
    frozen = json.loads(done("annual_report", PLAN, 2024))
    publish({**frozen, "level": "published"})
    before = done("annual_report", PLAN, 2024)

    office.rows(a_class("9", 25))

    assert done("annual_report", PLAN, 2024) == before
    assert done("annual_report", PLAN, 2024, "--level", "published") == before
    assert json.loads(before)["figures"]["folk"]["value"] == 20
    now = json.loads(done("annual_report", PLAN, 2024, "--level", "approved"))
    assert (now["level"], now["figures"]["folk"]["value"]) == ("approved", 45)


def test_latest_revision_is_the_one_printed(office):
    publish({"level": "published", "revision": "en"})
    publish({"level": "published", "revision": "to"}, revision=2)

    assert json.loads(done("annual_report", PLAN, 2024))["revision"] == "to"


def test_exit_codes(office, tmp_path):
    outcomes = {
        "unknown plan": run("annual_report", "findes-ikke", 2024),
        "no version": run("annual_report", PLAN, 1999),
        "not published": run("annual_report", PLAN, 2024, "--level", "published"),
        "cannot write": run("annual_report", PLAN, 2024, "--output", tmp_path),
    }

    assert {kind: outcome.code for kind, outcome in outcomes.items()} == {
        "unknown plan": 2,
        "no version": 1,
        "not published": 1,
        "cannot write": 2,
    }
    assert {outcome.out for outcome in outcomes.values()} == {""}
    assert "findes-ikke" in outcomes["unknown plan"].err
    assert "import_plan" in outcomes["no version"].err


@pytest.mark.parametrize("words", [["--level", "guessed"], ["--format", "xml"], ["--year"]])
def test_words_that_are_not_known_are_wrong_use(office, words):
    from django.core.management import ManagementUtility

    with pytest.raises(SystemExit) as end:
        ManagementUtility(["manage.py", "annual_report", PLAN, "2024", *words]).execute()

    assert end.value.code == 2


def test_report_asks_a_constant_number_of_queries(office, django_assert_num_queries):
    from goals.reports.annual import annual_report

    office.plan(people(), sessions(), people("b"), year=2025, code="stor")
    version = PlanVersion.objects.whole().get(plan__code=PLAN)
    with django_assert_num_queries(5):
        annual_report(version, "approved")
    office.rows(*[a_class(f"n{n}", forløb=f"F{n}") for n in range(20)], a_crowd("x"))

    version = PlanVersion.objects.whole().get(plan__code=PLAN)
    with django_assert_num_queries(6):  # there are courses now
        annual_report(version, "approved")
