"""What is booked is what was seen: changes between the check page and its button are shown first."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from booking.actions import filling, placing
from booking.models import Booking, Draft
from booking.views import book, drafting
from tests import factories
from tests.booking.filling import COLLEAGUES, at, begun, filled, pick, teacher
from tests.booking.orders import refused
from tests.cast import in_english
from workshops.models import Audience, Session

pytestmark = pytest.mark.django_db
CHANGED = "Something has been changed since you looked at this page."
LATER = datetime.timedelta(days=1)


def seen(client, token):
    """What the check page sends along, and what it says."""
    page = html.unescape(client.get(at("booking-check", token)).content.decode())
    return {"shown": re.findall(r'name="shown" value="([0-9a-f]{20})"', page)[0]}, page


def press(client, token, sent):
    return client.post(at("booking-check", token), sent)


def move(session, **changes):
    """Somebody of the staff changes the date."""
    changes = changes or {"starts": session.starts + LATER, "ends": session.ends + LATER}
    Session.objects.filter(pk=session.pk).update(**changes)


@pytest.fixture
def opened():
    """A class whose form stands at the check page."""
    session = factories.create_session()
    return (session, *filled(session, client=in_english(Client())))


@pytest.mark.parametrize(
    "change",
    [
        lambda _session: {},
        lambda session: {"ends": session.ends + datetime.timedelta(minutes=15)},
        lambda _session: {"venue": factories.create_venue(), "school": None},
        lambda _session: {"room": "Sal 2"},
        lambda _session: {"language": "en"},
    ],
    ids=["day", "end", "place", "room", "language"],
)
def test_date_changed_meanwhile_is_shown_before_it_is_booked(opened, change):
    session, client, token = opened
    sent, _page = seen(client, token)
    move(session, **change(session))

    answer = press(client, token, sent)

    assert answer.status_code == 409
    assert CHANGED in html.unescape(answer.content.decode())
    assert Booking.objects.count() == 0
    again = press(client, token, seen(client, token)[0])
    assert (again.status_code, again.url) == (302, at("booking-receipt", token))
    assert Booking.objects.get().seats == 24


def test_page_of_the_change_can_be_sent_as_it_is(opened):
    session, client, token = opened
    sent, _page = seen(client, token)
    move(session)

    page = press(client, token, sent).content.decode()
    [shown] = re.findall(r'name="shown" value="([0-9a-f]{20})"', page)

    assert str(timezone.localtime(session.starts + LATER).day) in page
    assert press(client, token, {"shown": shown}).status_code == 302


def test_date_changed_while_the_button_is_answered_is_shown_too(opened, monkeypatch):
    session, client, token = opened
    sent, _page = seen(client, token)
    monkeypatch.setattr(book.throttles, "spend_all", lambda *_said: move(session))

    answer = press(client, token, sent)

    assert answer.status_code == 409
    assert CHANGED in html.unescape(answer.content.decode())
    assert Booking.objects.count() == 0


def test_other_staff_for_the_same_date_ask_nobody_again(opened):
    session, client, token = opened
    sent, page = seen(client, token)
    move(session, deliverer=factories.create_deliverer(), revision=session.revision + 1)

    assert CHANGED not in page
    assert press(client, token, sent).status_code == 302


def test_answers_changed_in_another_tab_are_shown_before_they_are_booked(opened):
    _session, client, token = opened
    sent, _page = seen(client, token)
    client.post(
        at("booking-details", token), teacher(factories.create_school(), pupils_1="20", adults="3")
    )

    answer = press(client, token, sent)

    assert answer.status_code == 409
    assert "7.B: 20 pupils" in answer.content.decode()
    assert Booking.objects.count() == 0


def test_colleagues_are_asked_together():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    filled(session, seats=2)
    draft = Draft.objects.select_related("session__workshop", "hold").get()
    move(session)

    with refused("session_changed"):
        placing.place(draft, language="da")
    assert Booking.objects.count() == 0


def test_accepted_class_leaves_what_another_tab_wrote(opened):
    _session, client, token = opened
    mine = Draft.objects.select_related("session__workshop").get()
    client.post(at("booking-details", token), teacher(factories.create_school(), pupils_1="20"))

    filling.accept_grades(mine)

    assert Draft.objects.get().answers["classes"] == [["7.B", 20]]


# --- as many as seats are held -------------------------------------------------------------------


def test_begun_again_with_fewer_seats_several_classes_are_asked_anew():
    session = factories.create_session(capacity=60)
    client, token = filled(session, rows="2", label_2="8.A", pupils_2="10", seats=34)
    pick(session, 20, client=client)

    check, posted = client.get(at("booking-check", token)), client.post(at("booking-check", token))

    assert [one.url for one in (check, posted)] == [at("booking-details", token)] * 2
    assert Booking.objects.count() == 0
    assert Draft.objects.get().hold.seats == 20


def test_begun_again_with_fewer_seats_colleagues_are_asked_anew():
    session = factories.create_session(audience=Audience.PROFESSIONALS)
    client, token = filled(session, seats=2)
    pick(session, 1, client=client)

    assert client.get(at("booking-check", token)).url == at("booking-details", token)


def test_more_rows_than_there_can_be_are_refused_and_none_is_dropped():
    session = factories.create_session(audience=Audience.PROFESSIONALS, capacity=30)
    client, token = begun(session, 10)
    people = {f"name_{row}": f"P {row}" for row in range(1, 13)}
    mails = {f"email_{row}": f"p{row}@example.org" for row in range(1, 13)}

    answer = client.post(
        at("booking-details", token), {**COLLEAGUES, **people, **mails, "rows": "12"}
    )

    assert answer.status_code == 422
    assert Draft.objects.get().answers == {"seats": 10}


# --- other tabs ----------------------------------------------------------------------------------


def test_leaving_what_was_booked_meanwhile_shows_the_receipt(opened, monkeypatch):
    _session, client, token = opened
    stale = Draft.objects.select_related("hold", "session__workshop").get()
    press(client, token, seen(client, token)[0])
    monkeypatch.setattr(drafting.drafts, "find", lambda *_token, **_now: stale)

    answer = client.post(at("booking-leave", token))

    assert (answer.status_code, answer.url) == (302, at("booking-receipt", token))
    assert Booking.objects.count() == 1


def test_tab_that_loses_to_the_button_shows_the_receipt(opened, monkeypatch):
    _session, client, token = opened
    really_save = filling.save_answers

    def saved_late(draft, **answers):
        press(client, token, seen(client, token)[0])
        return really_save(draft, **answers)

    monkeypatch.setattr(filling, "save_answers", saved_late)
    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert (answer.status_code, answer.url) == (302, at("booking-receipt", token))
    assert Booking.objects.count() == 1


def test_tab_that_loses_to_leaving_says_that_the_form_is_gone(opened, monkeypatch):
    _session, client, token = opened
    really_save = filling.save_answers

    def saved_late(draft, **answers):
        client.post(at("booking-leave", token))
        return really_save(draft, **answers)

    monkeypatch.setattr(filling, "save_answers", saved_late)
    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    assert answer.status_code == 404
    assert Draft.objects.count() == 0


def test_too_many_open_forms_are_shown_and_what_was_typed_is_kept(time_machine):
    time_machine.move_to(factories.local(2026, 3, 2, 9), tick=False)
    first, *others = (factories.create_session(starts=factories.local(2026, 3, 16)) for _ in "1234")
    client, token = begun(first, client=in_english(Client()))
    time_machine.move_to(factories.local(2026, 3, 2, 9, 21), tick=False)
    for other in others:
        pick(other, client=client)

    answer = client.post(at("booking-details", token), teacher(factories.create_school()))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("Open the form") == 3
    assert Draft.objects.get(session=first).answers["email"] == "lone@example.org"


# --- full, and over ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"starts": timezone.now() - LATER}, "already begun"),
        ({"state": Session.State.CLOSED}, "not open for booking"),
    ],
)
def test_full_date_that_is_over_or_closed_is_refused_for_that(changes, said):
    session = factories.create_session(capacity=10)
    Session.objects.filter(pk=session.pk).update(seats_taken=10, **changes)

    _client, answer = pick(session, 5, client=in_english(Client()))

    assert answer.status_code == 409
    assert said in answer.content.decode()
