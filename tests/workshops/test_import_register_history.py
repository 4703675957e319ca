from pathlib import Path

import pytest

from tests import commands
from tests.registers import applied, closings, name_on, open_on, register_of, schools
from workshops.models import School, SchoolVersion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
EXTRACT = Path(__file__).resolve().parent.parent / "data" / "registers" / "register_2026_uddrag.csv"


# --- what holds from when -----------------------------------------------------------------------


def test_date_between_two_known_dates_splits(tmp_path):
    for name, day in [("Først", "2024-01-01"), ("Sidst", "2024-09-01"), ("Midt", "2024-05-01")]:
        applied(register_of(tmp_path, *schools("101001", name=name)), day)

    days = ["2023-06-01", "2024-01-01", "2024-04-30", "2024-05-01", "2024-08-31", "2024-09-01"]
    assert [name_on("101001", day) for day in days] == [
        "Først",
        "Først",
        "Først",
        "Midt",
        "Midt",
        "Sidst",
    ]


def test_same_date_again_replaces(tmp_path):
    applied(register_of(tmp_path, *schools("101001", name="Fejl")), "2024-01-01")

    lines = applied(register_of(tmp_path, *schools("101001", name="Ret")), "2024-01-01")

    assert lines[-1] == "new 0, changed 1, same 0, ignored 0, errors 0"
    assert list(SchoolVersion.objects.values_list("name", flat=True)) == ["Ret"]


def test_equal_row_is_remembered_for_its_date(tmp_path):
    applied(register_of(tmp_path, *schools("101001", name="A")), "2024-01-01")

    lines = applied(register_of(tmp_path, *schools("101001", name="A")), "2024-09-01")
    applied(register_of(tmp_path, *schools("101001", name="B")), "2024-05-01")

    assert lines == ["new 0, changed 0, same 1, ignored 0, errors 0"]
    assert [name_on("101001", day) for day in ("2024-06-01", "2024-10-01")] == ["B", "A"]


def test_search_text_is_that_of_the_latest_date(tmp_path):
    applied(register_of(tmp_path, *schools("101001", name="Ny Skole")), "2024-09-01")
    applied(register_of(tmp_path, *schools("101001", name="Gammel", kind="2013")), "2024-01-01")

    school = School.objects.get()
    assert (school.search_text, school.is_school) == (
        "ny skole koebenhavn oe kobenhavn",
        True,
    )


def test_rows_that_are_no_schools_are_kept_out_of_the_search():
    applied(EXTRACT, "2026-09-23")

    assert School.objects.get(number="101000").is_school is False
    assert list(School.objects.matching("københavns kommune")) == []
    assert [school.number for school in School.objects.matching("blågård")] == ["101008"]


# --- closing and reopening ----------------------------------------------------------------------


def closing_on(number, day, **values):
    return commands.school(number, **values) | {"Nedlæggelsesdato": day}


WITH_CLOSING = (*commands.SCHOOLS, "Nedlæggelsesdato")


def test_closing_date_closes_from_that_date(tmp_path):
    file = register_of(tmp_path, closing_on("101001", "31/07/2024"), columns=WITH_CLOSING)

    lines = applied(file, "2024-01-01")

    assert lines[:2] == ["new 101001 Skole 101001", "closed 101001 Skole 101001: - -> 2024-07-31"]
    assert (open_on("2024-07-30"), open_on("2024-07-31")) == (["101001"], [])


def test_school_that_reappears_is_open_from_that_date(tmp_path):
    closing = register_of(tmp_path, closing_on("101001", "31/07/2024"), columns=WITH_CLOSING)
    applied(closing, "2024-01-01")

    lines = applied(register_of(tmp_path, *schools("101001")), "2025-01-01")

    assert lines == [
        "reopened 101001 Skole 101001: - -> 2025-01-01",
        "new 0, changed 1, same 0, ignored 0, errors 0",
    ]
    assert closings() == [("101001", "2024-07-31", "2025-01-01")]


def test_closing_date_withdrawn_before_it_came_never_closed(tmp_path):
    closing = register_of(tmp_path, closing_on("101001", "31/07/2024"), columns=WITH_CLOSING)
    applied(closing, "2024-01-01")

    applied(register_of(tmp_path, *schools("101001")), "2024-03-01")

    assert closings() == []


def test_closing_date_that_is_put_off_holds_as_last_said(tmp_path):
    for day, closes in [("2024-01-01", "2024-03-01"), ("2024-06-01", "2024-07-31")]:
        applied(register_of(tmp_path, closing_on("101001", closes), columns=WITH_CLOSING), day)

    assert closings() == [("101001", "2024-03-01", "2024-06-01"), ("101001", "2024-07-31", None)]


def test_closing_date_that_says_what_was_known_is_altered_and_closes_nothing_twice(tmp_path):
    applied(register_of(tmp_path, *schools("101001", "101002")), "2024-01-01")
    applied(register_of(tmp_path, *schools("101002")), "2024-08-01", "--complete")

    file = register_of(tmp_path, closing_on("101001", "2024-08-01"), columns=WITH_CLOSING)
    lines = applied(file, "2024-09-01")

    assert lines[0] == "altered 101001 Skole 101001: - -> 2024-08-01"
    assert closings() == [("101001", "2024-08-01", None)]


def test_complete_closes_only_in_the_municipalities_of_the_file(tmp_path):
    rows = [*schools("101001", "101002"), *schools("147001", municipality="147")]
    applied(register_of(tmp_path, *rows), "2024-01-01")

    applied(register_of(tmp_path, *schools("101001")), "2024-08-01", "--complete")

    assert closings() == [("101002", "2024-08-01", None)]


def test_complete_closes_until_the_next_time_the_school_is_listed(tmp_path):
    both = register_of(tmp_path, *schools("101001", "101002"), name="both.csv")
    one = register_of(tmp_path, *schools("101001"), name="one.csv")

    applied(both, "2024-01-01", "--complete")
    applied(one, "2024-03-01", "--complete")
    applied(both, "2024-06-01", "--complete")

    assert closings() == [("101002", "2024-03-01", "2024-06-01")]


def test_complete_file_that_arrives_late_closes_what_it_leaves_out(tmp_path):
    both = register_of(tmp_path, *schools("101001", "101002"), name="both.csv")
    one = register_of(tmp_path, *schools("101001"), name="one.csv")
    applied(both, "2024-06-01", "--complete")
    applied(both, "2024-01-01", "--complete")

    lines = applied(one, "2024-03-01", "--complete")

    assert lines == [
        "closed 101002 Skole 101002: - -> 2024-03-01",
        "missing 101002 Skole 101002",
        "new 0, changed 0, same 1, ignored 0, errors 0",
    ]
    assert closings() == [("101002", "2024-03-01", "2024-06-01")]


def test_school_that_moved_is_missed_where_it_was_located_then(tmp_path):
    applied(register_of(tmp_path, *schools("101001", "101002")), "2024-01-01")
    applied(register_of(tmp_path, *schools("101001", municipality="147")), "2024-02-01")

    applied(register_of(tmp_path, *schools("101002")), "2024-03-01", "--complete")

    assert closings() == []


def test_complete_file_of_a_known_date_closes_what_the_earlier_one_listed(tmp_path):
    both = register_of(tmp_path, *schools("101001", "101002"), name="both.csv")
    one = register_of(tmp_path, *schools("101001"), name="one.csv")
    applied(both, "2024-01-01", "--complete")

    lines = applied(one, "2024-01-01", "--complete")
    before = commands.tables()
    again = applied(one, "2024-01-01", "--complete")

    assert lines == [
        "closed 101002 Skole 101002: - -> 2024-01-01",
        "missing 101002 Skole 101002",
        "new 0, changed 0, same 1, ignored 0, errors 0",
    ]
    assert again == ["new 0, changed 0, same 1, ignored 0, errors 0"]
    assert commands.tables() == before
    assert closings() == [("101002", "2024-01-01", None)]
    assert name_on("101002", "2024-05-01") == "Skole 101002"

    assert applied(both, "2024-01-01", "--complete")[0] == (
        "reopened 101002 Skole 101002: - -> 2024-01-01"
    )
    assert closings() == []
