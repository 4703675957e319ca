"""Marks in, snapshots out: only what is touched, once for each change, and nothing is swallowed."""

from __future__ import annotations

import pytest
from django.db import connection

from attendance.actions import approvals, headcounts, registers
from goals.actions import aggregation
from goals.models import PlanVersion, Snapshot
from goals.tasks import aggregate_everything, aggregate_marked, reconcile
from tests.commands import done, run, tables
from tests.factories import create_booking, create_course, create_session, create_user, local
from tests.goals.office import FOLK, FREE, PLAN, a_class, open_office, people, sessions
from workshops.models import Mark, Plan, School, Session, Tick

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def office(tmp_path):
    """Plans of 2024 and 2025, aggregated, no mark left."""
    office = open_office(tmp_path)
    for year in (2024, 2025):
        office.plan(people(), sessions(audience="elever"), year=year)
    office.plan(people(), code="anden")
    done("aggregate")
    assert not Mark.objects.exists()
    return office


def visit(day, *, label="7.B", course=None, plan=PLAN, came=20):
    """A class in a session of ours, counted and submitted, not approved."""
    leader = create_user(role="facilitator")
    session = create_session(plan=Plan.objects.get(code=plan), starts=day, leader=leader)
    school = School.objects.get(number=FOLK)
    booking = create_booking(session=session, school=school, label=label, course=course)
    headcounts.record(booking.parties.get(), present=came, by=leader)
    registers.submit(session, held=True, by=leader)
    return session


def approve(session):
    approvals.approve(session, by=create_user(role="coordinator"))


def values(year=2024, plan=PLAN):
    version = PlanVersion.objects.get(plan__code=plan, year=year)
    return {s.code: s.value.get("value") for s in aggregation.latest_snapshots(version)}


def asked_by_tick():
    """The versions that the next tick asks for, as (plan, year)."""
    asked = []
    plain = aggregation.progress

    def watched(version, level):
        asked.append((version.plan.code, version.year))
        return plain(version, level)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aggregation, "progress", watched)
        found = aggregation.aggregate_marked()
    assert found.versions == len(asked)
    return asked


def test_approving_leaves_a_mark_and_the_tick_asks_for_what_it_touches(office):
    session = visit(local(2024, 5, 6))
    aggregation.aggregate_marked()
    assert values() == {"folk": 0, "held": 0, "not_counted": None}

    approve(session)

    assert list(Mark.objects.values_list("session", "reason")) == [(session.pk, "approved")]
    assert asked_by_tick() == [(PLAN, 2024)]
    assert values() == {"folk": 20, "held": 1, "not_counted": None}
    assert not Mark.objects.exists()


def test_tick_without_marks_asks_for_nothing(office):
    assert asked_by_tick() == []
    assert aggregation.aggregate_marked() == aggregation.Aggregated(0, 0, 0)


def test_course_over_new_year_is_asked_for_in_both_years(office):
    course = create_course()
    first, second = (
        visit(local(2024, 12, 20), course=course),
        visit(local(2025, 1, 10), course=course),
    )
    approve(second)
    aggregation.aggregate_marked()
    assert (values(2024)["folk"], values(2025)["folk"]) == (0, 20)

    approve(first)

    assert asked_by_tick() == [(PLAN, 2024), (PLAN, 2025)]
    assert (values(2024)["folk"], values(2025)["folk"]) == (20, 0)
    assert run("reconcile").code == 0


def test_course_over_two_plans_is_asked_for_in_both(office):
    course = create_course()
    here, there = (
        visit(local(2024, 3, 1), course=course),
        visit(local(2024, 2, 1), course=course, plan="anden"),
    )
    approve(here)
    aggregation.aggregate_marked()

    approve(there)

    assert asked_by_tick() == [(PLAN, 2024), ("anden", 2024)]
    assert (values()["folk"], values(plan="anden")["folk"]) == (0, 20)


def test_session_of_a_year_without_a_version_only_takes_its_mark(office):
    approve(visit(local(2019, 5, 6)))

    assert asked_by_tick() == []
    assert not Mark.objects.exists()


def test_mark_without_a_session_asks_for_everything(office):
    Mark.objects.create(session=None, reason="mapping")

    assert asked_by_tick() == [(PLAN, 2024), (PLAN, 2025), ("anden", 2024)]


def test_second_aggregation_writes_nothing(office):
    office.rows(a_class("1"), a_class("2", dato="2025-02-02"))
    done("aggregate")
    before = tables()

    said = done("aggregate")

    assert (said, tables()) == ("versions 3, snapshots 0, marks 0\n", before)


def test_snapshot_is_kept_anew_when_its_inputs_differ_though_its_value_does_not(office):
    office.rows(a_class("1", 20), a_class("2", 5))
    done("aggregate")
    kept = Snapshot.objects.filter(code="folk", version__year=2024, version__plan__code=PLAN)
    before = list(kept.order_by("pk").values_list("value__value", "value__sessions"))

    office.rows(a_class("1", 5), a_class("2", 20))
    done("aggregate")

    assert before == [(0, 0), (25, 2)]
    after = list(kept.order_by("pk").values_list("value__value", "value__sessions"))
    assert after == [*before, (25, 2)]
    assert len(set(kept.values_list("digest", flat=True))) == 3


def test_what_is_not_counted_is_kept_anew_when_another_session_makes_it(office):
    office.rows(a_class("1", 7, institutionsnummer="280003"))
    done("aggregate")
    office.rows(a_class("1", 7, institutionsnummer="280003", session="S-2"))
    done("aggregate")

    kept = Snapshot.objects.filter(code="not_counted", version__plan__code=PLAN, version__year=2024)
    assert [row.value["ikke fordelt"] for row in kept.order_by("pk")] == [0, 7, 7]


def test_marks_of_an_aggregation_that_fails_stay(office, monkeypatch):
    approve(visit(local(2024, 5, 6)))
    marks, before = Mark.objects.count(), tables()

    def killed(_marks):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(aggregation, "_drop_marks", killed)
        with pytest.raises(KeyboardInterrupt):
            aggregation.aggregate_marked()

    assert (Mark.objects.count(), tables()) == (marks, before)
    assert values()["folk"] == 0
    aggregation.aggregate_marked()
    assert (Mark.objects.count(), values()["folk"]) == (0, 20)


def test_mark_made_while_aggregating_is_left_for_the_next(office, monkeypatch):
    approve(visit(local(2024, 5, 6)))
    plain = aggregation.progress

    def busy(version, level):
        found = plain(version, level)
        approve(visit(local(2024, 5, 7), label="8.A"))
        return found

    with monkeypatch.context() as patch:
        patch.setattr(aggregation, "progress", busy)
        aggregation.aggregate_marked()

    assert values()["folk"] == 20
    assert Mark.objects.count() == 3  # counted, submitted, approved
    aggregation.aggregate_marked()
    assert values()["folk"] == 40


def test_tick_takes_so_many_marks_at_a_time(office, monkeypatch):
    monkeypatch.setattr(aggregation, "MARKS_AT_A_TIME", 2)
    session = create_session(plan=Plan.objects.get(code=PLAN), starts=local(2024, 5, 6))
    Mark.objects.bulk_create(Mark(session=session, reason="x") for _ in range(5))

    taken = [aggregation.aggregate_marked().marks for _ in range(4)]

    assert taken == [2, 2, 1, 0]


# --- the command and the jobs ------------------------------------------------------------------


def test_aggregate_asks_for_the_plan_and_year_alone(office):
    Snapshot.objects.all().delete()

    said = [
        done("aggregate", "--plan", PLAN),
        done("aggregate", "--year", "2024", "--plan", "anden"),
    ]

    assert said == ["versions 2, snapshots 6, marks 0\n", "versions 1, snapshots 2, marks 0\n"]
    assert done("aggregate", "--year", "2024") == "versions 2, snapshots 0, marks 0\n"


def test_aggregate_of_some_leaves_the_marks(office):
    Mark.objects.create(session=None, reason="x")

    done("aggregate", "--plan", PLAN)

    assert Mark.objects.count() == 1


def test_aggregate_of_an_unknown_plan_or_year_fails(office):
    outcomes = [
        run("aggregate", "--plan", "findes-ikke"),
        run("aggregate", "--plan", PLAN, "--year", "1999"),
        run("aggregate", "--year", "1999"),
    ]

    assert [outcome.code for outcome in outcomes] == [2, 1, 1]
    assert "findes-ikke" in outcomes[0].err
    assert "import_plan" in outcomes[1].err


def test_jobs_do_their_work_and_say_when(office, caplog):
    approve(visit(local(2024, 5, 6)))

    aggregate_marked()
    aggregate_everything()
    reconcile()

    said = dict(Tick.objects.values_list("job", "said"))
    assert "snapshots=2" in said["aggregate_marked"]
    assert "snapshots=0" in said["aggregate_everything"]
    assert said["reconcile"] == "compared 8, differences 0"
    assert caplog.records == []
    Snapshot.objects.filter(code="folk").delete()
    reconcile()
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3


def test_snapshots_are_derived_and_can_be_rebuilt(office):
    office.rows(a_class("1"), a_class("2", institutionsnummer=FREE))
    done("aggregate")
    before = sorted(Snapshot.objects.values_list("code", "version", "digest"))
    latest = {
        row.code: row.value
        for v in PlanVersion.objects.all()
        for row in aggregation.latest_snapshots(v)
    }

    Snapshot.objects.all().delete()
    done("aggregate")

    assert set(Snapshot.objects.values_list("code", "version", "digest")) <= set(before)
    again = {
        row.code: row.value
        for v in PlanVersion.objects.all()
        for row in aggregation.latest_snapshots(v)
    }
    assert again == latest
    assert connection.vendor in {"postgresql", "sqlite"}
    assert Session.objects.count() == 2
