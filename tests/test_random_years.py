"""Random years: the project's reports and the plain recount agree in every figure."""

from __future__ import annotations

import contextlib
import functools
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests import random_faults, random_rubbish
from tests.commands import done, report, report_bytes, run, tables
from tests.plain_books import Books, read
from tests.plain_recount import printed
from tests.plain_recount import report as recounted
from tests.random_files import arrive
from tests.random_years import Event, Size, build

LEVELS = ("expected", "attended", "approved")
NUMBERS = range(30)
SIZES = st.builds(
    Size,
    schools=st.integers(2, 12),
    sessions=st.integers(1, 30),
    imports=st.integers(1, 4),
    plans=st.integers(1, 3),
)
Reports = dict[tuple[str, int, str], dict]


# --- the comparison ----------------------------------------------------------------------------


@contextlib.contextmanager
def undone() -> Iterator[Path]:
    """A folder and a transaction, both gone afterwards; durable verbs take it for the outermost."""
    block = transaction.atomic()
    block._from_testcase = True
    with tempfile.TemporaryDirectory() as folder, block:
        yield Path(folder)
        transaction.set_rollback(True)


def take_in(events: list[Event], folder: Path, dice: random.Random) -> None:
    """Every event by its command; now and then an aggregation in between."""
    for place, event in enumerate(events):
        arrive(event, folder / str(place), dice)
        if dice.randrange(3) == 0:
            done("aggregate")
    done("aggregate")


def plain_reports(books: Books) -> Reports:
    return {
        (plan, year, level): recounted(books, plan, year, level)
        for plan, year in books.versions
        for level in LEVELS
    }


@functools.cache
def project_reports(number: int) -> Reports:
    """What the project says of one municipality; asked for once."""
    events = build(number)
    with undone() as folder:
        take_in(events, folder, random.Random(number))
        return {key: report(*key) for key in plain_reports(read(events))}


# --- the proofs --------------------------------------------------------------------------------

TRIED: list[int] = []


@pytest.mark.django_db
@pytest.mark.prove("random-years")
def test_every_report_of_a_random_year_equals_the_plain_recount(request, figure):
    TRIED.clear()

    seed(request.config.getoption("randomly_seed", 0))(reports_equal_the_recount)()

    assert len(TRIED) >= 30
    figure("random years", len(TRIED))
    figure("random reports", sum(TRIED))


@settings(phases=(Phase.explicit, Phase.reuse, Phase.generate))  # number and size say it all
@given(number=st.integers(0, 2**32 - 1), size=SIZES)
def reports_equal_the_recount(number: int, size: Size) -> None:
    events = build(number, size)
    expected = plain_reports(read(events))

    with undone() as folder:
        take_in(events, folder, random.Random(number))
        reconciled = run("reconcile")
        answers = {key: report(*key) for key in expected}
        first = next(iter(expected))
        answer = report_bytes(*first).decode()

    assert answers == expected
    assert answer == printed(expected[first])
    assert (reconciled.code, reconciled.err) == (0, "")
    TRIED.append(len(expected))


@pytest.mark.django_db
@pytest.mark.parametrize("fault", random_faults.FAULTS)
def test_comparison_sees_a_planted(fault):
    for number in NUMBERS:
        events = build(number)
        answers = project_reports(number)
        assert answers == plain_reports(read(events)), "right without the fault"

        with random_faults.planted(fault):
            wrong = plain_reports(read(events))

        if wrong != answers:
            return

    pytest.fail(f"30 years did not tell {fault}")


@pytest.mark.django_db
@pytest.mark.prove("random-years")
def test_second_arrival_of_a_random_year_changes_nothing():
    for number in (3, 14, 15):
        events = build(number)
        with undone() as folder:
            (folder / "first").mkdir()
            take_in(events, folder / "first", random.Random(number))
            imports = [event for event in events if event[0] == "registrations"]
            (folder / "last").mkdir()
            arrive(imports[-1], folder / "last" / "once", random.Random(1))
            done("aggregate")
            before = tables()
            reports = {key: report_bytes(*key) for key in plain_reports(read(events))}

            arrive(imports[-1], folder / "last" / "twice", random.Random(1))
            unasked = tables()
            done("aggregate")

            assert unasked == before
            assert tables() == before
            assert {key: report_bytes(*key) for key in reports} == reports


# --- rubbish -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "file", [random_rubbish.ROWS, random_rubbish.ANSWERS, random_rubbish.TOTALS]
)
def test_spoiled_row_is_refused_and_nothing_changes(file):
    events = build(7, Size(schools=4, sessions=12, imports=2))
    with undone() as folder:
        take_in(events, folder, random.Random(7))
        before, books = tables(), read(events)

        for place, spoiled in enumerate(random_rubbish.of(file)):
            path = random_rubbish.write(spoiled, folder / f"spoiled-{place}", books)
            dry = run("import_registrations", path)
            wet = run("import_registrations", path, "--apply")

            said = wet.out + wet.err + dry.out + dry.err
            assert (dry.code, wet.code) == (1, 1), spoiled
            assert tables() == before, spoiled
            assert any(spoiled.names(line) for line in wet.err.splitlines()), (spoiled, wet.err)
            assert not spoiled.echoes(said), (spoiled, said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "file", [random_rubbish.ROWS, random_rubbish.ANSWERS, random_rubbish.TOTALS]
)
def test_row_that_is_not_spoiled_is_taken(file):
    events = build(7, Size(schools=4, sessions=12, imports=2))
    with undone() as folder:
        take_in(events, folder, random.Random(7))
        before = tables()
        good = random_rubbish.Spoiled(file, "", {})

        done(
            "import_registrations",
            random_rubbish.write(good, folder / "good", read(events)),
            "--apply",
        )

        assert tables() != before
