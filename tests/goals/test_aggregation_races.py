"""Two connections at the marks at once, on PostgreSQL: none is swallowed, none taken twice."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from goals.actions import aggregation
from tests.commands import done, run
from tests.factories import create_session, local
from tests.goals.office import PLAN, open_office, people
from tests.goals.test_aggregation import approve, values, visit
from workshops.models import Mark, Plan

pytestmark = pytest.mark.postgres


def test_marks_committed_by_another_connection_meanwhile_are_not_swallowed(own_database, tmp_path):
    office = open_office(tmp_path)
    office.plan(people())
    done("aggregate")
    session = visit(local(2024, 5, 6))
    approve(session)
    plain, said = aggregation.progress, []

    def elsewhere():
        try:
            with transaction.atomic():
                late = visit(local(2024, 5, 7), label="8.A")
                approve(late)
            said.append(late.pk)
        finally:
            connections.close_all()

    def busy(version, level):
        found = plain(version, level)
        if not said:
            other = threading.Thread(target=elsewhere)
            other.start()
            other.join(30)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aggregation, "progress", busy)
        aggregation.aggregate_marked()

    assert set(Mark.objects.values_list("session", flat=True)) == set(said)
    assert values()["folk"] == 20
    aggregation.aggregate_marked()
    assert (values()["folk"], run("reconcile").code) == (40, 0)


def test_two_workers_take_different_marks(own_database, tmp_path):
    office = open_office(tmp_path)
    office.plan(people())
    done("aggregate")
    session = create_session(plan=Plan.objects.get(code=PLAN), starts=local(2024, 5, 6))
    Mark.objects.create(session=session, reason="x")
    taken = []

    def other():
        try:
            taken.append(aggregation.aggregate_marked().marks)
        finally:
            connections.close_all()

    with transaction.atomic():
        held = list(Mark.objects.select_for_update())
        worker = threading.Thread(target=other)
        worker.start()
        worker.join(30)

    assert (len(held), taken, Mark.objects.count()) == (1, [0], 1)
