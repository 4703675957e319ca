"""The details page: what happens to the seats, and to dates that change meanwhile."""

import pytest

from booking.models import Booking, Draft, Hold
from tests import factories
from tests.booking.filling import PARENT, at, begun, errors, filled, know, sent, soon, teacher
from workshops.models import Audience, Session, Venue, Workshop

pytestmark = pytest.mark.django_db


def test_more_pupils_than_seats_says_how_many_there_are():
    session = factories.create_session(capacity=28)
    factories.create_booking(session=session, seats=10)

    answer = sent(session, teacher(factories.create_school(), pupils_1="24"), seats=16)

    assert list(errors(answer)) == ["pupils_1"]
    assert errors(answer)["pupils_1"].count("18") == 2
    assert Hold.objects.get().seats == 16


def test_fewer_pupils_free_the_rest():
    session = factories.create_session()

    filled(session, pupils_1="20")

    assert (Hold.objects.get().seats, Session.objects.get().seats_taken) == (20, 20)


def test_expired_hold_is_taken_again_while_there_is_room(time_machine):
    now = factories.local(2026, 3, 2, 9)
    time_machine.move_to(now, tick=False)
    session = factories.create_session()
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)

    page = client.get(at("booking-details", token))
    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert page.status_code == 200
    assert answer.status_code == 302
    assert Hold.objects.get().expires_at == factories.local(2026, 3, 2, 9, 50)
    assert Session.objects.get().seats_taken == 24


def test_loser_of_the_last_seats_keeps_everything_and_takes_another_date(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(capacity=24, starts=factories.local(2026, 3, 16))
    other = factories.create_session(
        workshop=session.workshop, starts=factories.local(2026, 3, 18), capacity=30
    )
    client, token = filled(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    factories.create_booking(session=Session.objects.get(pk=session.pk), seats=0)
    Hold.objects.all().delete()
    Session.objects.filter(pk=session.pk).update(seats_taken=0)
    factories.create_booking(session=Session.objects.get(pk=session.pk), seats=24)

    lost = client.post(at("booking-check", token))
    text = lost.content.decode()
    switched = client.post(at("booking-switch", token), {"session": other.reference})
    check = client.get(switched.url).content.decode()
    receipt = client.post(switched.url)

    assert lost.status_code == 409
    assert other.reference in text
    assert at("booking-leave", token) in text
    assert switched.url == at("booking-check", token)
    assert "Lone Lærer" in check
    assert receipt.url == at("booking-receipt", token)
    assert Booking.objects.get(contact__email="lone@example.org").session == other


def test_details_sent_too_late_are_kept_for_another_date(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(capacity=24, starts=factories.local(2026, 3, 16))
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    Hold.objects.all().delete()
    Session.objects.update(seats_taken=0)
    factories.create_booking(session=Session.objects.get(), seats=24)

    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert answer.status_code == 409
    assert Draft.objects.get().answers["name"] == "Lone Lærer"
    assert 'value="Lone Lærer"' in client.get(at("booking-details", token)).content.decode()


def test_details_for_a_date_closed_meanwhile_are_kept_for_another(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    session = factories.create_session(starts=factories.local(2026, 3, 16))
    other = factories.create_session(workshop=session.workshop, starts=factories.local(2026, 3, 18))
    client, token = begun(session)
    time_machine.move_to(factories.local(2026, 3, 2, 9, 30), tick=False)
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)

    answer = client.post(at("booking-details", token), teacher(factories.create_school()))
    text = answer.content.decode()
    switched = client.post(at("booking-switch", token), {"session": other.reference})

    assert answer.status_code == 409
    assert "<h1>Datoen kan ikke længere bookes</h1>" in text
    assert "fm-pill" not in text.partition("</h1>")[2].partition("<h2>")[0]
    assert "Ret antallet" not in text
    assert "Tilbage til dine oplysninger" in text
    assert switched.url == at("booking-check", token)
    assert "Lone Lærer" in client.get(switched.url).content.decode()


def test_switch_to_a_full_date_leaves_all_as_it_was():
    session = factories.create_session()
    full = factories.create_session(workshop=session.workshop, capacity=5, starts=soon(20))
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": full.reference})

    assert answer.status_code == 409
    assert Draft.objects.get().session == session
    taken = Session.objects.order_by("starts").values_list("seats_taken", flat=True)
    assert list(taken) == [24, 0]


def test_switch_to_a_date_at_the_school_asks_where_to_meet():
    session = factories.create_session()
    at_school = factories.create_session(workshop=session.workshop, starts=soon(20))
    session.venue = Venue.objects.create(name="Biblioteket")
    session.save()
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": at_school.reference})

    assert answer.url == at("booking-details", token)
    text = client.get(answer.url).content.decode()
    assert "Udfyld det, der mangler" in text
    assert 'value="Lone Lærer"' in text
    assert 'name="meeting_place"' in text


def test_switch_to_a_date_at_a_venue_forgets_the_room_of_the_school():
    session = factories.create_session()
    there = factories.create_session(workshop=session.workshop, starts=soon(20))
    there.venue = Venue.objects.create(name="Biblioteket")
    there.save()
    client, token = filled(session)

    answer = client.post(at("booking-switch", token), {"session": there.reference})

    assert answer.url == at("booking-check", token)
    assert "Lokale 14" not in client.get(answer.url).content.decode()
    assert "meeting_place" not in Draft.objects.get().answers


def test_switch_before_anything_was_typed_leads_to_the_form():
    session = factories.create_session()
    other = factories.create_session(workshop=session.workshop, starts=soon(20))
    client, token = begun(session)

    answer = client.post(at("booking-switch", token), {"session": other.reference})

    assert answer.url == at("booking-details", token)
    assert "Udfyld det, der mangler" not in client.get(answer.url).content.decode()


def test_switch_to_another_audience_or_an_unknown_date_is_refused():
    evening = factories.create_session(audience=Audience.PARENTS)
    client, token = filled(factories.create_session())

    wrong = client.post(at("booking-switch", token), {"session": evening.reference})
    unknown = client.post(at("booking-switch", token), {"session": "none"})
    unreadable = client.post(at("booking-switch", token), {"session": "\0"})

    assert (wrong.status_code, unknown.status_code, unreadable.status_code) == (409, 404, 404)
    assert Draft.objects.get().session != evening


def test_time_is_extended_once(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    client, token = begun(factories.create_session())
    time_machine.move_to(factories.local(2026, 3, 2, 9, 15), tick=False)

    first = client.post(at("hold-extend", token))
    page = client.get(first.url).content.decode()
    second = client.post(at("hold-extend", token), {"check": "1"})

    assert first.url == at("booking-details", token)
    assert "kl. 9.35" in page
    assert at("hold-extend", token) not in page
    assert second.url == at("booking-check", token)
    assert Hold.objects.get().expires_at == factories.local(2026, 3, 2, 9, 35)


def test_leaving_frees_the_seats_and_forgets_everything():
    session = factories.create_session()
    client, token = filled(session)

    answer = client.post(at("booking-leave", token))

    assert answer.url == f"/workshops/{session.workshop.slug}/"
    assert (Draft.objects.count(), Hold.objects.count()) == (0, 0)
    assert Session.objects.get().seats_taken == 0
    assert client.get(at("booking-details", token)).status_code == 404


def test_leaving_after_the_booking_leaves_it_alone():
    client, token = filled(factories.create_session())
    client.post(at("booking-check", token))

    client.post(at("booking-leave", token))

    assert Booking.objects.count() == Draft.objects.count() == 1


def test_session_that_was_cancelled_meanwhile_offers_other_dates():
    session = factories.create_session()
    other = factories.create_session(workshop=session.workshop, starts=soon(20))
    client, token = filled(session)
    Session.objects.filter(pk=session.pk).update(state=Session.State.CLOSED)

    answer = client.post(at("booking-check", token))

    assert answer.status_code == 409
    assert other.reference in answer.content.decode()


def test_workshop_that_was_paused_meanwhile_takes_no_booking():
    session = factories.create_session()
    other = factories.create_session(starts=soon(20))
    client, token = filled(session)
    Workshop.objects.filter(pk=session.workshop_id).update(state=Workshop.State.PAUSED)

    answer = client.post(at("booking-check", token))

    assert answer.status_code == 409
    assert other.reference in answer.content.decode()
    assert Booking.objects.count() == 0


def test_school_that_closed_meanwhile_is_said_at_the_school():
    school = factories.create_school()
    client, token = filled(factories.create_session(), school=school.number)
    school.closings.create(closed_from=factories.local(2020, 1, 1).date())

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["school"]
    assert Booking.objects.count() == 0


def test_parent_who_is_signed_up_is_told_at_the_address():
    session = factories.create_session(audience=Audience.PARENTS)
    know(PARENT["email"])
    first, one = filled(session, seats=2, known=False)
    first.post(at("booking-check", one))
    client, token = filled(session, seats=2, known=False)

    answer = client.post(at("booking-check", token))

    assert list(errors(answer)) == ["email"]
    assert Booking.objects.count() == 1
