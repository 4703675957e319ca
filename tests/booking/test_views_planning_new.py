"""Sessions are planned in two steps: the days are shown, then a series is made."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from tests.attendance.counted import said
from tests.booking.planning_pages import NEW, crew, page_of, series, slot
from tests.factories import (
    create_deliverer,
    create_plan,
    create_session,
    create_user,
    create_venue,
    create_workshop,
    local,
)
from workshops.models import Session


def test_form_begins_with_the_workshop_of_the_link(bo):
    workshop = create_workshop()

    form = bo.get(f"{NEW}?workshop={workshop.pk}").context["form"]

    assert (form["workshop"].value(), form["times"].value()) == (workshop.pk, 1)
    assert not form.errors
    assert len(form.visible_fields()) == 9


@pytest.mark.parametrize("rubbish", ["0", "x", "-1", "9" * 40, "١", "\x00"])
def test_rubbish_in_the_link_is_left_aside(bo, rubbish):
    assert bo.get(NEW, {"workshop": rubbish}).status_code == 200


def test_empty_form_sent_as_it_is_says_what_is_missing(bo):
    answer = bo.post(NEW, {})

    assert answer.status_code == 422
    assert "day" in answer.context["form"].errors


def test_dates_are_shown_before_anything_is_saved(bo):
    workshop = create_workshop(title="Demokrati")

    answer = bo.get(NEW, series(workshop, day="2027-02-08", times="2"))

    shown = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "Monday 15 February 2027</time>: left out, Vinterferie" in shown
    assert "Plan 2 sessions" in shown
    assert not Session.objects.exists()


def test_first_step_says_what_to_mend(bo):
    workshop = create_workshop()

    answer = bo.get(NEW, series(workshop, day="i morgen", since="tidligt", times="0", capacity=""))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "day": ["Date is not a day. Write it as 2026-12-31."],
        "since": ["From is not a time. Write it as 9.30."],
        "times": ["Number of weeks is a number from 1 to 40."],
        "capacity": ["Places is missing. Write how many can take part, for example 28."],
    }
    assert answer.context["form"]["room"].value() == ""


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("day", "0001-01-01", "Date is not a day. Write it as 2026-12-31."),
        ("day", "9999-12-31", "Date is not a day. Write it as 2026-12-31."),
        ("until", "9", "The session ends before it starts. Write when it ends as a later time."),
        ("capacity", "9" * 40, "The number of places is a number from 1 to 1000."),
        ("capacity", "0", "The number of places is a number from 1 to 1000."),
        ("room", "x" * 81, "The field Room is too long: write at most 80 characters."),
        ("room", "Lokale 010190-1234", "The field Room looks like a CPR number: remove it."),
        ("venue", "9" * 30, "Place is not on the list any more. Choose another one."),
    ],
)
def test_what_no_session_can_have_is_refused_before_its_days_are_shown(bo, field, typed, told):
    session = create_session()

    new = bo.get(NEW, series(session.workshop, **{field: typed}))
    edited = bo.post(page_of(session), slot(session, **{field: typed}))

    for answer in (new, edited):
        assert (answer.status_code, answer.context["form"].errors) == (422, {field: [told]})
    assert Session.objects.get() == session


@pytest.mark.parametrize("field", ["facilitators", "further_plans"])
def test_key_that_no_row_can_have_is_not_on_the_list(bo, field):
    session = create_session()
    create_plan()
    sent = {"plan": session.plan_id, "revision": session.revision, field: ["9" * 30]}

    answer = bo.post(page_of(session, "session-staff"), sent)

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        field: ["One of the choices is not on the list any more. Choose again."]
    }


def test_first_step_can_be_gone_back_to_with_everything_typed(bo):
    workshop = create_workshop()
    query = bo.get(NEW, series(workshop, room="B 12")).context["query"]

    answer = bo.get(f"{NEW}?{query}")

    assert answer.status_code == 200
    assert answer.templates[0].name == "booking/manager/session_new.html"
    assert answer.context["form"]["room"].value() == "B 12"


def test_series_is_planned_with_its_people(bo):
    workshop, plan, other, venue = (
        create_workshop(),
        create_plan(),
        create_plan(),
        create_venue(name="Huset"),
    )
    amira, org = create_user(role="facilitator"), create_deliverer()
    sent = series(workshop, day="2027-02-08", times="2", venue=venue.pk, room="B", language="en")
    sent |= crew(plan, further_plans=[other.pk, plan.pk], facilitators=[amira.pk], deliverer=org.pk)

    answer = bo.post(NEW, sent)

    assert answer.url == reverse("manage:workshop-sessions", args=[workshop.pk])
    assert said(answer) == ["2 sessions are planned."]
    rows = list(Session.objects.order_by("starts"))
    assert [row.starts for row in rows] == [local(2027, 2, 8, 9, 30), local(2027, 2, 22, 9, 30)]
    assert {row.ends - row.starts for row in rows} == {datetime.timedelta(minutes=90)}
    for row in rows:
        assert (row.workshop, row.plan, row.audience) == (workshop, plan, "elever")
        assert (row.venue, row.room, row.language, row.capacity) == (venue, "B", "en", 28)
        assert (list(row.facilitators.all()), row.deliverer, row.state) == ([amira], org, "open")
        assert list(row.further_plans.all()) == [other]


def test_draft_series_cannot_be_booked(bo):
    bo.post(NEW, series(create_workshop()) | crew(create_plan(), opening="draft"))

    assert set(Session.objects.values_list("state", flat=True)) == {"draft"}


def test_sending_twice_plans_once(bo):
    sent = series(create_workshop()) | crew(create_plan())

    answers = [bo.post(NEW, sent), bo.post(NEW, sent)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert said(answers[1])[-1] == "3 sessions are planned."
    assert Session.objects.count() == 3


def test_sending_other_dates_with_the_same_key_is_refused_in_words(bo):
    workshop, sent = create_workshop(), crew(create_plan())
    bo.post(NEW, series(workshop) | sent)

    answer = bo.post(NEW, series(workshop, times="4") | sent)

    assert answer.status_code == 422
    assert "This form was sent before with other content." in answer.content.decode()
    assert Session.objects.count() == 3


def test_second_step_says_what_to_mend(bo):
    workshop = create_workshop()

    answer = bo.post(NEW, series(workshop) | {"request_key": "no", "opening": ""})

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"plan", "opening", "request_key"}
    assert "Monday 11 January 2027" in answer.content.decode()
    assert not Session.objects.exists()


def test_time_that_ends_before_it_starts_is_refused(bo):
    workshop, plan = create_workshop(), create_plan()

    answer = bo.post(NEW, series(workshop, since="11", until="9") | crew(plan))

    assert answer.status_code == 422
    assert "The session ends before it starts." in answer.content.decode()
    assert not Session.objects.exists()
