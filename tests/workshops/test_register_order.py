"""The order in which register files arrive never matters; closings are what a plain recount says."""

import datetime
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from workshops.actions import closings, school_register
from workshops.actions.closings import Coverage, Statement, closings_of, is_closed
from workshops.models import RegisterCoverage, School, SchoolClosing, SchoolVersion
from workshops.readers.school_register import RegisterRow

NUMBERS = ["101001", "101002", "147001"]
DAYS = [datetime.date(2024, month, 1) for month in range(1, 9)]
SKOLEN = RegisterRow(
    number="101001",
    name="Skolen",
    type_code="1012",
    type_name="Folkeskoler",
    unit_kind="",
    address="Gaden 1",
    postcode="2300",
    town="København S",
    municipality_code="101",
    main_school_number="",
    phone="",
    email="",
    website="",
    closes_on=None,
)


@st.composite
def rows_of_a_file(draw):
    listed = draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3))
    return tuple(
        replace(
            SKOLEN,
            number=number,
            name=draw(st.sampled_from(["Skolen", "Ny Skole"])),
            municipality_code=draw(st.sampled_from(["101", "101", "147"])),
            closes_on=draw(st.none() | st.none() | st.sampled_from(DAYS)),
        )
        for number in listed
    )


@st.composite
def arrivals(draw):
    """Files with distinct dates, as (date, rows, complete), and two orders of arrival."""
    dates = draw(st.lists(st.sampled_from(DAYS), unique=True, min_size=2, max_size=4))
    files = [(day, draw(rows_of_a_file()), draw(st.booleans())) for day in dates]
    return files, draw(st.permutations(files))


def stored():
    """All that the register keeps, without keys and batches."""
    attributes = ("school__number", "valid_from", *school_register.ATTRIBUTES)
    return (
        sorted(School.objects.values_list("number", "search_text", "is_school")),
        sorted(map(repr, SchoolVersion.objects.values_list(*attributes))),
        sorted(RegisterCoverage.objects.values_list("municipality_code", "valid_from")),
        sorted(
            map(
                repr,
                SchoolClosing.objects.values_list("school__number", "closed_from", "reopened_on"),
            )
        ),
    )


def kept_after(files):
    """What is stored after the files have arrived; all of it is taken back."""
    with transaction.atomic():
        for day, rows, complete in files:
            school_register.apply(
                rows,
                valid_from=day,
                complete=complete,
                file_name="r.csv",
                digest="sha256:0",
                by=None,
            )
        result = stored()
        assert closings.differences() == []
        transaction.set_rollback(True)
    return result


@pytest.mark.django_db
@given(case=arrivals())
def test_order_of_arrival_never_matters(case):
    files, shuffled = case

    assert kept_after(files) == kept_after(shuffled)


@pytest.mark.django_db
@given(case=arrivals())
def test_files_a_second_time_in_any_order_change_nothing(case):
    files, shuffled = case

    assert kept_after(files) == kept_after([*files, *shuffled])


def plainly_closed(statements, coverages, day):
    """The rule said slowly: what was last said of the school decides, on *day*."""
    told = sorted(statements, key=lambda statement: statement.valid_from)
    if not told:
        return False
    for place, statement in enumerate(told):
        later = [one.valid_from for one in told[place + 1 :]]
        until = later[0] if later else datetime.date.max
        if statement.closes_on and statement.closes_on <= day < until:
            return True
    dates = {statement.valid_from for statement in told}
    for coverage in coverages:
        if coverage.valid_from > day or coverage.valid_from in dates:
            continue
        known = [one for one in told if one.valid_from < coverage.valid_from] or told[:1]
        if known[-1].municipality_code != coverage.municipality_code:
            continue
        if not any(coverage.valid_from < date <= day for date in dates):
            return True
    return False


@given(
    statements=st.lists(
        st.builds(
            Statement,
            st.sampled_from(DAYS),
            st.sampled_from(["101", "147"]),
            st.none() | st.sampled_from(DAYS),
        ),
        unique_by=lambda statement: statement.valid_from,
        max_size=5,
    ),
    coverages=st.frozensets(
        st.builds(Coverage, st.sampled_from(DAYS), st.sampled_from(["101", "147"])), max_size=5
    ),
)
def test_closings_are_those_of_a_plain_recount(statements, coverages):
    intervals = closings_of(statements, coverages)

    begin = datetime.date(2023, 12, 1)
    for day in (begin + datetime.timedelta(days=number) for number in range(300)):
        assert is_closed(intervals, day) == plainly_closed(statements, coverages, day)
    ends = [until for _since, until in intervals]
    starts = [since for since, _until in intervals]
    assert all(
        end is not None and end < start for end, start in zip(ends, starts[1:], strict=False)
    )


@pytest.mark.django_db
def test_closing_that_was_tampered_with_is_seen_and_put_right():
    school_register.apply(
        [replace(SKOLEN, closes_on=DAYS[3])],
        valid_from=DAYS[0],
        file_name="r.csv",
        digest="sha256:0",
        by=None,
    )
    SchoolClosing.objects.update(closed_from=DAYS[4])

    assert closings.differences() == [
        "lukning 101001 2024-04-01 - : derived only",
        "lukning 101001 2024-05-01 - : stored only",
    ]
    assert (closings.rebuild(), closings.rebuild()) == (True, False)
    assert closings.differences() == []
    assert SchoolClosing.objects.get().closed_from == DAYS[3]
