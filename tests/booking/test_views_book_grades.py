"""A class outside the grades of a workshop: asked about once, noted for staff, never refused."""

import html

import pytest
from django.test import Client

from booking.models import Booking, Draft
from tests import factories
from tests.booking.filling import at, filled, teacher
from tests.cast import in_english, seat
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
ASKED = "Is this the right workshop?"


def session_for(first=8, last=10, **more):
    """A session of a workshop for these grades."""
    session = factories.create_session(**more)
    Workshop.objects.filter(pk=session.workshop_id).update(grade_from=first, grade_to=last)
    session.workshop.refresh_from_db()
    return session


def checked(session, *, label="6.b", **more):
    """The browser, the token, and the check page of a class."""
    client, token = filled(session, client=in_english(Client()), label_1=label, **more)
    return client, token, said(client, token)


def said(client, token):
    return html.unescape(client.get(at("booking-check", token)).content.decode())


def book(client, token, *labels):
    return client.post(at("booking-check", token), {"go_on": list(labels)})


# --- the question ------------------------------------------------------------------------------


def test_class_outside_the_grades_is_asked_about_and_booked_all_the_same():
    client, token, page = checked(session_for())

    assert ASKED in page
    assert "made for grades 8–10, and 6.b seems to be another grade" in page
    assert "Book this workshop all the same" in page
    assert page.count('class="button button-primary"') == 1
    answer = book(client, token, "6.b")

    assert (answer.status_code, answer.url) == (302, at("booking-receipt", token))
    assert Booking.objects.get().parties.get().label == "6.b"


@pytest.mark.parametrize("label", ["8.b", "10.X", "Specialklassen", "M1", "2.g", "8/9"])
def test_class_of_these_grades_or_of_none_is_not_asked_about(label):
    client, token, page = checked(session_for(), label=label)

    assert ASKED not in page
    assert book(client, token).url == at("booking-receipt", token)


def test_workshop_for_everybody_asks_nothing():
    _client, _token, page = checked(session_for(None, None))

    assert ASKED not in page


def test_only_the_classes_outside_are_named():
    client, token, page = checked(
        session_for(capacity=60), rows="3", label_2="8.A", pupils_2="5", label_3="5.c", pupils_3="5"
    )

    assert "6.b, 5.c seem to be other grades" in page
    assert book(client, token, "6.b", "5.c").url == at("booking-receipt", token)


def test_booking_waits_for_the_answer():
    """A page from before, another tab, a program: whoever was not asked is asked."""
    client, token, _page = checked(session_for())

    answers = [book(client, token), book(client, token, "5.c")]

    assert [one.status_code for one in answers] == [409] * 2
    assert all(ASKED in one.content.decode() for one in answers)
    assert Booking.objects.count() == 0
    assert ASKED in said(client, token)


# --- the answer --------------------------------------------------------------------------------


def test_answer_is_kept_when_the_seats_have_gone_meanwhile():
    session = session_for(capacity=30)
    client, token, _page = checked(session)
    draft = Draft.objects.get()
    draft.hold.delete()
    type(session).objects.filter(pk=session.pk).update(seats_taken=30)

    refused = book(client, token, "6.b")

    assert refused.status_code == 409
    other = factories.create_session(workshop=session.workshop)
    moved = client.post(at("booking-switch", token), {"session": other.reference})
    assert moved.url == at("booking-check", token)
    assert ASKED not in said(client, token)
    assert book(client, token).url == at("booking-receipt", token)


def test_answer_is_kept_when_the_details_are_gone_through_again():
    session, school = session_for(), factories.create_school()
    client, token, _page = checked(session, school=school.number)
    Draft.objects.update(answers={**Draft.objects.get().answers, "grades_accepted": ["6b 8 10"]})
    assert ASKED not in said(client, token)

    client.post(at("booking-details", token), teacher(school, label_1="6 B", name="Bo"))
    assert ASKED not in said(client, token)
    client.post(at("booking-details", token), teacher(school, label_1="5.c"))
    assert ASKED in said(client, token)


def test_answer_holds_for_the_grades_that_were_asked_about():
    session = session_for()
    client, token, _page = checked(session)
    Draft.objects.update(answers={**Draft.objects.get().answers, "grades_accepted": ["6b 8 10"]})

    Workshop.objects.update(grade_from=9)

    assert ASKED in said(client, token)


@pytest.mark.parametrize(
    ("grade", "leads_to"),
    [("6", "/?audience=pupils&grade=6"), ("0", "/?audience=pupils&grade=0")],
)
def test_who_chooses_another_sees_what_fits_and_gives_the_seats_back(grade, leads_to):
    session = session_for(1, 5) if grade == "6" else session_for()
    client, token, page = checked(session, label=f"{grade}.b")

    assert f'formaction="{at("booking-leave", token)}" name="grade" value="{grade}"' in page
    answer = client.post(at("booking-leave", token), {"grade": grade})

    assert (answer.status_code, answer.url) == (302, leads_to)
    session.refresh_from_db()
    assert session.seats_taken == 0
    assert Draft.objects.count() == 0
    assert client.get(leads_to).status_code == 200


@pytest.mark.parametrize("grade", ["", "11", "x", "//evil.example"])
def test_leaving_otherwise_leads_to_the_workshop(grade):
    session = session_for()
    client, token, _page = checked(session)

    answer = client.post(at("booking-leave", token), {"grade": grade})

    assert answer.url == f"/workshops/{session.workshop.slug}/"


# --- the note ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "grade", "marked"),
    [("6.b", None, True), ("8.b", None, False), ("M1", None, False), ("M1", 6, True), ("6.b", 9, False)],
)  # fmt: skip
def test_staff_see_a_class_outside_the_grades(label, grade, marked):
    session = session_for()
    leader = factories.create_user(role="facilitator")
    session.facilitators.add(leader)
    booking = factories.create_booking(session=session, label=label)
    booking.parties.update(grade=grade)
    karen = in_english(seat(factories.create_user(role="coordinator")))
    anna = in_english(seat(leader))

    pages = [
        karen.get(f"/manage/bookings/{booking.reference}/"),
        karen.get("/manage/bookings/"),
        karen.get(f"/manage/sessions/{session.pk}/"),
        anna.get("/facilitate/?coming=all"),
    ]

    note = f'<span class="fm-pill fm-pill-short">{label}: outside grades 8–10</span>'
    assert [note in page.content.decode() for page in pages] == [marked] * 4


def test_parents_are_asked_about_no_grade():
    session = session_for(audience="forældre")
    client, token = filled(session, client=in_english(Client()), seats=2)

    assert ASKED not in said(client, token)
    assert book(client, token).url == at("booking-receipt", token)
