"""Sessions are planned in series, opened, closed and staffed."""

from __future__ import annotations

import dataclasses
import datetime
import uuid

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from tests.factories import (
    create_deliverer,
    create_plan,
    create_session,
    create_user,
    create_venue,
    create_workshop,
    local,
)
from workshops import holidays
from workshops.actions import planning, publishing, sessions
from workshops.actions.planning import Day
from workshops.actions.sessions import Crew, Slot, slot_on
from workshops.models import Mark, Session, Workshop

DAY = datetime.date
MONDAY = DAY(2027, 1, 11)
WEEKS = (MONDAY, DAY(2027, 1, 18), DAY(2027, 1, 25))
NINE, ELEVEN = datetime.time(9), datetime.time(11)


def slots(*days, **changed) -> list[Slot]:
    rest = {"since": NINE, "until": ELEVEN, "capacity": 28} | changed
    return [slot_on(day, **rest) for day in days or (MONDAY,)]


def planned(*days, workshop=None, key=None, crew=None, **changed) -> list[Session]:
    return planning.plan(
        workshop or create_workshop(),
        slots(*days, **changed),
        crew=crew or Crew(plan=create_plan()),
        is_open=True,
        request_key=key or uuid.uuid4(),
        by=None,
    )


def refused(code, verb, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code
    return " ".join(refusal.value.messages)


# --- days without school -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (DAY(2026, 12, 25), "Juledag"),
        (DAY(2026, 12, 21), "Juleferie"),
        (DAY(2027, 1, 4), "Juleferie"),
        (DAY(2027, 1, 5), None),
        (DAY(2027, 2, 15), "Vinterferie"),
        (DAY(2027, 2, 19), "Vinterferie"),
        (DAY(2027, 2, 22), None),
        (DAY(2027, 3, 29), "2. påskedag"),
        (DAY(2023, 5, 5), "Store bededag"),
        (DAY(2025, 5, 16), None),
        (DAY(2028, 12, 26), "2. juledag"),
        (DAY(2029, 12, 25), None),
    ],
)
def test_free_days_are_those_of_the_calendar(day, name):
    assert holidays.free_days().get(day) == name


def test_school_holidays_are_known_until_a_day():
    assert holidays.known_until() == DAY(2027, 8, 6)


def test_free_days_cannot_be_changed_by_who_asks():
    with pytest.raises(TypeError):
        holidays.free_days()[MONDAY] = "Fri"


# --- series ------------------------------------------------------------------------------------


def test_series_goes_on_week_by_week():
    assert planning.series(MONDAY, times=3) == [
        Day(MONDAY),
        Day(DAY(2027, 1, 18)),
        Day(DAY(2027, 1, 25)),
    ]


def test_series_leaves_holidays_out_and_makes_up_for_them():
    days = planning.series(DAY(2027, 2, 8), times=3)

    assert days == [
        Day(DAY(2027, 2, 8)),
        Day(DAY(2027, 2, 15), "Vinterferie", skipped=True),
        Day(DAY(2027, 2, 22)),
        Day(DAY(2027, 3, 1)),
    ]


def test_first_day_stands_as_it_was_written():
    assert planning.series(DAY(2026, 12, 25), times=1) == [Day(DAY(2026, 12, 25), "Juledag")]


@pytest.mark.parametrize(("times", "number"), [(-5, 1), (0, 1), (1, 1), (40, 40), (10**9, 40)])
def test_series_is_never_longer_than_a_school_year(times, number):
    kept = [day for day in planning.series(MONDAY, times=times) if not day.skipped]

    assert len(kept) == number


def test_series_ends_with_the_calendar_itself():
    assert len(planning.series(DAY(9999, 12, 30), times=9)) == 1


@pytest.mark.parametrize(
    ("day", "utc"),
    [(DAY(2027, 3, 26), 8), (DAY(2027, 4, 2), 7), (DAY(2026, 10, 23), 7), (DAY(2026, 10, 30), 8)],
)
def test_nine_stays_nine_by_the_clock_of_the_town(day, utc):
    assert slot_on(day, since=NINE, until=ELEVEN, capacity=1).starts.hour == utc


def test_hour_that_the_clocks_leave_out_is_no_session():
    """At 02:00 on 28 March 2027 it becomes 03:00."""
    night = slot_on(
        DAY(2027, 3, 28), since=datetime.time(2, 30), until=datetime.time(3, 15), capacity=1
    )

    refused("ends_before_start", sessions.check, night)


# --- plan --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_series_is_planned_whole(english):
    bo, plan, further = create_user(name="Bo"), create_plan(), create_plan()
    workshop, venue = create_workshop(audience="forældre"), create_venue()
    amira = create_user(role="facilitator")
    crew = Crew(plan=plan, further_plans=(further, plan), facilitators=(amira,))

    made = planning.plan(
        workshop,
        slots(MONDAY, DAY(2027, 1, 18), venue=venue, room=" B ", language="en"),
        crew=crew,
        is_open=False,
        request_key=uuid.uuid4(),
        by=bo,
    )

    assert [session.starts for session in made] == [local(2027, 1, 11, 9), local(2027, 1, 18, 9)]
    for session in made:
        session.refresh_from_db()
        assert (session.audience, session.plan, session.state) == ("forældre", plan, "draft")
        assert (session.venue, session.room, session.language) == (venue, "B", "en")
        assert list(session.further_plans.all()) == [further]
        assert list(session.facilitators.all()) == [amira]
        assert (session.capacity, session.seats_taken, session.revision) == (28, 0, 0)
    assert LogEntry.objects.filter(user=bo, change_message="planned").count() == 2


@pytest.mark.django_db
def test_same_request_plans_once():
    workshop, key, plan = create_workshop(), uuid.uuid4(), create_plan()
    amira, other = create_user(role="facilitator"), create_plan()
    crew = Crew(plan=plan, further_plans=(plan, other), facilitators=(amira,))

    first = planned(*WEEKS, workshop=workshop, key=key, crew=crew, room=" B ")
    again = planned(*WEEKS, workshop=workshop, key=key, crew=crew, room=" B ")

    assert len(first) == 3
    assert again == first
    assert Session.objects.count() == 3
    assert len(planned(workshop=workshop)) == 1
    assert Session.objects.count() == 4


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "changed"),
    [
        (WEEKS[:2], {}),
        ((*WEEKS, DAY(2027, 2, 1)), {}),
        ((DAY(2027, 1, 12), *WEEKS[1:]), {}),
        ((*WEEKS[:2], DAY(2027, 1, 26)), {}),
        (WEEKS, {"capacity": 27}),
        (WEEKS, {"room": "C"}),
        (WEEKS, {"language": "en"}),
        (WEEKS, {"until": datetime.time(12)}),
    ],
)
def test_known_request_with_other_dates_is_refused(days, changed):
    workshop, key, crew = create_workshop(), uuid.uuid4(), Crew(plan=create_plan())
    planned(*WEEKS, workshop=workshop, key=key, crew=crew)
    before = list(Session.objects.order_by("pk").values())

    with pytest.raises(ValidationError) as refusal:
        planned(*days, workshop=workshop, key=key, crew=crew, **changed)

    assert refusal.value.code == "request_key_reused"
    assert list(Session.objects.order_by("pk").values()) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", ["workshop", "plan", "further_plans", "facilitators", "deliverer"]
)
def test_known_request_with_another_workshop_or_crew_is_refused(changed):
    workshop, key, crew = create_workshop(), uuid.uuid4(), Crew(plan=create_plan())
    planned(*WEEKS, workshop=workshop, key=key, crew=crew)
    others = {
        "plan": create_plan(),
        "further_plans": (create_plan(),),
        "facilitators": (create_user(role="facilitator"),),
        "deliverer": create_deliverer(),
    }
    if changed == "workshop":
        workshop = create_workshop()
    else:
        crew = dataclasses.replace(crew, **{changed: others[changed]})

    refused("request_key_reused", planned, *WEEKS, workshop=workshop, key=key, crew=crew)

    assert Session.objects.count() == 3


@pytest.mark.django_db
def test_same_request_is_known_after_its_sessions_were_changed():
    """What is edited, opened or put away afterwards makes a late repetition no other request."""
    workshop, key, crew = create_workshop(), uuid.uuid4(), Crew(plan=create_plan())
    first = planned(*WEEKS, workshop=workshop, key=key, crew=crew)
    sessions.staff(first[1], Crew(plan=create_plan()), revision=0, by=None)
    sessions.close_booking(first[2], by=None)
    Workshop.objects.update(state=Workshop.State.ARCHIVED)

    assert planned(*WEEKS, workshop=workshop, key=key, crew=crew) == first


@pytest.mark.django_db
def test_workshop_that_was_archived_after_it_was_read_is_refused():
    workshop = create_workshop()
    publishing.archive(Workshop.objects.get(), by=None)

    refused("workshop_archived", planned, workshop=workshop)

    assert workshop.state == "published"
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_session_has_the_audience_of_the_workshop_as_it_is_now():
    workshop = create_workshop(audience="elever")
    Workshop.objects.update(audience="forældre")

    (session,) = planned(workshop=workshop)

    assert session.audience == "forældre"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "made", "code"),
    [
        ("archived", slots(), "workshop_archived"),
        ("published", [], "dates_missing"),
        ("published", slots(*[MONDAY] * 41), "too_many_sessions"),
        ("published", slots(until=NINE), "ends_before_start"),
        ("published", slots(until=datetime.time(8)), "ends_before_start"),
        ("published", slots(capacity=0), "capacity_out_of_range"),
        ("published", slots(capacity=1001), "capacity_out_of_range"),
        ("published", [*slots(), *slots(capacity=0)], "capacity_out_of_range"),
    ],
)
def test_series_that_cannot_be_is_refused_whole(state, made, code):
    workshop, crew = create_workshop(state=state), Crew(plan=create_plan())

    refused(
        code,
        planning.plan,
        workshop,
        made,
        crew=crew,
        is_open=True,
        request_key=uuid.uuid4(),
        by=None,
    )

    assert not Session.objects.exists()


# --- open, close -------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "open", "closed"])
def test_session_is_opened_and_closed_again(state):
    session, bo = create_session(state=state), create_user()

    assert sessions.open_booking(session, by=bo).state == "open"
    assert sessions.open_booking(session, by=bo).state == "open"
    assert sessions.close_booking(session, by=bo).state == "closed"
    assert sessions.close_booking(session, by=bo).state == "closed"
    notes = LogEntry.objects.filter(user=bo).values_list("change_message", flat=True)
    assert sorted(notes) == (["closed"] if state == "open" else ["closed", "open"])


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["cancelled", "withdrawn"])
def test_session_that_is_over_stays_over(state):
    session = create_session(state=state)
    crew = Crew(plan=create_plan())

    refused("session_over", sessions.open_booking, session, by=None)
    refused("session_over", sessions.close_booking, session, by=None)
    refused("session_over", sessions.staff, session, crew, revision=0, by=None)

    session.refresh_from_db()
    assert (session.state, session.revision) == (state, 0)


# --- staff -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_people_and_plans_are_saved_over_the_revision_they_were_opened_with():
    session = create_session(leader=create_user())
    amira, other = create_user(role="facilitator"), create_plan()
    crew = Crew(plan=session.plan, further_plans=(other,), facilitators=(amira,))

    saved = sessions.staff(session, crew, revision=0, by=None)

    assert (saved.revision, list(saved.facilitators.all())) == (1, [amira])
    assert list(saved.further_plans.all()) == [other]
    assert not Mark.objects.exists()
    refused("changed_meanwhile", sessions.staff, session, Crew(plan=other), revision=0, by=None)
    session.refresh_from_db()
    assert (session.plan != other, list(session.facilitators.all())) == (True, [amira])


@pytest.mark.django_db
def test_another_primary_plan_marks_everything():
    session, other = create_session(), create_plan()

    sessions.staff(session, Crew(plan=other, further_plans=(other,)), revision=0, by=None)

    session.refresh_from_db()
    assert (session.plan, session.further_plans.count()) == (other, 0)
    assert list(Mark.objects.values_list("session", "reason")) == [(None, "session plan")]
