"""Plain pages for everybody, the menu and the foot of every page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from config import menu, pages
from tests.cast import in_english, seat
from tests.factories import create_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_brand(monkeypatch):
    """What the brand is called is remembered for good; tests give it other names."""
    monkeypatch.setattr(pages, "_brand", pages._brand.__wrapped__)


@pytest.fixture
def browser() -> Client:
    return in_english(Client())


def menu_of(page: str) -> list[str]:
    nav = page.split('<nav class="fm-nav')[1].split("</nav>", maxsplit=1)[0]
    return [text.strip() for text in re.findall(r"<a [^>]*>([^<]+)</a>", nav)]


# --- privacy and the accessibility statement ---------------------------------------------------


def test_privacy_names_who_is_responsible_and_when_it_is_deleted(browser, settings):
    settings.BRAND_OWNER, settings.BRAND_ADDRESS = "Havneby Kommune", "Torvet 1"
    settings.BRAND_EMAIL, settings.BRAND_PHONE = "post@havneby.example", "20 30 40 50"
    settings.BRAND_DPO_EMAIL = "dpo@havneby.example"

    page = browser.get("/privacy/").content.decode()

    assert "Havneby Kommune is responsible for your details." in page
    assert "Torvet 1." in page
    assert '<a href="mailto:dpo@havneby.example">' in page
    assert '<a href="tel:+4520304050">' in page
    assert f"{settings.CONTACT_DAYS} days after the workshop" in page
    assert f"Practical needs: {settings.NEED_DAYS} days" in page


def test_statement_is_at_the_address_the_law_wants(browser, settings):
    settings.WAS_URL = "https://was.digst.dk/havneby-dk"

    answer = browser.get("/was")
    page = browser.get("/privacy/").content.decode()

    assert (answer.status_code, answer.url) == (302, "https://was.digst.dk/havneby-dk")
    assert '<a href="/was">Accessibility statement</a>' in page


def test_without_another_address_the_statement_is_here(browser, settings):
    settings.WAS_URL = ""

    assert browser.get("/was").status_code == 200
    assert '<a href="/was">Accessibility statement</a>' in browser.get("/privacy/").content.decode()


def test_statement_has_its_danish_name(settings):
    settings.WAS_URL = "https://was.digst.dk/x"

    assert ">Tilgængelighedserklæring</a>" in Client().get("/privacy/").content.decode()


# --- the frame ---------------------------------------------------------------------------------


def test_sender_and_ways_to_reach_him_are_on_every_page(browser, settings):
    settings.BRAND_NAME, settings.BRAND_TAGLINE_EN = "Havneby", "Come and learn"
    settings.BRAND_OWNER, settings.BRAND_PHONE = "Havneby Kommune", "20 30 40 50"
    settings.BRAND_EMAIL = "post@havneby.example"

    for address in ("/", "/privacy/", "/accounts/login/", "/nowhere"):
        page = browser.get(address).content.decode()
        assert "· Havneby</title>" in page
        assert "Come and learn" in page
        foot = page.split("<footer")[1]
        for part in (
            "Havneby Kommune",
            "tel:+4520304050",
            "mailto:post@havneby.example",
            "/my/lost/",
        ):
            assert part in foot


def test_tagline_falls_back_to_the_danish_one(browser, settings):
    settings.BRAND_TAGLINE, settings.BRAND_TAGLINE_EN = "Kom og lær", ""

    assert "Kom og lær" in browser.get("/privacy/").content.decode()


def test_skip_link_is_the_first_stop_and_leads_to_the_content(browser):
    page = browser.get("/privacy/").content.decode()

    first = re.search(r"<a [^>]*>", page.split("<body>")[1]).group()
    assert first == '<a class="skipnav" href="#main">'
    assert '<main id="main" tabindex="-1">' in page


def test_menu_of_nobody_has_the_catalogue_and_the_own_booking(browser):
    assert menu_of(browser.get("/privacy/").content.decode()) == ["Find a workshop", "Your booking"]


@pytest.mark.parametrize(
    ("role", "missing"),
    [
        ("facilitator", {entry.address for entry in menu.ENTRIES} - {"facilitate:sessions"}),
        ("coordinator", {"manage:goals", "manage:staff-list", "manage:reports"}),
        ("manager", set()),
    ],
)
def test_menu_has_what_the_role_may_and_nothing_else(role, missing):
    browser = in_english(seat(create_user(role=role)))

    page = browser.get("/privacy/").content.decode()

    nav = page.split('<nav class="fm-nav')[1].split("</nav>")[0]
    built = {entry.address: menu.address_of(entry.address) for entry in menu.ENTRIES}
    shown = {name for name, address in built.items() if f'<a href="{address}"' in nav}
    assert shown == {name for name, address in built.items() if address} - missing
    assert {"Find a workshop", "My sessions"} <= set(menu_of(page))
    assert "Administration" not in menu_of(page)


def test_menu_marks_the_page_one_is_on_also_below_it():
    browser = seat(create_user(role="manager"))

    for address in ("/manage/staff/", "/manage/staff/invite/"):
        page = browser.get(address).content.decode()
        assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == ["/manage/staff/"]


def test_menu_asks_nothing_for_somebody_without_a_session(browser, django_assert_num_queries):
    with django_assert_num_queries(0):
        browser.get("/privacy/")


def test_session_that_is_over_is_the_menu_of_nobody(browser):
    browser.cookies["sessionid"] = "forgotten"

    page = browser.get("/privacy/").content.decode()

    assert menu_of(page) == ["Find a workshop", "Your booking"]


def test_way_out_names_who_leaves():
    browser = in_english(seat(create_user(role="manager", name="Mette")))

    page = browser.get("/manage/staff/").content.decode()

    assert re.search(r'Log out<span class="sr-only"> \(Mette\)</span>', page)
