"""What import_registrations does with answers and stated totals."""

from __future__ import annotations

import pytest

from attendance.models import Answer
from goals.models import StatedTotal
from tests.commands import COLUMNS, run
from tests.goals.imports import ANSWERS, ROWS, TOTALS, answer, apply, csv_of, refused
from tests.goals.office import PLAN, a_class, a_total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

# --- answers -------------------------------------------------------------------------------------


def test_answers_of_a_session_that_only_a_superseded_row_named_are_refused(office, folder):
    csv_of(folder, ROWS, a_class("1", session="S-væk"), a_class("1"))
    csv_of(folder, ANSWERS, answer(session="S-væk"))

    (line,) = refused(folder, file=f"{ANSWERS}.csv")

    assert "session: «S-væk»: There is no session with this id." in line


def test_answers_replace_those_of_their_session_and_question(office):
    office.rows(a_class("0"), a_class("1"))
    office.answers("S-0", "ja nej ja")
    office.answers("S-1", "ja")

    outcome = office.answers("S-0", "nej - nej", question="Nyttig")
    again = office.answers("S-0", "nej - nej", question="Nyttig")

    assert outcome.out == "spoergeskema.csv: new 0, changed 3, same 0, ignored 1, errors 0\n"
    assert again.out == "spoergeskema.csv: new 0, changed 0, same 2, ignored 1, errors 0\n"
    found = Answer.objects.order_by("session__reference").values_list("session__reference", "value")
    assert list(found) == [("S-0", "nej"), ("S-0", "nej"), ("S-1", "ja")]
    office.answers("S-0", "-")
    assert Answer.objects.count() == 1


def test_answers_of_a_session_that_was_not_held_give_a_warning(office, folder):
    csv_of(folder, ROWS, a_class("0", "", status="aflyst", godkendt=""))
    csv_of(folder, ANSWERS, answer(), answer(svar=""))
    dry = run("import_registrations", folder)

    outcome = apply(folder)

    assert (dry.code, outcome.code, dry.err) == (0, 0, outcome.err)
    assert outcome.err.startswith(
        "Warning: spoergeskema.csv, row 2, session: «S-0»: The session was not held"
    )
    assert (len(outcome.err.splitlines()), Answer.objects.count()) == (1, 1)


def test_answers_of_a_session_planned_here_are_taken(office):
    from tests.factories import create_session

    create_session(reference="S-9")

    assert office.answers("S-9", "ja").out.startswith("spoergeskema.csv: new 1,")


# --- totals --------------------------------------------------------------------------------------


def test_total_is_replaced_by_code_and_date(office):
    office.totals(a_total("antal", "2024-05-01", 3))
    outcome = office.totals(
        a_total("antal", "2024-05-01", 8),
        a_total("antal", "2024-05-01", 4),
        a_total("plan", "2024-05-01", 1),
    )

    assert outcome.out == "opgoerelser.csv: new 1, changed 1, same 0, ignored 1, errors 0\n"
    found = StatedTotal.objects.order_by("code").values_list("code", "value")
    assert list(found) == [("antal", 4), ("plan", 1)]


@pytest.mark.parametrize(
    ("row", "column", "fault"),
    [
        (
            a_total("antal", "2024-05-01", 3, plan="ukendt"),
            "plan",
            "There is no plan with this code.",
        ),
        (a_total("folk2", "2024-05-01", 3, plan=PLAN), "kode", f"The plan {PLAN} has no measure"),
        (a_total("plan", "2024-05-01", 2), "værdi", "A milestone is done or not."),
        (a_total("andel", "2024-05-01", 2), "nævner", "The number that started is missing."),
    ],
)
def test_total_that_fits_no_measure_is_refused(office, folder, row, column, fault):
    csv_of(folder, TOTALS, row, columns=[*COLUMNS[TOTALS], "plan"])

    (line,) = refused(folder, file=f"{TOTALS}.csv")

    assert line.startswith(f"opgoerelser.csv, row 2, {column}: ")
    assert f"»: {fault}" in line


def test_code_of_two_plans_of_the_year_needs_the_plan(office, folder):
    office.plan({"code": "antal", "kind": "stated_count"}, code="anden")
    csv_of(folder, TOTALS, a_total("antal", "2024-05-01", 3))

    (line,) = refused(folder, file=f"{TOTALS}.csv")

    assert "More than one plan has this code: " in line
    office.totals(a_total("antal", "2024-05-01", 3, plan="anden"))
    assert StatedTotal.objects.get().plan.code == "anden"


def test_more_pending_than_started_is_a_warning(office):
    outcome = office.totals(a_total("andel", "2024-05-01", 2, nævner="3", afventer="2"))

    assert outcome.err.startswith(
        "Warning: opgoerelser.csv, row 2, nævner: «3»: More have progressed or are pending"
    )
    assert office.figure("andel") == {"progressed": 2, "started": 3, "pending": 2}


def test_own_approval_is_a_warning_and_stored_as_none(office):
    row = a_total("antal", "2024-05-01", 3, oplyst_af="Leder  A", godkendt_af="leder a")

    outcome = office.totals(row)

    assert outcome.err.startswith("Warning: opgoerelser.csv, row 2, godkendt_af: «leder a»: ")
    assert StatedTotal.objects.get().approved_by_name == ""
