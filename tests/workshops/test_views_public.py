"""The catalogue and the page of one workshop, as anybody's browser sees them."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.cast import in_english
from tests.factories import create_session, create_topic, create_venue
from tests.workshops.offering import offered
from workshops.models import Audience, District, Session, Workshop

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}


@pytest.fixture
def browser() -> Client:
    return in_english(Client())


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def titles(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/workshops/[^"]+">([^<]+)</a></h2>', page)


# --- the catalogue -----------------------------------------------------------------------------


def test_card_says_what_for_whom_when_where_how_many_and_the_price(browser):
    workshop = offered(
        "Demokrati",
        sessions=0,
        title_en="Democracy",
        summary_en="We disagree well.",
        grade_from=7,
        grade_to=9,
        minutes=120,
        topic=create_topic(title="Samfund", title_en="Society"),
    )
    session = create_session(workshop=workshop, capacity=18)
    Session.objects.filter(pk=session.pk).update(venue=create_venue(name="Kulturhuset"))

    page = browser.get("/").content.decode()
    card = text_of(page.split('<li class="fm-card')[1])

    for part in ("Society", "Democracy", "We disagree well.", "Grades 7–9", "2 hours"):
        assert part in card
    for part in ("Kulturhuset", "18 free places", "Free of charge"):
        assert part in card
    assert (
        f'<time datetime="{timezone.localtime(session.starts).isoformat(timespec="minutes")}">'
        in page
    )


def test_sold_out_workshop_stays_and_says_so(browser):
    workshop = offered("Popular")
    Session.objects.filter(workshop=workshop).update(seats_taken=30)

    page = browser.get("/").content.decode()

    assert titles(page) == ["Popular"]
    assert "All places are taken" in page


def test_page_of_nobody_sets_no_cookie_and_asks_no_session(browser, django_assert_num_queries):
    offered("Democracy")
    browser.get("/")

    with django_assert_num_queries(2) as asked:
        answer = browser.get("/")

    assert answer.cookies == {}
    assert not any("session_key" in query["sql"] for query in asked.captured_queries)
    assert "csrfmiddlewaretoken" not in answer.content.decode()


@pytest.mark.parametrize("many", [1, 30])
def test_catalogue_asks_twice_with_few_and_many(browser, django_assert_num_queries, many):
    for number in range(many):
        offered(f"Workshop {number}", sessions=2)

    with django_assert_num_queries(2):
        page = browser.get("/").content.decode()

    assert len(titles(page)) == many


# --- filters in the address --------------------------------------------------------------------


def test_filters_of_the_address_are_ticked_and_work_without_a_script(browser):
    topic = create_topic(title_en="Society", title="Samfund")
    offered("Wanted", topic=topic, grade_from=7, grade_to=9)
    offered("Other")
    District.objects.create(number=7, name="Valby")
    address = f"/?q=wanted&audience=pupils&grade=8&topic={topic.slug}&district=7&language=da&free=1"

    page = browser.get(address).content.decode()

    assert titles(page) == ["Wanted"]
    assert re.search(r'<input class="form-input" type="search"[^>]* value="wanted"', page)
    for ticked in ('value="pupils" checked', 'value="8" selected', f'value="{topic.slug}" checked', 'value="7" selected', 'value="da" selected', 'value="1" checked'):  # fmt: skip
        assert ticked in page, ticked
    assert '<form class="fm-filters" id="filters" method="get" action="/"' in page
    assert re.search(r'<button[^>]*type="submit"[^>]*form="filters"', page)


def test_search_text_is_shown_as_text(browser):
    page = browser.get("/", {"q": '"><script>alert(1)</script>'}).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_zero_hits_say_so_and_offer_to_begin_again(browser):
    offered("Democracy")

    page = browser.get("/?q=football").content.decode()

    assert "<strong>0</strong> workshops" in page
    assert '<a class="button button-secondary" href="/">Show all workshops</a>' in page


def test_empty_catalogue_says_so(browser):
    page = browser.get("/").content.decode()

    assert "There are no workshops in the catalogue just now." in page
    assert "Show all workshops" not in page


def test_search_engines_keep_the_catalogue_and_none_of_its_filters(browser):
    plain, filtered = (browser.get(a).content.decode() for a in ("/", "/?free=1"))

    canonical = f'<link rel="canonical" href="{project.SITE_URL}/">'
    assert canonical in plain
    assert canonical in filtered
    assert "noindex" not in plain
    assert '<meta name="robots" content="noindex, follow">' in filtered
    assert '<meta name="description"' in plain


# --- htmx --------------------------------------------------------------------------------------


def test_script_gets_the_list_and_the_count_alone(browser):
    offered("Democracy")

    part = browser.get("/", headers=HTMX).content.decode()
    page = browser.get("/").content.decode()

    assert "<html" not in part
    assert titles(part) == titles(page) == ["Democracy"]
    assert re.search(r'<hx-partial hx-target="#count"[^>]*>\s*<strong>1</strong> workshop', part)
    assert '<p class="fm-count" id="count" role="status">' in page
    assert "hx-partial" not in page


def test_script_going_back_in_history_gets_the_page(browser):
    answer = browser.get("/", headers={**HTMX, "hx-history-restore-request": "true"})

    assert "<html" in answer.content.decode()


def test_list_and_page_are_told_apart_by_caches(browser):
    vary = {part.strip() for part in browser.get("/")["Vary"].split(",")}

    assert {"HX-Request", "Cookie"} <= vary


def test_only_the_catalogue_loads_htmx(browser):
    workshop = offered("Democracy")

    pages = {a: browser.get(a).content.decode() for a in ("/", f"/workshops/{workshop.slug}/", "/privacy/")}  # fmt: skip

    assert ["htmx" in page for page in pages.values()] == [True, False, False]


# --- the page of one workshop ------------------------------------------------------------------


def test_workshop_says_all_a_teacher_needs(browser):
    workshop = offered(
        "Democracy",
        description="What we do.\n\nAnd then.",
        preparation="Make groups.",
        school_provides="A room.",
        summary="In brief.",
        grade_from=7,
        grade_to=9,
        minutes=90,
        needs_approval=True,
    )

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    for part in ("What we do.", "And then.", "Make groups.", "A room.", "Grades 7–9", "90 minutes"):
        assert part in page
    for part in ("A teacher is present", "A coordinator looks at each booking", "Free of charge"):
        assert part in page
    assert '<meta name="description" content="In brief.">' in page
    assert f'<link rel="canonical" href="{project.SITE_URL}/workshops/{workshop.slug}/">' in page
    assert page.count("<h1>") == 1


def test_text_of_a_workshop_is_shown_as_text(browser):
    workshop = offered("<b>Bold</b>", description="<script>x</script>", summary='"quoted"')

    for address in ("/", f"/workshops/{workshop.slug}/"):
        page = browser.get(address).content.decode()
        assert "<b>Bold" not in page
        assert "<script>x" not in page


def test_each_free_date_is_booked_by_a_form_of_its_own(browser):
    workshop = offered("Democracy", sessions=3)

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    actions = re.findall(r'<form class="fm-pick-form" method="post" action="([^"]+)"', page)
    assert actions == [
        reverse("public:booking-begin", args=[workshop.slug, session.reference])
        for session in workshop.sessions.order_by("starts")
    ]
    assert page.count(">Book workshop</button>") == 3
    assert page.count("csrfmiddlewaretoken") == 3
    assert page.count("<details name=") == 3
    assert len(re.findall(r"<details name=\"dates\" open", page)) == 1


@pytest.mark.parametrize(
    ("audience", "label", "value"),
    [
        (Audience.PUPILS, "Number of pupils", ""),
        (Audience.PARENTS, "Number of adults", "1"),
        (Audience.PROFESSIONALS, "Number of colleagues", "1"),
    ],
)
def test_form_asks_each_audience_for_its_number(browser, audience, label, value):
    workshop = offered("Democracy", audience=audience)

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    field = re.search(r'<input class="form-input"[^>]*name="seats"[^>]*>', page).group()
    identity = re.search(r'id="([^"]+)"', field).group(1)
    assert f'<label class="form-label" for="{identity}">{label}</label>' in page
    assert f'value="{value}"' in field
    assert 'type="text"' in field
    assert 'inputmode="numeric"' in field
    assert "required" not in field


def test_full_date_has_no_form_and_names_the_nearest(browser):
    workshop = offered("Democracy", sessions=2)
    full, free = workshop.sessions.order_by("starts")
    Session.objects.filter(pk=full.pk).update(seats_taken=30)

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    row = page.split(f'id="{full.reference}"')[1].split("</li>")[0]
    assert "All places are taken" in row
    assert "<form" not in row
    assert f'<a href="#{free.reference}">' in row
    assert f'id="{free.reference}"' in page


def test_workshop_with_every_date_full_says_so_without_a_dead_end(browser):
    workshop = offered("Democracy")
    workshop.sessions.update(seats_taken=30)

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    assert "All places are taken on every date." in page
    assert "Book workshop" not in page
    assert "See the dates" not in page


def test_workshop_without_dates_says_so(browser):
    workshop = offered("Democracy", sessions=0)

    page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    assert "There are no dates just now." in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("draft", "The page was not found"),
        ("paused", "This workshop is not offered just now."),
        ("archived", "This workshop is not offered just now."),
    ],
)
def test_workshop_that_is_not_offered_is_not_found_and_shows_no_date(browser, state, words):
    workshop = offered("Democracy", description="Secret plans")
    Workshop.objects.filter(pk=workshop.pk).update(state=state)

    answer = browser.get(f"/workshops/{workshop.slug}/")

    page = answer.content.decode()
    assert answer.status_code == 404
    assert words in page
    assert "Secret plans" not in page
    assert "Book workshop" not in page


@pytest.mark.parametrize("many", [1, 30])
def test_workshop_page_asks_twice_with_few_and_many_dates(browser, django_assert_num_queries, many):
    workshop = offered("Democracy", sessions=many)

    with django_assert_num_queries(2):
        page = browser.get(f"/workshops/{workshop.slug}/").content.decode()

    assert page.count('<li class="fm-pick"') == many


@pytest.mark.parametrize("address", ["/", "/workshops/x/", "/privacy/"])
def test_pages_are_only_looked_at(browser, address):
    assert browser.post(address).status_code == 405
