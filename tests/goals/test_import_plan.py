"""What import_plan reads, how it updates a version, and what it leaves alone."""

from __future__ import annotations

import json

import pytest

from goals.models import Decision, Goal, Measure, PlanVersion, Snapshot, StatusReport
from tests.commands import done, run, tables
from tests.factories import create_user
from tests.goals.plans import WHOLE, goal, measure, plan, refused
from workshops.models import Batch, Mark, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# --- what is read ------------------------------------------------------------------------------


def test_plan_is_stored_as_it_says(send):
    outcome = send(plan(title="  Plan for trivsel "))

    version = PlanVersion.objects.get()
    assert outcome.out.splitlines()[-1] == "new 8, changed 0, removed 0, same 0, errors 0"
    assert (version.plan.code, version.year, version.title) == ("trivsel", 2024, "Plan for trivsel")
    assert version.municipality_code == "101"
    rows = version.mappings.values_list("type_code", "category", "valid_from__year")
    assert list(rows) == [("1012", "folkeskole", 1900), ("1015", None, 2024)]
    assert list(version.initiatives.values_list("code", "level", "title", "text")) == [
        ("N1", "Kommune", "Net", "a\nb")
    ]
    found = version.measures.values("code", "kind", "audience", "school_category", "target_min", "target_max").get()  # fmt: skip
    assert found == {
        "code": "1.folk", "kind": "participations", "audience": "elever",
        "school_category": "folkeskole", "target_min": 10, "target_max": None,
    }  # fmt: skip
    assert list(Batch.objects.values_list("kind", "file_name")) == [("plan", "plan.json")]


def test_keys_and_texts_are_brought_to_nfc(send):
    decomposed = json.dumps(plan(goal("1", measure(audience="fora\u0308ldre", school_category=""))))
    decomposed = decomposed.replace("\\u0308", "\u0308").replace("Unge", "Elever pa\u030a skolen")

    outcome = send(decomposed.encode())

    assert outcome.code == 1  # ä is no æ: the word is not known, and said in one piece
    assert "«foräldre»" in outcome.err
    done_ = send(decomposed.replace("fora\u0308ldre", "forældre").encode())
    assert done_.code == 0
    assert PlanVersion.objects.get().target_groups.get().title == "Elever på skolen"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_encoding_of_text_is_read(send, encoding):
    text = json.dumps(plan(title="Æbler på øen"), ensure_ascii=False)

    outcome = send(text.encode(encoding))

    assert (outcome.code, PlanVersion.objects.get().title) == (0, "Æbler på øen")


# --- again and otherwise -----------------------------------------------------------------------


def test_same_file_again_changes_nothing_but_the_list_of_batches(send):
    send(WHOLE)
    Mark.objects.all().delete()
    before = tables()

    outcome = send(WHOLE)

    assert (outcome.out, tables(), Batch.objects.count()) == (
        "new 0, changed 0, removed 0, same 9, errors 0\n",
        before,
        2,
    )


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_without_apply_it_says_what_would_change_and_writes_nothing(send, tmp_path, options):
    send(plan())
    before = tables()
    file = tmp_path / "other.json"
    file.write_text(json.dumps(plan(goal("2", measure()))), encoding="utf-8")

    outcome = run("import_plan", file, *options)

    assert (outcome.code, tables(), Batch.objects.count()) == (0, before, 1)
    assert outcome.out.splitlines() == [
        "new goal 2",
        "changed measure 1.folk",
        "removed goal 1 Mål 1",
        "new 1, changed 1, removed 1, same 6, errors 0",
        "Nothing was changed: this was a dry run. Add --apply to write.",
    ]


def test_update_matches_by_code_and_keeps_the_rows(send):
    send(plan(goal("1", measure("a"), measure("b")), goal("2")))
    keys = dict(Measure.objects.values_list("code", "pk"))
    Mark.objects.all().delete()

    send(
        plan(
            goal("2", measure("b", target_min=99)), goal("1", measure("a"), title="Nyt"), title="Ny"
        )
    )

    version = PlanVersion.objects.get()
    assert (version.title, Plan.objects.get().title) == ("Ny", "Ny")
    assert list(version.goals.values_list("code", "title")) == [("2", "Mål 2"), ("1", "Nyt")]
    found = version.measures.values_list("pk", "code", "goal__code", "target_min")
    assert list(found) == [(keys["b"], "b", "2", 99), (keys["a"], "a", "1", 10)]
    assert list(Mark.objects.values_list("session", "reason")) == [(None, "plan")]


def test_measure_that_disappears_takes_its_snapshots_along(send):
    send(plan(goal("1", measure("a"), measure("b")), goal("2")))
    done("aggregate")

    outcome = send(plan(goal("1", measure("a"))))

    assert outcome.out.splitlines()[:-1] == [
        "changed initiative N1",
        "removed measure b",
        "removed goal 2 Mål 2",
    ] or outcome.out.splitlines()[:-1] == ["removed measure b", "removed goal 2 Mål 2"]
    assert set(Snapshot.objects.values_list("code", flat=True)) == {"a", "not_counted"}
    done("aggregate")
    assert run("reconcile").code == 0


def test_other_year_is_a_version_of_its_own(send):
    send(plan())

    send(plan(year=2025))

    assert list(PlanVersion.objects.order_by("year").values_list("plan__code", "year")) == [
        ("trivsel", 2024),
        ("trivsel", 2025),
    ]
    assert Plan.objects.count() == 1


def test_goal_that_was_decided_on_stays(send):
    send(plan(goal("1"), goal("2")))
    by = create_user(role="manager")
    Decision.objects.create(goal=Goal.objects.get(code="2"), verdict="met", why="Godt", by=by)

    (line,) = refused(send, plan(goal("1", title="Andet")))

    assert line == "The goal 2 has been decided on, so the plan must keep it."


def test_published_report_refuses_an_update_of_its_year_alone(send):
    send(plan())
    by = create_user(role="manager")
    StatusReport.objects.create(version=PlanVersion.objects.get(), revision=1, content={}, by=by)

    (line,) = refused(send, plan(title="Ny"))

    assert line == "The report of trivsel for 2024 is published, so the plan stands."
    assert send(plan(year=2025)).code == 0
