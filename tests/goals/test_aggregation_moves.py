"""Sessions that change year or plan: the figures of where they were follow as well."""

from __future__ import annotations

import pytest

from booking.actions import sessions as booked
from goals.actions import aggregation
from goals.models import Measure, PlanVersion, Snapshot
from tests.factories import (
    create_booking,
    create_headcount,
    create_plan,
    create_register,
    create_session,
    create_user,
    local,
)
from workshops.actions import sessions
from workshops.actions.sessions import Crew, Slot
from workshops.models import Mark

pytestmark = pytest.mark.django_db


def version_of(plan, year=2026) -> PlanVersion:
    """A version that counts every pupil under the code "alle"."""
    version = PlanVersion.objects.create(
        plan=plan, year=year, title=plan.code, municipality_code="101"
    )
    version.mappings.create(type_code="1012", category="folkeskole", valid_from="1900-01-01")
    group = version.target_groups.create(number=1, title="Unge")
    goal = version.goals.create(target_group=group, position=1, code="1", title="Mål", rule="all")
    Measure.objects.create(
        version=version,
        goal=goal,
        position=1,
        code="alle",
        kind="participations",
        audience="elever",
    )
    return version


def value_of(version) -> int:
    return Snapshot.objects.filter(version=version, code="alle").latest("pk").value["value"]


def waiting() -> set[PlanVersion]:
    return set(aggregation.touched_by(Mark.objects.values_list("session", flat=True)))


def test_counted_session_given_to_another_plan_moves_both_figures():
    old, new = create_plan(), create_plan()
    before, after = version_of(old), version_of(new)
    session = create_session(plan=old, starts=local(2026, 3, 2))
    create_headcount(party=create_booking(session=session).parties.get(), present=21, approved=True)
    create_register(session=session, approved_by=create_user())
    aggregation.aggregate_everything()
    assert (value_of(before), value_of(after)) == (21, 0)

    sessions.staff(session, Crew(plan=new), revision=0, by=None)
    aggregation.aggregate_marked()

    assert (value_of(before), value_of(after)) == (0, 21)


def test_session_moved_over_new_year_touches_both_years():
    plan = create_plan()
    years = {version_of(plan, 2026), version_of(plan, 2027)}
    session = create_session(plan=plan, starts=local(2026, 12, 30))

    slot = Slot(starts=local(2027, 1, 5), ends=local(2027, 1, 5, 12), capacity=30)
    booked.reschedule(session, slot, revision=0, by=None)

    assert waiting() == years


def test_mark_of_the_session_alone_would_miss_the_year_it_left():
    """Why a move over New Year marks everything: an aggregation looks at where a session is now."""
    plan = create_plan()
    left, entered = version_of(plan, 2026), version_of(plan, 2027)
    session = create_session(plan=plan, starts=local(2027, 1, 5))

    assert set(aggregation.touched_by([session.pk])) == {entered}
    assert set(aggregation.touched_by([None])) == {left, entered}


def test_session_moved_within_its_year_touches_that_year_alone():
    plan = create_plan()
    version_of(plan, 2026)
    entered = version_of(plan, 2027)
    session = create_session(plan=plan, starts=local(2027, 1, 5))

    slot = Slot(starts=local(2027, 1, 6), ends=local(2027, 1, 6, 12), capacity=30)
    booked.reschedule(session, slot, revision=0, by=None)

    assert waiting() == {entered}
