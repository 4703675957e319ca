import datetime
import uuid

import pytest

from booking.actions import bookings
from booking.actions.parties import Booker, PersonParty
from booking.models import Booking, Contact, Party, Transition
from tests import factories
from tests.booking.orders import NOW, STARTS, TEACHER, a_class, open_session, place, refused, taken
from workshops.models import Audience, Mark, SchoolClosing, Session

pytestmark = pytest.mark.django_db


def test_place_for_a_class_is_confirmed_and_takes_its_seats():
    session, school, by = open_session(), factories.create_school(), factories.create_user()
    course = factories.create_course()

    booking = place(
        session, a_class(school=school, adults=2, grade=7, course=course), by=by, language="en"
    )

    stored, party = Booking.objects.get(), Party.objects.get()
    assert (booking.pk, stored.state, stored.seats, stored.language) == (
        stored.pk,
        "confirmed",
        20,
        "en",
    )
    assert (stored.expires_at, stored.created_at, taken(session)) == (None, NOW, 20)
    assert (party.kind, party.school, party.label, party.folded_label) == (
        "class",
        school,
        "7.B",
        "7b",
    )
    assert (party.seats, party.adults, party.grade, party.course) == (20, 2, 7, course)
    assert (party.live, party.session, party.person_key) == (True, session, "")
    move = Transition.objects.get()
    assert (move.origin, move.target, move.by, move.at) == ("", "confirmed", by, NOW)
    assert [mark.session for mark in Mark.objects.all()] == [session]


def test_place_keeps_the_contact_until_its_last_day(settings):
    settings.CONTACT_DAYS = 14
    place(open_session())

    contact = Contact.objects.get()
    assert (contact.name, contact.email, contact.mobile) == (
        "Lone Lærer",
        "lone@example.org",
        "+4520304050",
    )
    assert contact.expires_on == datetime.date(2026, 3, 30)


def test_place_for_joined_classes_makes_a_party_for_each():
    session, school = open_session(capacity=50), factories.create_school()

    booking = place(session, a_class(school=school), a_class(school=school, label="7.C", seats=18))

    assert (booking.seats, taken(session)) == (38, 38)
    assert sorted(booking.parties.values_list("label", "seats")) == [("7.B", 20), ("7.C", 18)]


def test_place_for_a_parent_is_a_person_with_a_key():
    session = open_session(audience=Audience.PARENTS)

    booking = place(session, PersonParty(seats=2))

    party = booking.parties.get()
    assert (party.kind, party.seats, party.school, party.label) == ("person", 2, None, "")
    assert len(party.person_key) == 64
    assert "lone" not in party.person_key


@pytest.mark.parametrize(
    ("fields", "approval", "deadline"),
    [
        ({"needs_mailbox": True}, False, NOW + datetime.timedelta(hours=2)),
        (
            {"needs_mailbox": True, "mailbox_deadline": datetime.timedelta(days=60)},
            False,
            STARTS - datetime.timedelta(seconds=1),
        ),
        ({}, True, STARTS),
        ({"needs_mailbox": True}, True, NOW + datetime.timedelta(hours=2)),
    ],
)
def test_place_waits_for_a_mailbox_or_an_approval(fields, approval, deadline):
    workshop = factories.create_workshop(needs_approval=approval)
    session = open_session(workshop=workshop)

    booking = place(session, **fields)

    assert (booking.state, booking.expires_at, taken(session)) == ("pending", deadline, 20)


def test_who_was_told_to_await_approval_does_also_when_the_workshop_asks_for_it_no_more():
    workshop = factories.create_workshop(needs_approval=True)
    booking = place(open_session(workshop=workshop))
    unknown = place(open_session(workshop=workshop), needs_mailbox=True)

    workshop.needs_approval = False
    workshop.save()

    booking, unknown = (Booking.objects.get(pk=each.pk) for each in (booking, unknown))
    assert list(Booking.objects.awaiting_decision(NOW)) == [booking]
    assert (booking.awaits_mailbox, unknown.awaits_mailbox) == (False, True)


def test_place_in_a_full_session_is_refused_and_leaves_nothing():
    session = open_session(capacity=25)
    place(session)
    Mark.objects.all().delete()

    with refused("session_full"):
        place(session)

    assert (Booking.objects.count(), Party.objects.count(), taken(session)) == (1, 1, 20)
    assert not Mark.objects.exists()


def test_place_in_a_full_session_can_wait():
    session = open_session(capacity=25)
    place(session)

    booking = place(session, wait=True)

    assert (booking.state, booking.expires_at, taken(session)) == ("waiting", STARTS, 20)
    assert booking.parties.get().live


def test_place_that_may_wait_takes_seats_where_there_are_some():
    booking = place(open_session(), wait=True)

    assert booking.state == "confirmed"


def test_place_again_with_the_same_key_returns_the_same_booking():
    session, key, party = open_session(), uuid.uuid4(), a_class()
    first = place(session, party, request_key=key)

    again = place(session, party, request_key=key, now=NOW + datetime.timedelta(minutes=1))

    assert again == first
    assert (Booking.objects.count(), Transition.objects.count(), taken(session)) == (1, 1, 20)


def test_place_again_with_the_same_key_is_known_when_the_session_is_full_or_closed():
    session, key, party = open_session(capacity=20), uuid.uuid4(), a_class()
    first = place(session, party, request_key=key)
    Session.objects.update(state=Session.State.CLOSED)

    assert place(session, party, request_key=key) == first


@pytest.mark.parametrize(
    "other",
    [
        {"contact": Booker(name="En Anden", email="lone@example.org")},
        {"language": "en"},
        {"wait": True},
    ],
)
def test_place_with_a_known_key_and_other_content_is_refused(other):
    session, key, party = open_session(), uuid.uuid4(), a_class()
    place(session, party, request_key=key)

    with refused("request_key_reused"):
        place(session, party, request_key=key, **other)


@pytest.mark.parametrize("change", [{"seats": 21}, {"label": "7.C"}, {"adults": 1}, {"grade": 7}])
def test_place_with_a_known_key_and_another_class_is_refused(change):
    session, school, key = open_session(), factories.create_school(), uuid.uuid4()
    place(session, a_class(school=school), request_key=key)

    with refused("request_key_reused"):
        place(session, a_class(school=school, **change), request_key=key)


def test_place_with_a_known_key_and_another_school_course_or_number_of_people_is_refused():
    classes, evening = open_session(), open_session(audience=Audience.PARENTS)
    school, course = factories.create_school(), factories.create_course()
    of_class, of_parent = uuid.uuid4(), uuid.uuid4()
    place(classes, a_class(school=school), request_key=of_class)
    place(evening, PersonParty(seats=2), request_key=of_parent)

    for session, party, key in (
        (classes, a_class(), of_class),
        (classes, a_class(school=school, course=course), of_class),
        (evening, PersonParty(seats=3), of_parent),
    ):
        with refused("request_key_reused"):
            place(session, party, request_key=key)


def test_place_with_a_known_key_in_another_session_is_refused():
    key, party = uuid.uuid4(), a_class()
    place(open_session(), party, request_key=key)

    with refused("request_key_reused"):
        place(open_session(), party, request_key=key)


def test_place_for_a_class_that_is_booked_is_refused():
    session, school = open_session(capacity=50), factories.create_school()
    place(session, a_class(school=school, label="7.B"))

    with refused("class_already_booked"):
        place(session, a_class(school=school, label=" 7 b "))

    assert taken(session) == 20


def test_place_for_the_same_class_twice_in_one_booking_is_refused():
    school = factories.create_school()

    with refused("class_already_booked"):
        place(
            open_session(capacity=50),
            a_class(school=school),
            a_class(school=school, label="7b", seats=1),
        )


def test_place_for_a_class_whose_booking_is_over_or_elsewhere():
    session, school = open_session(capacity=50), factories.create_school()
    bookings.cancel(place(session, a_class(school=school)), by=None, now=NOW)

    place(open_session(), a_class(school=school))
    place(session, a_class(school=factories.create_school()))
    again = place(session, a_class(school=school))

    assert again.state == "confirmed"


def test_place_for_a_person_who_is_signed_up_is_refused():
    session = open_session(audience=Audience.PROFESSIONALS)
    place(session, PersonParty(seats=1))

    with refused("person_already_signed_up"):
        place(
            session,
            PersonParty(seats=3),
            contact=Booker(name="L", email=" LONE@Example.org "),
        )

    assert taken(session) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"state": Session.State.CLOSED}, "session_not_open"),
        ({"state": Session.State.DRAFT}, "session_not_open"),
        ({"state": Session.State.CANCELLED}, "session_not_open"),
        ({"starts": NOW}, "session_begun"),
    ],
)
def test_place_in_a_session_that_cannot_be_booked_is_refused(fields, code):
    session = open_session(**fields)

    with refused(code):
        place(session)

    assert not Session.objects.bookable(NOW).exists()


def test_place_a_moment_before_the_start():
    session = open_session(starts=NOW + datetime.timedelta(microseconds=1))

    assert place(session).state == "confirmed"


@pytest.mark.parametrize(
    ("audience", "party", "code"),
    [
        (Audience.PUPILS, [PersonParty(seats=1)], "wrong_party"),
        (Audience.PARENTS, ["class"], "wrong_party"),
        (Audience.PROFESSIONALS, ["class"], "wrong_party"),
        (Audience.PARENTS, [PersonParty(), PersonParty()], "wrong_party"),
        (Audience.PUPILS, [], "party_missing"),
    ],
)
def test_place_for_somebody_else_than_the_audience_is_refused(audience, party, code):
    session = open_session(audience=audience)
    parties = [a_class() if each == "class" else each for each in party]

    with refused(code):
        bookings.place(session, parties=parties, contact=TEACHER, request_key=uuid.uuid4(), now=NOW)


def test_place_for_a_school_that_is_closed_on_the_day_is_refused():
    school, session = factories.create_school(), open_session(capacity=50)
    SchoolClosing.objects.create(school=school, closed_from=datetime.date(2026, 3, 16))

    with refused("school_closed"):
        place(session, a_class(school=school), a_class())

    day_before = open_session(starts=STARTS - datetime.timedelta(days=1))
    assert place(day_before, a_class(school=school)).state == "confirmed"


def test_place_for_an_institution_that_is_no_school_is_refused():
    with refused("school_closed"):
        place(open_session(), a_class(school=factories.create_school(type_code="2013")))


def test_place_in_an_unknown_language_is_refused():
    with refused("language_unknown"):
        place(open_session(), language="tlh")
