"""The pages on which sessions are planned, moved and cancelled, for each of the cast."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from notifications.models import Notice
from tests.cast import assemble, in_english, seat
from tests.factories import (
    create_booking,
    create_deliverer,
    create_headcount,
    create_plan,
    create_session,
    create_user,
    create_venue,
    create_workshop,
    local,
)
from workshops.models import Session

ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 403,
    "coordinator": 200,
    "manager": 200,
    "superuser": 200,
}
LIST, NEW = "/manage/workshops/", "/manage/sessions/new/"
PAGES = ("session-edit", "session-staff", "session-cancel")
POSTS = ("session-open", "session-close")
MONDAY = local(2027, 1, 11, 9)


def page_of(session, name="session-edit") -> str:
    return reverse(f"manage:{name}", args=[session.pk])


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def series(workshop, **changed) -> dict[str, object]:
    """What the first step sends."""
    sent = {
        "workshop": workshop.pk,
        "day": "2027-01-11",
        "since": "9.30",
        "until": "kl. 11",
        "times": "3",
        "venue": "",
        "room": "",
        "capacity": "28",
        "language": "da",
    }
    return sent | changed


def crew(plan, **changed) -> dict[str, object]:
    """What the second step adds."""
    return {"plan": plan.pk, "opening": "open", "request_key": str(uuid.uuid4())} | changed


def slot(session, **changed) -> dict[str, object]:
    """What the page about when and where sends, unchanged."""
    starts, ends = timezone.localtime(session.starts), timezone.localtime(session.ends)
    sent = {
        "day": f"{starts:%Y-%m-%d}",
        "since": f"{starts:%H.%M}",
        "until": f"{ends:%H.%M}",
        "venue": session.venue_id or "",
        "room": session.room,
        "capacity": session.capacity,
        "language": session.language,
        "revision": session.revision,
    }
    return sent | changed


@pytest.fixture
def cast(db):
    return assemble()


@pytest.fixture
def bo(db):
    """A coordinator at a browser in English."""
    return in_english(seat(create_user(role="coordinator", name="Bo")))


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), ROLES.items())
@pytest.mark.parametrize("name", ["workshops", "session-new", "workshop-sessions", *PAGES])
def test_pages_are_for_who_edits_the_catalogue(cast, role, status, name):
    session = create_session()
    of = {"workshop-sessions": [session.workshop_id], "workshops": [], "session-new": []}
    address = reverse(f"manage:{name}", args=of.get(name, [session.pk]))

    answer = cast[role].get(address)

    assert answer.status_code == status
    if role == "anonymous":
        assert answer.url == f"/accounts/login/?next={address}"


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_verbs_are_for_who_edits_the_catalogue(cast, role, status):
    session, plan = create_session(state="draft"), create_plan()
    may, browser = status == 200, cast[role]

    answers = [
        browser.post(NEW, series(session.workshop) | crew(plan)),
        browser.post(page_of(session), slot(session, room="B")),
        browser.post(page_of(session, "session-open")),
        browser.post(page_of(session, "session-cancel"), {"why": "Sygdom"}),
    ]

    session.refresh_from_db()
    assert {answer.status_code for answer in answers} == {302 if may else status}
    assert Session.objects.count() == (4 if may else 1)
    assert (session.room, session.state) == (("B", "cancelled") if may else ("", "draft"))


@pytest.mark.parametrize("name", POSTS)
def test_looking_at_a_button_changes_nothing(bo, name):
    session = create_session(state="draft")

    answer = bo.get(page_of(session, name))

    session.refresh_from_db()
    assert (answer.status_code, session.state) == (405, "draft")


@pytest.mark.parametrize("name", [*PAGES, *POSTS, "workshop-sessions"])
def test_session_that_does_not_exist_is_not_found(bo, name):
    address = reverse(f"manage:{name}", args=[10**9])

    assert (bo.post if name in POSTS else bo.get)(address).status_code == 404


# --- the lists ---------------------------------------------------------------------------------


def test_list_shows_what_lies_ahead_of_each_workshop(bo):
    busy, idle = create_workshop(title="Travl"), create_workshop(title="Ledig")
    soon = create_session(workshop=busy, starts=local(2027, 1, 11, 9))
    create_session(workshop=busy, starts=local(2027, 1, 18, 9))
    create_session(workshop=busy, starts=local(2025, 1, 6, 9))
    create_session(workshop=busy, starts=local(2026, 12, 1, 9), state="cancelled")
    create_booking(session=soon, seats=5)
    create_booking(session=soon, seats=5, state="cancelled")
    create_workshop(title="Kladde", state="draft")

    answer = bo.get(LIST)

    rows = [
        (row.title, row.ahead, row.sessions_total, row.booked) for row in answer.context["rows"]
    ]
    assert rows == [("Travl", 2, 4, 1), ("Ledig", 0, 0, 0)]
    assert answer.context["rows"][0].next_starts == soon.starts
    assert [(tab.state, tab.number) for tab in answer.context["tabs"]] == [
        ("published", 2),
        ("draft", 1),
        ("paused", 0),
        ("archived", 0),
    ]
    assert f'href="/manage/workshops/{idle.pk}/"' in answer.content.decode()
    assert "Kladde" not in answer.content.decode()


def test_list_shows_the_state_asked_for(bo):
    create_workshop(title="Kladde", state="draft")

    assert "Kladde" in bo.get(f"{LIST}?state=draft").content.decode()
    assert "There is no workshop in this state." in bo.get(f"{LIST}?state=paused").content.decode()
    assert bo.get(f"{LIST}?state=nonsense").status_code == 404


def test_sessions_of_a_workshop_are_those_to_come_and_the_past_ones(bo):
    workshop = create_workshop()
    leader = create_user(role="facilitator", name="Amira")
    ahead = create_session(workshop=workshop, leader=leader)
    past = create_session(workshop=workshop, starts=local(2025, 3, 3))
    create_session()
    create_booking(session=ahead, seats=7)
    address = reverse("manage:workshop-sessions", args=[workshop.pk])

    to_come, gone = bo.get(address), bo.get(f"{address}?when=past")

    assert [row.pk for row in to_come.context["rows"]] == [ahead.pk]
    assert [row.pk for row in gone.context["rows"]] == [past.pk]
    shown = to_come.content.decode()
    assert "7 of 30" in shown
    assert "Amira" in shown


# --- planning ----------------------------------------------------------------------------------


def test_form_begins_with_the_workshop_of_the_link(bo):
    workshop = create_workshop()

    form = bo.get(f"{NEW}?workshop={workshop.pk}").context["form"]

    assert (form["workshop"].value(), form["times"].value()) == (workshop.pk, 1)
    assert not form.errors
    assert len(form.visible_fields()) == 9


@pytest.mark.parametrize("rubbish", ["0", "x", "-1", "9" * 40, "١", "\x00"])
def test_rubbish_in_the_link_is_left_aside(bo, rubbish):
    assert bo.get(NEW, {"workshop": rubbish}).status_code == 200


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


# --- editing -----------------------------------------------------------------------------------


def test_session_is_moved_and_whoever_booked_is_told(bo):
    session = create_session(starts=MONDAY)
    create_booking(session=session, email="anna@example.org")

    answer = bo.post(page_of(session), slot(session, day="2027-01-12", room="B 2"))

    session.refresh_from_db()
    assert answer.url == page_of(session)
    assert (session.starts, session.room) == (local(2027, 1, 12, 9), "B 2")
    assert [notice.recipient for notice in Notice.objects.all()] == ["anna@example.org"]


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"capacity": "9"}, "capacity", "10 places are taken already. Write at least 10,"),
        ({"until": "8"}, "until", "The session ends before it starts."),
        ({"day": "2024-01-02"}, "day", "The new time has passed, and the session is booked."),
        ({"capacity": "0"}, "capacity", "The number of places is a number from 1 to 1000."),
    ],
)
def test_refusal_stands_at_the_field_that_cures_it(bo, changed, field, told):
    session = create_session(starts=MONDAY)
    create_booking(session=session, seats=10)

    answer = bo.post(page_of(session), slot(session, **changed))

    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(told)
    assert Session.objects.get().revision == 0


def test_counted_session_stays_where_it_was(bo):
    session = create_session(starts=local(2025, 3, 3))
    create_headcount(party=create_booking(session=session).parties.get())

    answer = bo.post(page_of(session), slot(session, day="2027-03-03"))

    assert answer.status_code == 422
    assert "It has been counted who came" in answer.content.decode()


def test_later_save_shows_both_versions(bo):
    session = create_session(starts=MONDAY)
    bo.post(page_of(session), slot(session, room="A"))

    answer = bo.post(page_of(session), slot(session, room="B", since="8.30"))

    session.refresh_from_db()
    assert (answer.status_code, session.room) == (409, "A")
    rows = [(row.label, row.theirs, row.mine) for row in answer.context["differences"]]
    assert rows == [("From", "09.00", "08.30"), ("Room", "A", "B")]
    again = bo.post(page_of(session), answer.context["form"].data.dict())
    session.refresh_from_db()
    assert (again.status_code, session.room, session.revision) == (302, "B", 2)


def test_people_are_changed_and_compared_by_name(bo):
    amira, bent = (create_user(role="facilitator", name=name) for name in ("Amira", "Bent"))
    session, plan = create_session(leader=amira), create_plan(title="Nye mål")
    address = page_of(session, "session-staff")
    sent = {"plan": plan.pk, "facilitators": [bent.pk], "revision": 0}

    first = bo.post(address, sent)
    second = bo.post(address, sent | {"facilitators": [amira.pk]})

    session.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert (session.plan, list(session.facilitators.all())) == (plan, [bent])
    rows = [(row.label, row.theirs, row.mine) for row in second.context["differences"]]
    assert rows == [("Facilitators", "Bent", "Amira")]


def test_somebody_who_may_not_count_is_no_facilitator(bo):
    session, stranger = create_session(), create_user()

    answer = bo.post(
        page_of(session, "session-staff"),
        {"plan": session.plan_id, "facilitators": [stranger.pk], "revision": 0},
    )

    assert answer.status_code == 422
    assert not session.facilitators.exists()


def test_session_is_opened_and_closed(bo):
    session = create_session(state="draft")

    states = []
    for name in (*POSTS, *POSTS):
        assert bo.post(page_of(session, name)).url == page_of(session)
        session.refresh_from_db()
        states.append(session.state)

    assert states == ["open", "closed", "open", "closed"]
    assert session.revision == 0


@pytest.mark.parametrize("state", ["open", "closed"])
def test_session_that_has_begun_says_that_nobody_can_book_it(bo, state):
    session = create_session(state=state, starts=timezone.now() - datetime.timedelta(days=1))
    create_booking(session=session)

    shown = bo.get(page_of(session)).content.decode()

    assert "The session has begun: nobody can book it any more." in shown
    assert "anybody can book it" not in shown
    assert "Open for booking</button>" not in shown
    assert "Close for booking" not in shown
    assert "is told when" not in shown


def test_session_is_cancelled_for_a_reason(bo):
    session = create_session()
    booking = create_booking(session=session, email="anna@example.org")

    empty = bo.post(page_of(session, "session-cancel"), {"why": " "})
    answer = bo.post(page_of(session, "session-cancel"), {"why": "Underviseren er syg"})

    booking.refresh_from_db()
    assert empty.status_code == 422
    assert "Reason is missing." in empty.content.decode()
    assert answer.url == reverse("manage:workshop-sessions", args=[session.workshop_id])
    assert (booking.state, booking.over_reason) == ("cancelled", "organiser")
    assert [notice.recipient for notice in Notice.objects.all()] == ["anna@example.org"]


def test_cancelled_session_is_no_longer_edited(bo):
    session = create_session(state="cancelled")

    shown = bo.get(page_of(session)).content.decode()
    answer = bo.post(page_of(session), slot(session, room="B"))

    assert "can no longer be changed" in shown
    assert "Save the session" not in shown
    assert answer.status_code == 422
    assert Session.objects.get().room == ""


# --- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("workshops", 6), ("workshop-sessions", 7), ("session-new", 6), ("session-staff", 13)],
)
def test_pages_ask_as_much_for_30_rows_as_for_one(
    bo, number, name, queries, django_assert_num_queries
):
    workshop = create_workshop()
    for _ in range(number):
        session = create_session(workshop=workshop, leader=create_user(role="facilitator"))
        create_booking(session=session)
        create_session()
        create_venue()
    of = {"workshop-sessions": [workshop.pk], "session-staff": [session.pk]}
    address = reverse(f"manage:{name}", args=of.get(name, []))
    bo.get(address)

    with django_assert_num_queries(queries):
        bo.get(address)
