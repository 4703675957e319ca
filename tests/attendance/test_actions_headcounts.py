"""Counting: who may, what can be counted, and what counts once."""

import datetime
import uuid

import pytest
from django.db import transaction

from attendance.actions import approvals, headcounts, sheets
from attendance.models import Headcount
from booking.models import Party
from booking.states import BookingState
from tests import factories
from tests.booking.orders import NOW, refused
from workshops.models import Audience, Mark, Session

pytestmark = pytest.mark.django_db
BEGAN = NOW - datetime.timedelta(hours=2)


@pytest.fixture
def session(leader):
    return factories.create_session(starts=BEGAN, leader=leader)


@pytest.fixture
def party(session):
    return factories.create_booking(session=session).parties.get()


def record(party, **fields):
    return headcounts.record(party, **{"present": 19, "now": NOW, **fields})


def test_record_appends_a_count_that_waits(party, leader):
    count = record(party, adults=2, by=leader, why="En er syg")

    stored = Headcount.objects.get()
    assert (stored.pk, stored.party, stored.present, stored.adults) == (count.pk, party, 19, 2)
    assert (stored.outcome, stored.verdict, stored.why) == ("came", "", "En er syg")
    assert (stored.recorded_by, stored.recorded_at, stored.batch) == (leader, NOW, None)
    assert Mark.objects.get().session == party.session


@pytest.mark.parametrize("present", [0, 5000])
def test_least_and_most_can_be_counted(party, leader, present):
    assert record(party, by=leader, present=present).present == present


def test_number_that_cannot_be_is_told_with_the_most(party, leader):
    with refused("present_out_of_range") as refusal:
        record(party, by=leader, present=5001)

    assert refusal.value.params == {"present": 5001, "most": 5000}


def test_counts_of_one_sheet_are_known_to_the_next(party, leader):
    client_id = uuid.uuid4()
    with transaction.atomic():
        sheet = sheets.open_sheet(party.session_id, by=leader)
        first = record(party, by=leader, sheet=sheet)
        second = record(party, by=leader, present=18, client_id=client_id, sheet=sheet)
        again = record(party, by=leader, present=18, client_id=client_id, sheet=sheet)

    assert (again, sheet.latest(party)) == (second, second)
    assert list(Headcount.objects.order_by("pk")) == [first, second]


def test_record_again_replaces_by_another_row(party, leader):
    record(party, by=leader)

    record(party, present=21, by=leader)

    assert list(Headcount.objects.order_by("pk").values_list("present", flat=True)) == [19, 21]
    assert [count.present for count in Headcount.objects.awaiting()] == [21]


def test_record_with_the_same_client_id_counts_once(party, leader):
    client_id = uuid.uuid4()
    first = record(party, by=leader, client_id=client_id)

    again = record(party, by=leader, client_id=client_id, now=NOW + datetime.timedelta(days=1))

    assert (again, Headcount.objects.count()) == (first, 1)


def test_record_with_a_known_client_id_is_known_after_approval(party, leader, coordinator):
    client_id = uuid.uuid4()
    first = record(party, by=leader, client_id=client_id)
    approvals.approve_count(first, by=coordinator)

    assert record(party, by=leader, client_id=client_id) == first


@pytest.mark.parametrize("change", [{"present": 20}, {"adults": 1}, {"why": "x"}])
def test_record_with_a_known_client_id_and_other_content_is_refused(party, leader, change):
    client_id = uuid.uuid4()
    record(party, by=leader, client_id=client_id)

    with refused("client_id_reused"):
        record(party, by=leader, client_id=client_id, **change)


def test_record_with_a_client_id_of_another_party_is_refused(party, leader):
    other = factories.create_booking(session=party.session, seats=1).parties.get()
    client_id = uuid.uuid4()
    record(party, by=leader, client_id=client_id)

    with refused("client_id_reused"):
        record(other, by=leader, client_id=client_id)


def test_three_zeros_differ(session, leader):
    uncounted, absent, empty = (
        factories.create_booking(session=session, seats=1).parties.get() for _number in range(3)
    )
    record(absent, present=0, outcome=Headcount.Outcome.NO_SHOW, by=leader)
    record(empty, present=0, by=leader)

    found = {
        party.pk: [(count.present, count.outcome) for count in party.headcounts.all()]
        for party in Party.objects.all()
    }
    assert found == {uncounted.pk: [], absent.pk: [(0, "no_show")], empty.pk: [(0, "came")]}


@pytest.mark.parametrize("role", ["", "facilitator"])
def test_record_by_somebody_who_does_not_lead_the_session_is_refused(party, role):
    with refused("not_your_session"):
        record(party, by=factories.create_user(role=role))

    assert not Headcount.objects.exists()


def test_record_by_a_leader_without_the_role_is_refused(party):
    stranger = factories.create_user()
    party.session.facilitators.add(stranger)

    with refused("not_your_session"):
        record(party, by=stranger)


@pytest.mark.parametrize("role", ["coordinator", "manager"])
def test_record_by_who_may_approve(party, role):
    assert record(party, by=factories.create_user(role=role)).pk


def test_record_by_one_of_the_deliverers_people(party):
    deliverer = factories.create_deliverer()
    Session.objects.update(deliverer=deliverer)

    assert record(party, by=factories.create_user(role="facilitator", deliverer=deliverer)).pk


def test_record_before_the_start_is_refused(party, leader):
    with refused("session_not_begun"):
        record(party, by=leader, now=BEGAN - datetime.timedelta(microseconds=1))

    assert record(party, by=leader, now=BEGAN).pk


@pytest.mark.parametrize("state", ["cancelled", "withdrawn"])
def test_record_in_a_session_that_is_over_is_refused(party, leader, state):
    Session.objects.update(state=state, over_at=NOW)

    with refused("session_over"):
        record(party, by=leader)


@pytest.mark.parametrize("state", ["cancelled", "declined", "expired"])
def test_record_for_a_booking_that_is_over_is_refused(session, leader, state):
    party = factories.create_booking(session=session, state=state).parties.get()

    with refused("booking_over"):
        record(party, by=leader)


@pytest.mark.parametrize(
    "state", [BookingState.CONFIRMED, BookingState.PENDING, BookingState.WAITING]
)
def test_record_for_whoever_came(session, leader, state):
    party = factories.create_booking(session=session, state=state).parties.get()

    assert record(party, by=leader).present == 19


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"present": -1}, "present_out_of_range"),
        ({"present": 5001}, "present_out_of_range"),
        ({"adults": -1}, "adults_out_of_range"),
        ({"outcome": Headcount.Outcome.NO_SHOW}, "no_show_has_nobody"),
        ({"why": "010110-1234 var syg"}, "looks_like_cpr"),
        ({"why": "x" * 201}, "value_too_long"),
    ],
)
def test_record_of_what_cannot_be_is_refused(party, leader, fields, code):
    with refused(code):
        record(party, by=leader, **fields)


def test_record_of_an_approved_count_is_refused(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)

    with refused("count_approved"):
        record(party, by=leader)


# --- corrections -------------------------------------------------------------------------------


def in_force(party):
    approved = Headcount.objects.approved().in_force("present")
    return Party.objects.annotate(present=approved).get(pk=party.pk).present


def test_correction_waits_and_the_approved_count_stands(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)
    Mark.objects.all().delete()

    correction = headcounts.correct(party, present=22, why="Talt forkert", by=leader, now=NOW)

    assert (in_force(party), correction.verdict, correction.why) == (19, "", "Talt forkert")
    assert Mark.objects.count() == 1
    approvals.approve_count(correction, by=coordinator)
    assert in_force(party) == 22


def test_correction_that_is_rejected_changes_nothing(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)
    correction = headcounts.correct(party, present=22, why="Talt forkert", by=leader, now=NOW)

    approvals.reject(correction, by=coordinator, why="Listen siger 19")

    correction.refresh_from_db()
    assert (in_force(party), correction.verdict_why) == (19, "Listen siger 19")


def test_correction_by_the_coordinator_needs_another_person(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)
    correction = headcounts.correct(party, present=22, why="Listen", by=coordinator, now=NOW)

    with refused("own_count"):
        approvals.approve_count(correction, by=coordinator)

    manager = factories.create_user(role="manager")
    assert approvals.approve_count(correction, by=manager).verdict == "approved"


def test_correction_of_an_imported_count(session, coordinator):
    party = factories.create_booking(session=session).parties.get()
    factories.create_headcount(party=party, batch=factories.create_batch(), approved=True)

    correction = headcounts.correct(party, present=18, why="Listen", by=coordinator, now=NOW)
    approvals.approve_count(correction, by=factories.create_user(role="manager"))

    assert in_force(party) == 18


def test_correction_with_the_same_client_id_is_once(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)
    given = {"present": 22, "why": "Listen", "by": leader, "client_id": uuid.uuid4(), "now": NOW}

    assert headcounts.correct(party, **given) == headcounts.correct(party, **given)
    assert Headcount.objects.count() == 2


def test_correction_without_a_reason_is_refused(party, leader, coordinator):
    approvals.approve_count(record(party, by=leader), by=coordinator)

    with refused("value_missing"):
        headcounts.correct(party, present=22, why=" ", by=leader, now=NOW)


def test_correction_of_a_count_that_is_not_approved_is_refused(party, leader):
    record(party, by=leader)

    with refused("nothing_to_correct"):
        headcounts.correct(party, present=22, why="Listen", by=leader, now=NOW)


# --- evenings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("audience", [Audience.PARENTS, Audience.PROFESSIONALS])
def test_crowd_is_one_for_each_evening(audience, leader):
    evening = factories.create_session(starts=BEGAN, leader=leader, audience=audience)

    crowd = headcounts.crowd(evening)

    assert (crowd.kind, crowd.booking, crowd.session, crowd.seats) == ("crowd", None, evening, 0)
    assert headcounts.crowd(evening) == crowd
    assert record(crowd, present=44, by=leader).present == 44


def test_crowd_of_pupils_is_refused(session):
    with refused("wrong_party"):
        headcounts.crowd(session)

    assert not Party.objects.exists()


def test_crowd_beside_imported_counts_is_refused():
    evening = factories.create_session(audience=Audience.PARENTS)
    booking = factories.create_booking(session=evening)
    Party.objects.update(kind=Party.Kind.CROWD, person_key="")

    with refused("counted_by_party"):
        headcounts.crowd(evening)

    assert Party.objects.get().booking == booking


def test_person_is_counted_with_everybody_else(leader):
    evening = factories.create_session(starts=BEGAN, leader=leader, audience=Audience.PARENTS)
    person = factories.create_booking(session=evening, seats=2).parties.get()

    with refused("count_everyone_together"):
        record(person, present=2, by=leader)
