"""What import_plan refuses, how it updates a version, and what it leaves alone."""

from __future__ import annotations

import copy
import json

import pytest
from django.utils import translation

from goals.models import Decision, Goal, Measure, PlanVersion, Snapshot, StatusReport
from goals.readers import nodes
from tests.commands import done, run, tables
from tests.factories import create_user
from workshops.models import Batch, Mark, Plan

pytestmark = pytest.mark.django_db
CPR = "010203-1234"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def measure(code="1.folk", **other):
    return {"code": code, "kind": "participations", "audience": "elever", "school_category": "folkeskole", "target_min": 10, **other}  # fmt: skip


def goal(code="1", *measures, **other):
    return {"code": code, "title": f"Mål {code}", "text": "Mål", "rule": "all", "measures": list(measures), **other}  # fmt: skip


def plan(*goals, **other):
    return {
        "code": "trivsel",
        "title": "Plan for trivsel",
        "year": 2024,
        "municipality_code": "0101",
        "school_categories": [
            {"type_code": "1012", "category": "folkeskole", "valid_from": "1900-01-01"},
            {"type_code": "1015", "category": None, "valid_from": "2024-08-01"},
        ],
        "target_groups": [{"number": 1, "title": "Unge", "goals": list(goals) or [goal("1", measure())]}],
        "initiatives_without_target": [{"code": "N1", "level": "Kommune", "title": "Net", "text": "a\nb"}],
        **other,
    }  # fmt: skip


@pytest.fixture
def send(tmp_path):
    """Write an object, or bytes, and import it."""

    def send(content, *options):
        file = tmp_path / "plan.json"
        if not isinstance(content, bytes):
            content = json.dumps(content, ensure_ascii=False).encode()
        file.write_bytes(content)
        return run("import_plan", file, *options)

    return send


def refused(send, content):
    before, batches = tables(), Batch.objects.count()

    outcome = send(content)

    assert (outcome.code, tables(), Batch.objects.count()) == (1, before, batches), outcome
    *lines, last = outcome.err.splitlines()
    if not outcome.out:  # refused by what is stored, not by what the file says
        return [*lines, last]
    errors = [line for line in lines if not line.startswith("Warning")]
    assert last == "The plan has errors; nothing was changed."
    assert outcome.out == f"new 0, changed 0, removed 0, same 0, errors {len(errors)}\n"
    return errors


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


# --- what is refused ---------------------------------------------------------------------------

NO_JSON = {
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x81", "plan.json: The file is not a text."),
    "an empty file": (b" \n", "plan.json: The file is empty."),
    "broken": (b'{\n"code": 1,\n', "plan.json, row 3: The file is not JSON: "),
    "a number without end": (b'{"year": ' + b"9" * 5000 + b"}", "plan.json: The file is not JSON that"),
    "nesting without end": (b"[" * 100_000, "plan.json: The file is not JSON that can be read."),
    "a key twice": (b'{"010203-1234": 1, "010203-1234": 2}', "plan.json: The key “…” stands twice in"),
    "a key with a NUL": (b'{"a\\u0000": 1}', "plan.json: A key is too long or holds a control"),
    "a list": (b"[1]", "plan.json"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_JSON)
def test_file_that_is_no_plan_is_told(send, kind):
    content, start = NO_JSON[kind]

    first, *_rest = refused(send, content)

    assert first.startswith(start)
    assert "1234" not in first


def test_file_without_end_is_not_read(send, monkeypatch):
    monkeypatch.setattr(nodes, "MOST_BYTES", 10)

    (line,) = refused(send, plan())

    assert line.startswith("plan.json: The file is larger than 10 bytes.")


def test_folder_or_missing_file_is_wrong_use(tmp_path):
    outcomes = [run("import_plan", tmp_path), run("import_plan", tmp_path / "x.json")]

    assert [outcome.code for outcome in outcomes] == [2, 2]


WORD = "A text is missing here."
NUMBER = "This is not a whole number from 0 to 2147483647."
TAKEN = "This name is taken: the report uses it for pupils that are not counted."
BAD = [
    ({"code": ""}, "code", WORD),
    ({"code": None}, "code", WORD),
    ({"code": 5}, "code", WORD),
    ({"code": "x" * 61}, "code", "The text is longer than 60 characters."),
    ({"title": "a\u0000b"}, "title", "The text holds a control character."),
    ({"title": "a\nb"}, "title", "The text holds a control character."),
    ({"year": 0}, "year", "This is not a year with four digits."),
    ({"year": 24}, "year", "This is not a year with four digits."),
    ({"year": "2024"}, "year", NUMBER),
    ({"year": True}, "year", NUMBER),
    ({"year": None}, "year", NUMBER),
    ({"municipality_code": "1"}, "municipality_code", "A municipality code has three digits."),
    ({"municipality_code": "1101"}, "municipality_code", "A municipality code has three digits."),
    ({"target_groups": None}, "target_groups", "A list is missing here."),
    ({"target_groups": {}}, "target_groups", "A list is missing here."),
    ({"target_groups": ["x"]}, "target_groups[0]", "This is not an object."),
    ({"school_categories": "x"}, "school_categories", "A list is missing here."),
]  # fmt: skip
IN_GOAL = [
    ({"rule": "maybe"}, "rule", "“maybe” is not known here."),
    ({"rule": ""}, "rule", WORD),
    ({"title": ""}, "title", WORD),
    ({"text": "x" * 4001}, "text", "The text is longer than 4000 characters."),
    ({"measures": None}, "measures", "A list is missing here."),
]
IN_MEASURE = [
    ({"kind": "guess"}, "kind", "“guess” is not known here."),
    ({"kind": ""}, "kind", WORD),
    ({"audience": "lærere"}, "audience", "“lærere” is not known here."),
    ({"target_min": -1}, "target_min", NUMBER),
    ({"target_min": 1.5}, "target_min", NUMBER),
    ({"target_min": 2**31}, "target_min", NUMBER),
    ({"target_max": 9}, "target_max", "The upper bound is below the lower one."),
    ({"code": "not_counted"}, "code", "This code is taken: "),
    ({"school_category": "ikke fordelt"}, "school_category", TAKEN),
    ({"audience": "forældre"}, "school_category", "A school category goes with pupils only."),
    ({"kind": "survey_share", "answer": "ja"}, "question", WORD),
    ({"kind": "survey_share", "question": "q"}, "answer", WORD),
]
CASES = [
    *[(plan(**change), column, fault) for change, column, fault in BAD],
    *[
        (plan(goal("1", measure(), **change)), f"target_groups[0].goals[0].{column}", fault)
        for change, column, fault in IN_GOAL
    ],
    *[
        (plan(goal("1", measure(**change))), f"target_groups[0].goals[0].measures[0].{column}", fault)
        for change, column, fault in IN_MEASURE
    ],
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(CASES)))
def test_bad_value_is_told_with_its_place_and_cure(send, case):
    content, column, fault = CASES[case]

    (line,) = refused(send, content)

    start, _value, said = line.partition("»: ")[0], *line.partition("»: ")[1:]
    assert start.startswith(f"plan.json, {column}: «"), line
    assert said.startswith(fault)
    assert len(said) > len(fault) + 4  # the cure


@pytest.mark.parametrize("day", ["2024-02-31", "august", "0001-01-01", ""])
def test_bad_date_of_a_category_is_told(send, day):
    mapping = {"type_code": "1012", "category": "folkeskole", "valid_from": day}

    (line,) = refused(send, plan(school_categories=[mapping]))

    assert line.startswith(f"plan.json, school_categories[0].valid_from: «{day}»: ")


TWICE = {
    "measures[1].code": plan(goal("1", measure("m"), measure("m"))),
    "goals[1].code": plan(goal("1"), goal("1")),
    "goals[1].measures[0].code": plan(goal("1", measure("m")), goal("2", measure("m"))),
    "target_groups[1].number": plan(
        target_groups=[{"number": 1, "title": "A", "goals": []}, {"number": 1, "title": "B", "goals": []}]
    ),
    "initiatives_without_target[1].code": plan(
        initiatives_without_target=[{"code": "N1", "title": "a"}, {"code": "N1", "title": "b"}]
    ),
    "school_categories[1].valid_from": plan(
        school_categories=[
            {"type_code": "1012", "category": category, "valid_from": "2024-01-01"}
            for category in ("folkeskole", None)
        ]
    ),
}  # fmt: skip


@pytest.mark.parametrize("column", TWICE)
def test_code_that_stands_twice_is_told(send, column):
    (line,) = refused(send, TWICE[column])

    assert f"{column}: «" in line
    assert "already" in line


@pytest.mark.parametrize("name", ["uden for kommunen", "ikke fordelt"])
def test_category_may_not_be_named_like_what_is_not_counted(send, name):
    mapping = {"type_code": "1012", "category": name, "valid_from": "1900-01-01"}

    (line,) = refused(
        send, plan(goal("1", measure(school_category="")), school_categories=[mapping])
    )

    assert TAKEN in line


def texts(content, place=()):
    """The place of every text of a plan."""
    found = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in found:
        if isinstance(value, dict | list):
            yield from texts(value, (*place, key))
        elif isinstance(value, str):
            yield (*place, key)


WHOLE = plan(goal("1", measure(), measure("q", kind="survey_share", question="q", answer="ja", workshop="w", text="t")))  # fmt: skip


@pytest.mark.parametrize("place", list(texts(WHOLE)))
@pytest.mark.parametrize("written", [CPR, "hos 0102031234"])
def test_cpr_number_is_refused_in_every_text_and_never_echoed(send, place, written):
    content = copy.deepcopy(WHOLE)
    inner = content
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = written

    lines = refused(send, content)

    assert "1234" not in "".join(lines)
    assert lines[0].split("»: ")[1].startswith("The text holds what looks like a CPR number.")


@pytest.mark.parametrize(
    "change", [{"year": 102031234}, {"code": [CPR]}, {"target_groups": CPR}, {CPR: 1}]
)
def test_cpr_number_is_not_echoed_in_another_place(send, change):
    outcome = send(plan(**change))

    assert outcome.err
    assert "31234" not in outcome.out + outcome.err
    assert "3-1234" not in outcome.out + outcome.err


def test_unknown_keys_and_categories_are_warnings(send):
    content = plan(goal("1", measure(school_category="efterskole"), farve="rød"), note="x")

    outcome = send(content)

    assert outcome.code == 0
    assert [line.split(": ")[:2] for line in outcome.err.splitlines()] == [
        ["Warning", "plan.json, target_groups[0].goals[0].farve"],
        ["Warning", "plan.json, 1.folk.school_category"],
        ["Warning", "plan.json, note"],
    ]


def test_target_where_nothing_can_be_met_is_a_warning(send):
    outcome = send(
        plan(goal("1", {"code": "t", "kind": "narrative", "text": "x", "target_max": 3}))
    )

    assert outcome.code == 0
    assert outcome.err.startswith(
        "Warning: plan.json, target_groups[0].goals[0].measures[0].target_max"
    )


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


def test_dry_run_says_what_would_change_and_writes_nothing(send):
    send(plan())
    before = tables()

    outcome = send(plan(goal("2", measure())), "--dry-run")

    assert (outcome.code, tables(), Batch.objects.count()) == (0, before, 1)
    assert outcome.out.splitlines() == [
        "new: goal 2",
        "changed: measure 1.folk",
        "removed: goal 1 Mål 1",
        "new 1, changed 1, removed 1, same 6, errors 0",
        "Nothing was changed: this was a dry run.",
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
        "changed: initiative N1",
        "removed: measure b",
        "removed: goal 2 Mål 2",
    ] or outcome.out.splitlines()[:-1] == ["removed: measure b", "removed: goal 2 Mål 2"]
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
