"""A coordinator's page about one booking: what it shows, accepting, declining, cancelling."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from booking.models import Booking, Need
from booking.states import BookingState
from tests.attendance.counted import begun, reachable, said, words
from tests.booking.bookings_pages import LIST, page_of, pending
from tests.factories import create_booking, create_school, create_session, create_user, local
from workshops.models import Audience

pytestmark = pytest.mark.django_db


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
        'href="tel:+4520112233"',
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
        ("x" * 201, "The field Reason is too long: write at most 200 characters."),
        ("010203-1234", "The field Reason looks like a CPR number: remove it."),
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
