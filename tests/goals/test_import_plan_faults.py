"""What import_plan refuses and what it warns of, each told with its place."""

from __future__ import annotations

import copy

import pytest

from goals.readers import nodes
from tests.commands import run
from tests.goals.imports import CPR
from tests.goals.plans import WHOLE, goal, measure, plan, refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

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
    outcomes = [
        run("import_plan", tmp_path, "--apply"),
        run("import_plan", tmp_path / "x.json", "--apply"),
    ]

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
