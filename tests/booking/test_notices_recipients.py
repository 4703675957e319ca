"""Which letter goes to whom, how often, and what that asks of the database."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.actions import bookings, mailboxes, moves
from booking.actions.parties import Booker, PersonParty
from booking.models import Booking, Contact, Errand
from booking.states import OverReason
from notifications.models import Notice
from tests import factories
from tests.booking.letters import with_mailbox
from tests.booking.orders import NOW, a_class, open_session, place, refused
from tests.notifications.letters import in_words
from workshops.models import Audience

pytestmark = pytest.mark.django_db


def kinds():
    return list(Notice.objects.order_by("pk").values_list("kind", "recipient"))


# --- who gets which ------------------------------------------------------------------------------


def test_booking_that_is_confirmed_at_once_tells_booker_and_school():
    school = with_mailbox()

    place(open_session(), a_class(school=school))

    assert kinds() == [
        ("confirmed", "lone@example.org"),
        ("school", f"kontor{school.number}@example.org"),
    ]
    assert not Errand.objects.exists()


def test_joined_classes_of_two_schools_tell_each_school_of_its_own_class():
    first, second = with_mailbox(name="Skolen A"), with_mailbox(name="Skolen B")

    place(
        open_session(capacity=99),
        a_class(school=first, label="7.A"),
        a_class(school=second, label="7.B"),
    )

    schools = Notice.objects.filter(kind="school")
    texts = {letter.recipient: in_words(letter).text for letter in schools}
    assert "7.A" in texts[f"kontor{first.number}@example.org"]
    assert "7.B" not in texts[f"kontor{first.number}@example.org"]
    assert "7.B" in texts[f"kontor{second.number}@example.org"]


def test_school_without_mailbox_becomes_an_errand():
    school = factories.create_school()

    booking = place(open_session(), a_class(school=school))

    errand = Errand.objects.get()
    assert (errand.kind, errand.booking, errand.school) == ("tell_school", booking, school)
    assert kinds() == [("confirmed", "lone@example.org")]


def test_school_hears_of_a_booking_only_when_its_mailbox_is_confirmed():
    """Anybody can type an address; only who reads its letters may speak to a school."""
    school = with_mailbox()
    booking = place(open_session(), a_class(school=school), needs_mailbox=True)
    before = kinds()

    mailboxes.confirm(booking, NOW)

    assert before == [("mailbox", "lone@example.org")]
    assert [kind for kind, _to in kinds()] == ["mailbox", "confirmed", "school"]


def test_school_is_told_once_however_the_booking_goes_on():
    workshop = factories.create_workshop(needs_approval=True)
    by = factories.create_user(role="coordinator")
    told, silent = with_mailbox(), factories.create_school()
    booking = place(
        open_session(workshop=workshop, capacity=99),
        a_class(school=told),
        a_class(school=silent),
        needs_mailbox=True,
    )

    mailboxes.confirm(booking, NOW)
    bookings.confirm(booking, by=by, now=NOW)

    assert [kind for kind, _to in kinds()] == [
        "mailbox",
        "awaiting_approval",
        "school",
        "confirmed",
    ]
    assert Errand.objects.count() == 1


def test_adults_tell_no_school():
    place(open_session(audience=Audience.PARENTS), PersonParty(seats=2))

    assert kinds() == [("confirmed", "lone@example.org")]
    assert not Errand.objects.exists()


def test_colleagues_get_a_letter_each():
    session = open_session(audience=Audience.PROFESSIONALS)

    for name in ("anna", "bo"):
        booker = Booker(name=name.title(), email=f"{name}@example.org", workplace="Kontoret")
        place(session, PersonParty(), contact=booker)

    assert kinds() == [("confirmed", "anna@example.org"), ("confirmed", "bo@example.org")]
    texts = [in_words(letter).text for letter in Notice.objects.all()]
    assert not [text for text in texts if "Anna" in text or "Bo " in text]


def test_waiting_booking_tells_the_booker_alone():
    session, school = open_session(capacity=20), with_mailbox()
    place(session, a_class(school=school, label="7.A"))
    Notice.objects.all().delete()

    place(session, a_class(school=school), wait=True)

    assert kinds() == [("waiting", "lone@example.org")]


def expire(booking):
    bookings.expire_due(now=NOW + datetime.timedelta(hours=3))


VERBS = [
    ("cancelled", lambda booking: bookings.cancel(booking, by=None, now=NOW)),
    (
        "cancelled",
        lambda booking: bookings.cancel(
            booking, by=None, reason=OverReason.BY_ORGANISER, why="Sygdom", now=NOW
        ),
    ),
    ("declined", lambda booking: bookings.decline(booking, by=None, why="Ingen tid", now=NOW)),
    ("expired", expire),
    ("moved", lambda booking: moves.move(booking, to=open_session(), by=None, now=NOW)),
]


@pytest.mark.parametrize(("kind", "verb"), VERBS)
def test_each_verb_writes_one_letter_however_often_it_is_repeated(kind, verb):
    booking = place(open_session(), needs_mailbox=True)
    Notice.objects.all().delete()

    verb(booking)
    if kind != "moved":
        verb(booking)

    assert kinds() == [(kind, "lone@example.org")]


def test_refused_verb_writes_no_letter():
    session = open_session(capacity=20)
    place(session)
    Notice.objects.all().delete()

    with refused("session_full"):
        place(session)

    assert kinds() == []


def test_booking_whose_contact_is_gone_can_still_be_cancelled():
    booking = place(open_session())
    Contact.objects.all().delete()
    Notice.objects.all().delete()

    bookings.cancel(Booking.objects.get(pk=booking.pk), by=None, now=NOW)

    assert kinds() == []


def test_moving_there_and_back_and_there_again_tells_each_time():
    here, there = open_session(), open_session()
    booking = place(here)

    for goal in (there, here, there):
        moves.move(booking, to=goal, by=None, now=NOW)

    assert Notice.objects.filter(kind="moved").count() == 3


# --- what it costs -------------------------------------------------------------------------------


def statements(run):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        run()
    return [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]


@pytest.mark.parametrize(("classes", "asked"), [(1, 9), (5, 9)])
def test_placing_asks_the_database_nine_times_whatever_the_number_of_classes(classes, asked):
    """Lock, schools, seats, booking, parties, contact, transition, mark, letters."""
    session, school = open_session(capacity=500), with_mailbox()
    order = [a_class(school=school, label=f"{number}.x") for number in range(classes)]

    said = statements(lambda: place(session, *order))

    assert len(said) == asked, said


def test_placing_from_a_hold_of_the_same_size_takes_no_seats_again():
    from booking.actions import holds

    session, school = open_session(), with_mailbox()
    hold = holds.hold(session, seats_wanted=20, client_key="c", now=NOW)

    said = statements(lambda: place(session, a_class(school=school), hold=hold))

    assert len(said) == 9, said
    assert not [sql for sql in said if sql.startswith("UPDATE")]
    assert len([sql for sql in said if sql.startswith("DELETE")]) == 1
