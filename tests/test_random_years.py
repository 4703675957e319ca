"""Random years: the project's reports and the plain recount agree in every figure."""

from __future__ import annotations

import functools
import random

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests import random_faults
from tests.commands import done, report, report_bytes, run, tables
from tests.conftest import PROVING
from tests.plain_books import Books, read
from tests.plain_recount import printed
from tests.plain_recount import report as recounted
from tests.random_files import arrive, take_in, undone
from tests.random_years import Size, build

YEARS = 500 if PROVING else 12
AGAIN = (3, 14, 15) if PROVING else (14,)
LEVELS = ("expected", "attended", "approved")
# The first two show every fault; should the makers of years change, others take their place.
NUMBERS = (41, 3, *range(28))
SIZES = st.builds(
    Size,
    schools=st.integers(2, 12),
    sessions=st.integers(1, 30),
    imports=st.integers(1, 4),
    plans=st.integers(1, 3),
)
Reports = dict[tuple[str, int, str], dict]


# --- the comparison ----------------------------------------------------------------------------


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

    assert len(TRIED) >= YEARS
    figure("random years", len(TRIED))
    figure("random reports", sum(TRIED))


@settings(  # number and size say it all
    max_examples=YEARS, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
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

    pytest.fail(f"{len(NUMBERS)} years did not tell {fault}")


@pytest.mark.django_db
@pytest.mark.prove("random-years")
def test_second_arrival_of_a_random_year_changes_nothing():
    for number in AGAIN:
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
