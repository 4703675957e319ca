"""Whatever stands in a file, an import ends with a message or with all of it, never in between."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.commands import COLUMNS, import_register, run, school, tables, write_table
from tests.goals.office import FOLK, a_class, a_crowd, a_total

pytestmark = pytest.mark.django_db

PLAN = json.loads(
    (Path(__file__).parents[1] / "data/2024/plan-2024.json").read_text(encoding="utf-8")
)
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=300),
    st.sampled_from(
        [
            "\u0000",
            "\ud800",
            "ß" * 200,
            "İ" * 120,
            "010203-1234",
            "1e400",
            "9" * 400,
            [],
            {},
            [[]],
            -0.0,
        ]
    ),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=70), st.integers(), max_size=3),
)


def places(value, place=()):
    """Every place in a JSON value."""
    yield place
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield from places(inner, (*place, key))


PLACES = list(places(PLAN))


def settled(outcome, before):
    """Exit 0, or exit 1 with a message and nothing written; no CPR number is said."""
    assert outcome.code in {0, 1}
    assert "010203-1234" not in outcome.out + outcome.err
    if outcome.code == 1:
        assert outcome.err
        assert tables() == before
    outcome.err.encode()  # can be printed


@pytest.mark.prove("junk")
@given(place=st.sampled_from(PLACES), junk=JUNK, gone=st.booleans())
def test_plan_with_anything_anywhere_is_taken_or_told(tmp_path, place, junk, gone):
    content = copy.deepcopy(PLAN)
    inner = content
    for key in place[:-1]:
        inner = inner[key]
    if not place:
        content = junk
    elif gone:
        del inner[place[-1]]
    else:
        inner[place[-1]] = junk
    (tmp_path / "plan.json").write_text(json.dumps(content), encoding="utf-8")
    before = tables()

    settled(run("import_plan", tmp_path / "plan.json", "--apply"), before)


ROWS = {
    "registreringer": [a_class("1"), a_class("2", session="S-1", klasse="8.A"), a_crowd("3")],
    "spoergeskema": [{"session": "S-1", "spørgsmål": "q", "svar": "ja"}],
    "opgoerelser": [
        a_total("2.situationer", "2024-05-01", 3),
        a_total("3.progression", "2024-05-01", 2, nævner="3"),
    ],
}
CELLS = [
    (name, number, column)
    for name, rows in ROWS.items()
    for number in range(len(rows))
    for column in COLUMNS[name]
]
CELL_JUNK = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=250),
    st.sampled_from(
        ["0", "-1", "1,5", "1e9", "9" * 30, "ß" * 120, "İ" * 40, "2024-02-31", "0001-01-01", "2999-12-31", "00:00",
         "23:59", "24:00", "010203-1234", FOLK, "999999", "afholdt", "aflyst", "elever", "forældre", "S-1", "=1+1", "\u00a0", "7.B"]
    ),
)  # fmt: skip


@pytest.mark.prove("junk")
@given(cell=st.sampled_from(CELLS), junk=CELL_JUNK)
def test_cell_with_anything_is_taken_or_told(tmp_path, cell, junk):
    wrong, number, column = cell
    folder = tmp_path / "ind"
    folder.mkdir(exist_ok=True)
    import_register(register(tmp_path), "2020-01-01")
    (tmp_path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    assert run("import_plan", tmp_path / "plan.json", "--apply").code == 0
    for name, rows in ROWS.items():
        changed = copy.deepcopy(rows)
        if name == wrong:
            changed[number][column] = junk
        write_table(folder / f"{name}.csv", changed, columns=COLUMNS[name])
    before = tables()

    outcome = run("import_registrations", folder, "--apply")

    settled(outcome, before)
    if outcome.code == 0:
        once = tables()
        assert run("import_registrations", folder, "--apply").code == 0
        assert tables() == once


def register(folder):
    from tests.commands import SCHOOLS

    return write_table(folder / "register.csv", [school(FOLK)], columns=SCHOOLS)
