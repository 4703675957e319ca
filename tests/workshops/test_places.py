"""Where a session is held is said by one function, whoever reads it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import factories
from tests.cast import assemble, in_english
from workshops import places
from workshops.models import Audience


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("at", "room", "audience", "booker", "staff"),
    [
        ("Biblioteket", "Sal 2", Audience.PUPILS, "Biblioteket, Sal 2", "Biblioteket, Sal 2"),
        ("Biblioteket", "", Audience.PARENTS, "Biblioteket", "Biblioteket"),
        ("", "", Audience.PUPILS, "At your school", "At the school that books"),
        ("", "14", Audience.PUPILS, "At your school, 14", "At the school that books, 14"),
        ("", "Aulaen", Audience.PARENTS, "Aulaen", "Aulaen"),
        ("", "", Audience.PARENTS, "The place is announced later", "The place is announced later"),
        ("", "", Audience.PROFESSIONALS, *["The place is announced later"] * 2),
    ],
)
def test_place_is_told(at, room, audience, booker, staff):
    assert places.told(at, room, audience) == booker
    assert places.told(at, room, audience, to_staff=True) == staff


@pytest.mark.django_db
def test_evening_without_a_place_is_at_no_school_on_any_page_of_staff():
    session = factories.create_session(audience=Audience.PARENTS)
    booking = factories.create_booking(session=session)
    browser = in_english(assemble()["superuser"])

    for name, key in [
        ("manage:session", session.pk),
        ("manage:booking", booking.reference),
        ("manage:workshop-sessions", session.workshop_id),
        ("manage:session-count", session.pk),
    ]:
        answer = browser.get(reverse(name, args=[key]))
        text = answer.content.decode()
        assert (answer.status_code, "At the school" in text) == (200, False), name
        assert "The place is announced later" in text, name
