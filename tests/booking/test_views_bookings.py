"""A coordinator's pages about bookings: find, decide, cancel, and take along as a spreadsheet."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.utils import timezone, translation

from booking.models import Booking, Contact, Need
from booking.reports import bookings as export
from booking.states import BookingState
from tests import cast as people
from tests.booking.counted import begun, browser, english, reachable, said, words
from tests.factories import (
    create_booking,
    create_school,
    create_school_version,
    create_session,
    create_user,
    create_workshop,
    local,
)
from workshops.models import Audience, Session

pytestmark = pytest.mark.django_db
LIST, CSV = "/manage/bookings/", "/manage/bookings/bookings.csv"
ROLES = {
    "anonymous": 302,
    "stranger": 403,
    "facilitator": 403,
    "coordinator": 200,
    "manager": 200,
    "superuser": 200,
}


@pytest.fixture
def karen():
    """A coordinator at a browser."""
    return browser("coordinator", name="Karen")


@pytest.fixture
def cast():
    return {role: english(client) for role, client in people.assemble().items()}


def page_of(booking):
    return f"{LIST}{booking.reference}/"


def listed(answer):
    return [row.booking for row in answer.context["rows"]]


def pending(**fields):
    """A booking that waits for a coordinator."""
    session = create_session(workshop=create_workshop(needs_approval=True), **fields)
    return create_booking(session=session, state=BookingState.PENDING, expires_at=session.starts)


def sheet(answer):
    """The lines of the spreadsheet, its first one too."""
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def states(booking):
    booking.refresh_from_db()
    return [booking.state, *booking.transitions.order_by("pk").values_list("why", flat=True)][::2]


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), ROLES.items())
def test_pages_are_for_coordinators(cast, role, status):
    booking = create_booking()

    answers = [cast[role].get(page) for page in (LIST, page_of(booking), CSV)]

    assert [answer.status_code for answer in answers] == [status] * 3
    if status != 200:
        assert all(b"Booker" not in answer.content for answer in answers)


@pytest.mark.parametrize("role", ["anonymous", "stranger", "facilitator"])
@pytest.mark.parametrize("verb", ["accept", "decline", "cancel"])
def test_deciding_is_for_coordinators(cast, role, verb):
    booking = pending()

    cast[role].post(page_of(booking), {"verb": verb, f"{verb}-why": "Nej."})

    booking.refresh_from_db()
    assert booking.state == BookingState.PENDING


@pytest.mark.parametrize("path", ["NOSUCHONE/", "-1/", "999999/", "%27OR%201/", "%00/"])
def test_booking_that_is_not_there(karen, path):
    assert karen.get(LIST + path).status_code == 404
    assert karen.post(LIST + path, {"verb": "cancel"}).status_code == 404


@pytest.mark.parametrize("page", [LIST, CSV])
def test_list_only_shows(karen, page):
    assert karen.post(page).status_code == 405


# --- finding -----------------------------------------------------------------------------------


@pytest.fixture
def three():
    """Three bookings that differ in everything one can ask for."""
    first, second, third = (
        create_booking(
            session=create_session(starts=local(2031, 3, day, hour)),
            school=create_school(number=f"10000{day}", name=name),
            state=state,
        )
        for day, hour, name, state in (
            (3, 23, "Valby Skole", BookingState.CONFIRMED),
            (4, 0, "Ålholm Skole", BookingState.CANCELLED),
            (5, 10, "Østre Skole", BookingState.WAITING),
        )
    )
    reachable(first, name="Jens Holm", email="jens@example.org")
    reachable(second, name="Ida Lund", email="ida@example.org")
    reachable(third, name="Ib Krog", email="ib@example.com")
    return {"a": first, "b": second, "c": third}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "cba"),
        ({"q": "reference:a"}, "a"),
        ({"q": "  REFERENCE:b "}, "b"),
        ({"q": "valby"}, "a"),
        ({"q": "alholm"}, "b"),
        ({"q": "Ålholm"}, "b"),
        ({"q": "100005"}, "c"),
        ({"q": "jens"}, "a"),
        ({"q": "LUND"}, "b"),
        ({"q": "ib@example.com"}, "c"),
        ({"q": "example.org"}, "ba"),
        ({"q": "skole"}, "cba"),
        ({"q": "%"}, ""),
        ({"q": "findes ikke"}, ""),
        ({"state": "cancelled"}, "b"),
        ({"state": "decision"}, ""),
        ({"since": "2031-03-04"}, "cb"),
        ({"until": "2031-03-03"}, "a"),
        ({"since": "2031-03-04", "until": "2031-03-04"}, "b"),
        ({"workshop": "c"}, "c"),
        ({"q": "skole", "state": "waiting"}, "c"),
    ],
)
def test_search_and_filters_list_and_spreadsheet_alike(karen, three, asked, found):
    query = dict(asked)
    if "reference:" in query.get("q", "").lower():
        letter = query["q"].strip()[-1]
        query["q"] = (
            query["q"].lower().replace(f"reference:{letter}", three[letter].reference.lower())
        )
    if "workshop" in query:
        query["workshop"] = three[query["workshop"]].session.workshop_id

    answer, rows = karen.get(LIST, query), sheet(karen.get(CSV, query))[1:]

    assert listed(answer) == [three[letter] for letter in found]
    assert {row[0] for row in rows} == {three[letter].reference for letter in found}


def test_awaiting_a_decision_is_not_awaiting_a_mailbox(karen):
    waits = pending()
    mailbox = create_booking(session=waits.session, seats=2, state=BookingState.PENDING)
    create_booking(state=BookingState.PENDING)
    assert mailbox.expires_at < waits.session.starts

    assert listed(karen.get(LIST, {"state": "decision"})) == [waits]
    assert "Awaiting a decision" in words(karen.get(page_of(waits)))
    assert "Awaiting confirmation" in words(karen.get(page_of(mailbox)))


def test_booking_replaced_by_an_import_is_not_listed(karen):
    booking = create_booking(state=BookingState.CANCELLED)
    Booking.objects.update(over_reason="superseded")

    assert listed(karen.get(LIST)) == []
    assert page_of(booking) not in words(karen.get(LIST))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("state", "abc", "Choose a state from the list."),
        ("workshop", "-1", "Choose a workshop from the list."),
        ("since", "x", "From date is not a date."),
        ("since", "0001-01-01", "From date is not a date."),
        ("until", "9999-12-31", "To and including is not a date."),
        ("page", "-1", ""),
        ("page", "abc", ""),
        ("page", "999999", ""),
    ],
)
def test_rubbish_narrows_nothing_and_says_so(karen, name, value, message):
    booking = create_booking()

    answer = karen.get(LIST, {name: value})

    assert answer.status_code == 200
    assert listed(answer) == [booking]
    assert message in words(answer)
    assert len(sheet(karen.get(CSV, {name: value}))) == 2


@pytest.mark.parametrize("text", ["\x00", "x" * 500, "' OR 1=1 --", "\\"])
def test_odd_searches_find_nothing(karen, text):
    create_booking()

    assert karen.get(LIST, {"q": text}).status_code == 200
    assert karen.get(CSV, {"q": text}).status_code == 200


def test_pages_keep_the_search(karen):
    session = create_session(capacity=100)
    school = create_school(name="Valby Skole")
    for number in range(51):
        create_booking(session=session, seats=1, school=school, label=f"{number}.x")

    first = karen.get(LIST, {"q": "valby"})

    assert len(listed(first)) == 50
    assert 'href="?q=valby&amp;page=2"' in words(first)
    assert len(listed(karen.get(LIST, {"q": "valby", "page": 2}))) == 1


@pytest.mark.parametrize("query", [{}, {"q": "nobody"}])
def test_empty_list_says_so(karen, query):
    assert 'class="fm-empty"' in words(karen.get(LIST, query))


@pytest.mark.parametrize("number", [1, 30])
def test_list_costs_the_same_with_1_and_30(karen, number, django_assert_num_queries):
    for _number in range(number):
        create_booking()
    karen.get(LIST)

    with django_assert_num_queries(LIST_QUERIES):
        answer = karen.get(LIST)

    assert len(listed(answer)) == number


LIST_QUERIES = 9


# --- one booking -------------------------------------------------------------------------------


def test_page_shows_everything_a_coordinator_needs(karen):
    session = create_session(starts=local(2031, 3, 3))
    booking = create_booking(
        session=session, label="7.B", seats=24, adults=2, school=create_school(name="Valby Skole")
    )
    reachable(booking, name="Jens Holm", mobile="20 11 22 33", meeting_place="Kontoret")
    Need.objects.create(booking=booking, code="step_free", expires_on=session.local_date)

    shown = words(karen.get(page_of(booking)))

    for part in (
        booking.reference,
        "7.B, Valby Skole",
        "24 pupils, 2 adults",
        "Jens Holm",
        'href="tel:20112233"',
        "Kontoret",
        "Step-free access",
        f'href="/manage/sessions/{session.pk}/"',
        "Confirmed · ",
        "Cancel the booking",
    ):
        assert part in shown
    assert "Accept the booking" not in shown


def test_person_has_no_class(karen):
    booking = create_booking(session=create_session(audience=Audience.PARENTS), seats=2)

    assert "Class</dt>" not in words(karen.get(page_of(booking)))


def test_deleted_contact_is_explained(karen):
    booking = create_booking(contact=False)

    assert "The contact is deleted" in words(karen.get(page_of(booking)))
    assert "Contact deleted" in words(karen.get(LIST))


# --- deciding ----------------------------------------------------------------------------------


def test_pending_booking_is_accepted(karen):
    booking = pending()

    shown = words(karen.get(page_of(booking)))
    answer = karen.post(page_of(booking), {"verb": "accept"})

    assert ["Accept the booking" in shown, "Decline the booking" in shown] == [True, True]
    assert "Cancel the booking" not in shown
    assert (answer.status_code, answer.url) == (302, page_of(booking))
    assert said(answer) == ["The booking is accepted."]
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert booking.transitions.last().by == karen.user


def test_pending_booking_is_declined_with_a_reason(karen):
    booking = pending()

    answer = karen.post(
        page_of(booking), {"verb": "decline", "decline-why": " Kun for 7. klasse. "}
    )

    assert said(answer) == ["The booking is declined."]
    booking.refresh_from_db()
    assert booking.state == BookingState.DECLINED
    assert booking.transitions.last().why == "Kun for 7. klasse."
    booking.session.refresh_from_db()
    assert booking.session.seats_taken == 0


def test_confirmed_booking_is_cancelled_by_the_organiser(karen):
    booking = create_booking()

    answer = karen.post(page_of(booking), {"verb": "cancel", "cancel-why": "Underviseren er syg."})

    assert said(answer) == ["The booking is cancelled."]
    booking.refresh_from_db()
    assert (booking.state, booking.over_reason) == (BookingState.CANCELLED, "organiser")
    shown = words(karen.get(page_of(booking)))
    assert "cancelled by the organiser" in shown
    assert "Underviseren er syg." in shown
    assert "Karen" in shown
    assert "What to do" not in shown


@pytest.mark.parametrize("verb", ["decline", "cancel"])
@pytest.mark.parametrize(
    ("why", "message"),
    [
        ("", "The reason is missing: write in a sentence why."),
        ("x" * 201, "The reason is too long: write at most 200 characters."),
        ("010203-1234", "The field reason looks like a CPR number: remove it."),
    ],
)
def test_reason_that_is_refused(karen, verb, why, message):
    booking = pending() if verb == "decline" else create_booking()
    before = booking.state

    answer = karen.post(page_of(booking), {"verb": verb, f"{verb}-why": why})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"why": [message]}
    assert message in words(answer)
    booking.refresh_from_db()
    assert booking.state == before


@pytest.mark.parametrize("verb", ["", "abc", "-1", "999999", "expire", "accept"])
def test_verb_that_is_none_changes_nothing(karen, verb):
    booking = create_booking()

    answer = karen.post(page_of(booking), {"verb": verb, f"{verb}-why": "Nej."})

    assert said(answer) == ["This cannot be done with the booking any more. Look again."]
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


@pytest.mark.parametrize("verb", ["accept", "decline", "cancel"])
def test_second_press_changes_nothing(karen, verb):
    booking = create_booking() if verb == "cancel" else pending()
    sent = {"verb": verb, f"{verb}-why": "Nej."}

    answers = [karen.post(page_of(booking), sent) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert booking.transitions.count() == 2


def test_booking_of_a_session_that_has_begun_stays(karen):
    session = begun(create_user(role="facilitator"))
    booking = session.bookings.get()

    shown = words(karen.get(page_of(booking)))
    karen.post(page_of(booking), {"verb": "cancel", "cancel-why": "Nej."})

    assert "The session has begun, so the booking stays." in shown
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_overdue_booking_cannot_be_accepted(karen):
    booking = pending()
    Booking.objects.update(expires_at=timezone.now() - datetime.timedelta(minutes=1))

    shown = words(karen.get(page_of(booking)))

    assert "Accept the booking" not in shown
    assert "Decline the booking" in shown


@pytest.mark.parametrize("state", BookingState)
def test_page_of_every_state(karen, state):
    booking = create_booking(state=state)

    assert karen.get(page_of(booking)).status_code == 200


# --- the spreadsheet ---------------------------------------------------------------------------


def test_spreadsheet_opens_as_it_should(karen):
    session = create_session(starts=local(2031, 7, 3, 9), workshop=create_workshop(title="Æbler"))
    Session.objects.filter(pk=session.pk).update(room="Lokale 2")
    booking = create_booking(
        session=session,
        label="7.B",
        seats=24,
        adults=2,
        school=create_school(number="123456", name="Valby Skole"),
    )
    reachable(booking, name="Jens Holm", mobile="20112233", email="jens@example.org")
    Booking.objects.update(created_at=local(2031, 1, 2, 0, 30))

    answer = karen.get(CSV)
    raw = b"".join(answer.streaming_content)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings.csv"'
    assert raw.startswith(b"\xef\xbb\xbfReference;State;Workshop;Date;")
    assert raw.endswith(b"\r\n")
    assert sheet(karen.get(CSV))[1] == [
        booking.reference,
        "confirmed",
        "Æbler",
        "03-07-2031",
        "09:00",
        "10:30",
        "Lokale 2",
        "Valby Skole",
        "123456",
        "7.B",
        "24",
        "2",
        "Jens Holm",
        "jens@example.org",
        "20112233",
        "02-01-2031",
    ]


def test_headings_are_in_the_readers_language(karen):
    karen.cookies["django_language"] = "da"
    karen.defaults["HTTP_ACCEPT_LANGUAGE"] = "da"

    with translation.override("da"):
        danish = [str(heading) for heading in export.HEADINGS]

    assert sheet(karen.get(CSV))[0] == danish
    assert danish[3] == "Dato"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_becomes_a_formula(karen, sign):
    evil = f"{sign}HYPERLINK(1)"
    booking = create_booking(
        session=create_session(workshop=create_workshop(title=evil)),
        school=create_school(name=evil),
        label=evil,
    )
    Session.objects.update(room=evil)
    Contact.objects.filter(booking=booking).update(name=evil, email=evil, mobile=evil)

    row = sheet(karen.get(CSV))[1]

    assert row.count(f"'{evil}") == 7
    assert not any(cell.startswith(sign) for cell in row)


def test_joined_classes_are_one_line(karen):
    booking = create_booking(label="7.A", seats=20, adults=1)
    party = booking.parties.get()
    party.pk, party.label, party.folded_label, party.adults = None, "7.B", "7b", 2
    party.save()

    row = sheet(karen.get(CSV))[1]

    assert (row[9], row[11]) == ("7.A, 7.B", "3")
    assert row[8] == party.school.number


def test_school_is_called_what_it_was_on_the_day(karen):
    school = create_school(name="Gamle Skole")
    create_school_version(school=school, valid_from=datetime.date(2031, 3, 4), name="Nye Skole")
    for day in (3, 4):
        create_booking(session=create_session(starts=local(2031, 3, day)), school=school, label="1")

    assert [row[7] for row in sheet(karen.get(CSV))[1:]] == ["Gamle Skole", "Nye Skole"]


def test_deleted_contact_leaves_blank_cells(karen):
    create_booking(contact=False)

    assert sheet(karen.get(CSV))[1][12:15] == ["", "", ""]


@pytest.mark.parametrize("number", [1, 30])
def test_spreadsheet_costs_the_same_with_1_and_30(karen, number, django_assert_num_queries):
    for _number in range(number):
        create_booking()
    karen.get(LIST)

    with django_assert_num_queries(CSV_QUERIES):
        rows = sheet(karen.get(CSV))

    assert len(rows) == number + 1


CSV_QUERIES = 7


def test_every_chunk_is_written(karen, monkeypatch):
    monkeypatch.setattr(export, "A_CHUNK", 2)
    bookings = {create_booking().reference for _number in range(5)}

    chunks = list(karen.get(CSV).streaming_content)

    assert len(chunks) == 4
    assert {row[0] for row in sheet(karen.get(CSV))[1:]} == bookings
