"""The year 2024: two registers, the plan, the registrations; every figure of the status report.

The files are those of tests/data/2024, and expected.json there holds the figures.
"""

from __future__ import annotations

import json

import pytest

from goals.models import Snapshot
from tests.commands import done, report, report_bytes, run, tables
from tests.plain_recount import of_year, printed, why_not
from tests.plain_recount import report as recounted
from tests.random_files import undone
from tests.year_2024 import DATA, PLAN, YEAR, load, plain_books, register

EXPECTED = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """The year, loaded once; every test looks at the same."""
    with django_db_blocker.unblock(), undone():
        load()
        yield


@pytest.fixture
def loaded(whole, db) -> None:
    """The year stands in the database; what the test changes is undone."""


@pytest.fixture(scope="module")
def plain() -> dict:
    """The report as the plain recount has it."""
    return recounted(plain_books(), PLAN, YEAR)


# --- the figures -------------------------------------------------------------------------------


def test_plain_recount_alone_gives_the_known_figures(plain):
    assert known_figures(plain) == known_figures_expected()


def known_figures(whole: dict) -> dict:
    """The figures that expected.json knows, out of a report."""
    figures = whole["figures"]
    values = (
        "1a.folkeskole",
        "1a.fri_privat",
        "1b.klasser",
        "1c.forældre",
        "4.oplæg",
        "2.situationer",
    )
    survey = figures["1c.brugbar_viden"]
    return {
        "plan": whole["plan"],
        "year": whole["year"],
        **{code: figures[code]["value"] for code in values},
        "1c.brugbar_viden": {key: survey[key] for key in ("numerator", "denominator", "percent")},
        "3.progression": figures["3.progression"],
        **whole["not_counted"],
        "sessions": {
            "folkeskole": figures["1a.folkeskole"]["sessions"],
            "fri_privat": figures["1a.fri_privat"]["sessions"],
            "forældre": figures["1c.forældre"]["sessions"],
            "fagpersoner": figures["4.oplæg"]["sessions"],
        },
    }


def known_figures_expected() -> dict:
    behind = EXPECTED["sessions"]
    groups = ("folkeskole", "fri_privat", "forældre", "fagpersoner")
    return {**EXPECTED, "sessions": {group: behind[group] for group in groups}}


@pytest.mark.parametrize("group", ["ikke fordelt", "uden for kommunen"])
def test_plain_recount_knows_the_sessions_of_those_not_counted(group):
    books = plain_books()
    plan = books.versions[PLAN, YEAR]

    pupils = [
        (row, count)
        for row, count in of_year(books, plan, "approved")
        if row["målgruppe"] == "elever"
    ]
    sessions = {
        row["session"] for row, count in pupils if count and why_not(books, row, plan) == group
    }

    assert len(sessions) == EXPECTED["sessions"][group]


def test_year_2024_adds_up_to_the_published_figures(loaded, plain):
    whole = report(PLAN, YEAR)

    assert known_figures(whole) == known_figures_expected()
    assert whole["figures"] == {
        "1a.folkeskole": counted(5182, 228, target_min=4000),
        "1a.fri_privat": counted(1868, 82, target_min=800),
        "1b.klasser": counted(4, 4, target_min=1),
        "1b.evaluering": {"done": True, "date": "2024-11-28"},
        "1c.forældre": counted(338, 12, target_min=200, target_max=300, over=True),
        "1c.brugbar_viden": {"numerator": 117, "denominator": 133, "percent": 88, "asked": 338},
        "2.situationer": {"value": 3, "met": None, "over": False},
        "3.progression": {"progressed": 2, "started": 3, "pending": 1},
        "3.mentorforløb": {"value": 0, "met": None, "over": False},
        "4.beredskabsplan": {"done": True, "date": "2024-06-20"},
        "4.oplæg": counted(12, 12, target_min=8, target_max=10, over=True),
    }
    assert whole["goals"] == {
        **{code: {"proposed": "met", "decided": None} for code in ("1a", "1b", "1c", "4")},
        **{code: {"proposed": None, "decided": None} for code in ("2", "3")},
    }
    assert whole["not_counted"] == {"ikke fordelt": 92, "uden for kommunen": 58}
    assert whole == plain
    assert report_bytes(PLAN, YEAR).decode() == printed(plain)


def counted(
    value: int, sessions: int, *, target_min: int, target_max: int | None = None, over: bool = False
) -> dict:
    targets = {"target_min": target_min, "target_max": target_max}
    return {"value": value, **targets, "met": True, "over": over, "sessions": sessions}


def test_every_level_of_2024_equals_the_plain_recount(loaded):
    levels, books = ("expected", "attended", "approved"), plain_books()
    reports = {level: report(PLAN, YEAR, level) for level in levels}

    assert reports == {level: recounted(books, PLAN, YEAR, level) for level in levels}


def test_reconcile_finds_nothing(loaded):
    reconciled = run("reconcile")

    assert (reconciled.code, reconciled.err) == (0, "")


def test_output_file_holds_what_is_printed(loaded, tmp_path):
    file = tmp_path / "report.json"

    done("annual_report", PLAN, YEAR, "--format", "json", "--output", file)

    assert file.read_bytes() == report_bytes(PLAN, YEAR)


# --- twice -------------------------------------------------------------------------------------


def test_everything_a_second_time_changes_nothing(loaded):
    before, printed_before = tables(), report_bytes(PLAN, YEAR)

    register()
    done("import_plan", DATA / "plan-2024.json", "--apply")
    done("import_registrations", DATA, "--apply")
    imported = tables()
    done("aggregate")

    assert imported == before
    assert tables() == before
    assert report_bytes(PLAN, YEAR) == printed_before


def test_snapshots_thrown_away_are_rebuilt_to_the_same_content(loaded):
    def content() -> list[tuple]:
        columns = ("version__plan__code", "version__year", "code", "level", "value", "digest")
        return sorted(Snapshot.objects.values_list(*columns), key=str)

    before = content()
    Snapshot.objects.all().delete()
    missing = run("reconcile")

    done("aggregate")

    assert len(before) > 11
    assert missing.code == 1
    assert content() == before
    assert run("reconcile").code == 0


@pytest.mark.parametrize("code", ["1a.folkeskole", "1c.brugbar_viden", "4.oplæg", "not_counted"])
def test_reconcile_names_a_figure_that_is_not_its_recount(loaded, code):
    snapshot = Snapshot.objects.get(code=code, level="approved")
    number = next(key for key, value in snapshot.value.items() if type(value) is int)
    changed = {**snapshot.value, number: snapshot.value[number] + 1}
    Snapshot.objects.filter(pk=snapshot.pk).update(value=changed)

    reconciled = run("reconcile")

    assert reconciled.code == 1
    assert code in reconciled.out + reconciled.err
