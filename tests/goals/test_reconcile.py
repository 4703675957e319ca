"""reconcile compares every derived thing; each comparison is seen to find a planted fault."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection

from attendance.models import Answer
from booking.models import Party
from goals.models import Snapshot, StatedTotal
from tests.commands import done, run, tables
from tests.factories import create_booking, create_session
from tests.goals.office import FOLK, a_class, a_crowd, a_total, open_office, people
from workshops.models import Mark, School, SchoolClosing, Session, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def office(tmp_path):
    """A year with everything in it, aggregated."""
    office = open_office(tmp_path)
    office.plan(people(), {"code": "antal", "kind": "stated_count"})
    office.rows(a_class("1"), a_class("2", institutionsnummer="280003"), a_crowd("3"))
    office.answers("S-1", "Ja nej")
    office.totals(a_total("antal", "2024-05-01", 3))
    done("aggregate")
    return office


def found():
    """The exit code and the lines of differences; nothing is changed by looking."""
    before = tables()
    outcome = run("reconcile")
    assert tables() == before
    *lines, last = outcome.err.splitlines() or [""]
    count = len(lines)
    assert outcome.out.splitlines()[-1] == f"compared 3, differences {count}"
    assert bool(last) is bool(outcome.code)
    return outcome.code, lines


def test_everything_equal_is_exit_0(office):
    assert found() == (0, [])


def test_corrupted_value_of_a_snapshot_is_found(office):
    snapshot = Snapshot.objects.filter(code="folk").latest("pk")
    Snapshot.objects.filter(pk=snapshot.pk).update(value={**snapshot.value, "value": 21})

    code, (line,) = found()

    assert code == 1
    assert line.startswith('trivsel 2024 folk: stored {"met": null, "over": false, "sessions": 1, ')
    assert line.split(", recounted ")[1].endswith('"value": 20}')


def test_missing_snapshot_is_found_marks_or_not(office):
    Snapshot.objects.filter(code="not_counted").delete()
    Mark.objects.create(session=None, reason="x")

    code, (line,) = found()

    assert (code, line.split(", recounted")[0]) == (1, "trivsel 2024 not_counted: stored nothing")


def test_figure_that_waits_for_its_mark_is_pending_and_no_difference(office):
    office.rows(a_class("4", 7))

    outcome = run("reconcile")

    assert (outcome.code, outcome.err) == (0, "")
    first, second, last = outcome.out.splitlines()
    assert first == "pending: 1 marks wait for the aggregation"
    assert second.startswith("pending: trivsel 2024 folk: stored ")
    assert last == "compared 3, differences 0"


def test_mark_of_another_year_excuses_nothing(office):
    Snapshot.objects.filter(code="folk").update(value={})
    Mark.objects.create(
        session=create_session(starts=datetime.datetime(2019, 5, 6, 10, tzinfo=datetime.UTC)),
        reason="x",
    )

    code, lines = found()

    assert (code, len(lines)) == (1, 1)


def test_seats_taken_out_of_step_are_found(office):
    Session.objects.filter(reference="S-1").update(seats_taken=24)

    assert found() == (1, ["session S-1 seats_taken: stored 24, recounted 25"])


@pytest.mark.parametrize("column", ["session", "live"])
def test_party_out_of_step_with_its_booking_is_found(office, column):
    booking = create_booking(session=create_session(capacity=99), seats=9)
    other = create_session()
    Party.objects.filter(booking=booking).update(
        **{column: {"session": other, "live": False}[column]}
    )

    code, (line,) = found()

    assert code == 1
    party = booking.parties.get()
    assert line == (
        f"party {party.pk} of booking {booking.reference}: "
        f"stored session {party.session_id}, live {party.live}, "
        f"recounted session {booking.session_id}, live True"
    )


@pytest.mark.parametrize(
    ("model", "column", "trigger"),
    [
        (Party, "counted", "booking_party_counted_is_true"),
        (Party, "unsettled", "booking_party_counted_is_true"),
        (Session, "handed_over", "workshops_session_handed_over_is_true"),
    ],
)
def test_row_that_says_what_the_ledger_does_not_is_found(office, model, column, trigger):
    row = model.objects.earliest("pk")
    said = getattr(row, column)
    with connection.cursor() as cursor:  # what it guards against is what is looked for here
        on_table = f" ON {model._meta.db_table}" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {trigger}{on_table}")
    model.objects.filter(pk=row.pk).update(**{column: not said})

    place = f"{model._meta.model_name} {row.pk} {column}"
    assert found() == (1, [f"{place}: stored {not said}, recounted {said}"])


FOLDED = {
    "workshops.Workshop folded_title of “Aftenmøde”: stored x, recounted aftenmøde": (
        lambda: Workshop.objects.filter(title="Aftenmøde").update(folded_title="x")
    ),
    "booking.Party folded_label of “7.B”: stored 7.b, recounted 7b": (
        lambda: Party.objects.filter(booking__row_id="2").update(folded_label="7.b")
    ),
    "attendance.Answer folded_question of “nyttig”: stored x, recounted nyttig": (
        lambda: Answer.objects.filter(value="nej").update(folded_question="x")
    ),
    "attendance.Answer folded_value of “Ja”: stored Ja, recounted ja": (
        lambda: Answer.objects.filter(value="Ja").update(folded_value="Ja")
    ),
    "goals.StatedTotal approved_by_key of “leder”: stored , recounted leder": (
        lambda: StatedTotal.objects.update(approved_by_key="")
    ),
    "goals.StatedTotal stated_by_key of “koordinator”: stored x, recounted koordinator": (
        lambda: StatedTotal.objects.update(stated_by_key="x")
    ),
}


@pytest.mark.parametrize("line", FOLDED)
def test_corrupted_folded_text_is_found(office, line):
    FOLDED[line]()

    code, lines = found()

    assert code == 1
    assert [told for told in lines if not told.startswith("trivsel 2024")] == [line]


def test_closing_without_a_source_and_a_missing_one_are_found(office):
    from tests.commands import school

    office.register("2024-08-01", *[school(n) for n in ("280002",)], complete=True)
    done("aggregate")
    closed = sorted(SchoolClosing.objects.values_list("school__number", flat=True))
    assert closed == ["280001", "280003"]
    assert found() == (0, [])
    SchoolClosing.objects.filter(school__number="280003").delete()
    SchoolClosing.objects.create(
        school=School.objects.get(number="280002"), closed_from=datetime.date(2020, 1, 1)
    )

    assert found() == (
        1,
        [
            "closing 280002 2020-01-01 - : stored closed, recounted nothing",
            "closing 280003 2024-08-01 - : stored nothing, recounted closed",
        ],
    )
    assert School.objects.filter(number=FOLK).exists()
