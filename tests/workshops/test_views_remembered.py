"""Pages rendered once for everybody: never older than the rows, and never somebody else's."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from tests.cast import in_english, seat
from tests.factories import create_school, create_session, create_topic, create_user, local
from tests.workshops.offering import offered
from workshops.models import District, SchoolVersion, Session, Topic, Workshop
from workshops.views import remembered

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("address", ["/", "/workshops/{slug}/"])


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """Rows of other tests may look alike; none of their pages may stand in for ours."""
    remembered._KEPT.clear()


def text(address: str, workshop: Workshop, browser: Client | None = None) -> str:
    browser = browser or in_english(Client())
    return browser.get(address.format(slug=workshop.slug)).content.decode()


def pages_kept() -> list[str]:
    """The addresses of whole pages, not of their pieces, in the order in which they came."""
    return [key[1] for key in remembered._KEPT if isinstance(key[1], str)]


def seats_of(page: str) -> list[str]:
    return re.findall(r'fm-pill-\w+">([^<]+)<', page)


def tokens_of(page: str) -> list[str]:
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)


# --- never older than the request --------------------------------------------------------------


@BOTH
def test_page_is_rendered_once_while_nothing_changes(address, monkeypatch):
    workshop = offered("Democracy")
    first = text(address, workshop)
    monkeypatch.delattr(remembered, "render_to_string")

    assert re.sub(r'value="\w+"', "", text(address, workshop)) == re.sub(r'value="\w+"', "", first)


@BOTH
def test_seats_are_those_of_this_request(address):
    workshop = offered("Democracy")
    seen = []
    for taken in (0, 12, 30, 3):
        Session.objects.filter(workshop=workshop).update(seats_taken=taken)
        seen += seats_of(text(address, workshop))

    assert seen == ["30 free places", "18 free places", "All places are taken", "27 free places"]


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Changed"},
        {"summary": "Changed"},
        {"description": "Changed"},
        {"preparation": "Changed"},
        {"school_provides": "Changed"},
        {"title_en": "Changed"},
    ],
)
def test_text_of_a_workshop_is_that_of_this_request(change):
    workshop = offered("Democracy")
    before = text("/workshops/{slug}/", workshop)
    Workshop.objects.filter(pk=workshop.pk).update(**change)

    assert "Changed" not in before
    assert "Changed" in text("/workshops/{slug}/", workshop)


@BOTH
def test_name_of_a_topic_is_that_of_this_request(address):
    workshop = offered("Democracy", topic=create_topic(title="Before"))
    before = text(address, workshop)
    Topic.objects.update(title="After")
    after = text(address, workshop)

    assert ["Before" in page for page in (before, after)] == [True, False]
    assert "After" in after


@BOTH
def test_name_of_a_school_where_a_session_is_held_is_that_of_this_request(address):
    """It stands in a table that is read beside the rows."""
    workshop, school = offered("Democracy"), create_school(name="Skolen før")
    workshop.sessions.update(school=school, venue=None)
    before = text(address, workshop)
    SchoolVersion.objects.filter(school=school).update(name="Skolen efter")
    after = text(address, workshop)

    assert ["Skolen før" in page for page in (before, after)] == [True, False]
    assert "Skolen efter" in after


def test_chosen_district_without_dates_has_the_name_of_this_request():
    workshop = offered("Democracy")
    District.objects.create(number=7, name="Before")
    before = text("/?district=7", workshop)
    District.objects.update(name="After")

    assert "Before" in before
    assert "After" in text("/?district=7", workshop)


@pytest.mark.parametrize("state", ["paused", "archived", "draft"])
def test_workshop_that_was_remembered_is_gone_with_its_state(state):
    workshop, browser = offered("Democracy", description="What we do"), in_english(Client())
    address = f"/workshops/{workshop.slug}/"
    answers = [browser.get(address)]
    for now in (state, "published"):
        Workshop.objects.filter(pk=workshop.pk).update(state=now)
        answers.append(browser.get(address))

    assert [answer.status_code for answer in answers] == [200, 404, 200]
    assert ["What we do" in a.content.decode() for a in answers] == [True, False, True]


def test_year_of_a_date_is_left_out_only_in_that_year():
    workshop = offered("Democracy", sessions=0)
    full = create_session(workshop=workshop, capacity=5)
    create_session(workshop=workshop)
    spring = local(2031, 3, 3, 10)
    Session.objects.update(starts=spring, ends=spring + datetime.timedelta(hours=2))
    Session.objects.filter(pk=full.pk).update(seats_taken=5)
    seen = {}
    for day in ("2030-12-31 12:00+00:00", "2031-01-01 12:00+00:00"):
        with time_machine.travel(day, tick=False):
            row = text("/workshops/{slug}/", workshop).split("Nearest with free places:")[1]
            seen[day[:4]] = "2031, " in row.split("</li>")[0]

    assert seen == {"2030": True, "2031": False}


@BOTH
def test_page_in_one_language_is_not_shown_in_the_other(address):
    workshop = offered("Demokrati", title_en="Democracy")

    english, danish = text(address, workshop), text(address, workshop, Client())

    assert ("Democracy" in english, "Demokrati" in english) == (True, False)
    assert ("Democracy" in danish, "Demokrati" in danish) == (False, True)


# --- never somebody else's ---------------------------------------------------------------------


@BOTH
def test_page_of_somebody_signed_in_is_not_shown_to_others(address):
    workshop, manager = offered("Democracy"), seat(create_user(role="manager", name="Mette"))
    pages = [text(address, workshop, browser) for browser in (manager, Client(), manager)]

    assert ["(Mette)" in page for page in pages] == [True, False, True]
    assert manager.get(address.format(slug=workshop.slug))["Cache-Control"] == "no-store, private"


@BOTH
def test_message_of_one_browser_is_not_kept_for_the_next(address):
    """Of one that has logged out: its message is all that it still has."""
    workshop, person, told = offered("Democracy"), seat(create_user()), Client()
    person.post(reverse("account_logout"))
    told.cookies["messages"] = person.cookies["messages"].value

    assert 'class="alert' in text(address, workshop, told)
    assert pages_kept() == []
    assert 'class="alert' not in text(address, workshop)


def test_no_two_visitors_share_a_token_and_each_can_book_with_its_own():
    workshop = offered("Democracy", sessions=2)
    session = workshop.sessions.order_by("starts")[0]
    signed_in = seat(create_user())
    browsers = [Client(enforce_csrf_checks=True) for _each in range(3)]
    browsers[2].cookies[project.SESSION_COOKIE_NAME] = signed_in.cookies[
        project.SESSION_COOKIE_NAME
    ].value
    tokens = [tokens_of(text("/workshops/{slug}/", workshop, browser)) for browser in browsers]
    begin = reverse("public:booking-begin", args=[workshop.slug, session.reference])

    def book(browser, token):
        return browser.post(begin, {"seats": "3", "csrfmiddlewaretoken": token}).status_code

    assert [len(found) for found in tokens] == [2, 2, 3]  # one to log out with
    assert len({token for found in tokens for token in found}) == 3
    assert remembered._ANY_TOKEN not in str(tokens)
    assert book(browsers[0], tokens[1][0]) == 403
    assert [book(b, found[0]) for b, found in zip(browsers, tokens, strict=True)] == [302] * 3


def test_token_is_new_at_every_look_and_the_secret_behind_it_stays():
    workshop, browser = offered("Democracy"), Client()
    seen = [
        (text("/workshops/{slug}/", workshop, browser), browser.cookies["csrftoken"].value)
        for _look in range(2)
    ]

    assert tokens_of(seen[0][0]) != tokens_of(seen[1][0])
    assert seen[0][1] == seen[1][1]


def test_page_without_a_form_of_its_own_sets_no_cookie():
    workshop = offered("Democracy")
    Session.objects.update(seats_taken=30)
    answers = [
        Client().get(address) for address in ("/", f"/workshops/{workshop.slug}/") for _look in "12"
    ]

    assert [answer.cookies for answer in answers] == [{}] * 4


# --- bounded -----------------------------------------------------------------------------------


@BOTH
def test_remembered_pages_are_bounded(address, monkeypatch):
    monkeypatch.setattr(remembered, "MOST", 3)
    workshop = offered("Democracy")

    for number in range(10):
        text(f"{address}?unknown={number}", workshop)
        assert len(remembered._KEPT) <= 3
    assert [address.rpartition("=")[2] for address in pages_kept()][-2:] == ["8", "9"]


@BOTH
def test_remembered_or_not_the_same_two_questions_are_asked(address, django_assert_num_queries):
    workshop = offered("Democracy", sessions=5)
    text(address, workshop)
    remembered._KEPT.clear()

    for _look in range(2):
        with django_assert_num_queries(2):
            text(address, workshop)
