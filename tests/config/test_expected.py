"""Addresses that browsers, crawlers, auditors and people try without having been told of them."""

from __future__ import annotations

import datetime
import json
import re
import struct
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from config import expected
from tests.factories import create_workshop
from tests.services import ROOT
from tests.test_house import PUBLIC, every_address
from workshops.models import Workshop

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
# What a search engine may show, and what pages are drawn with; all else is closed to crawlers.
OPEN = {
    *("public:catalogue", "public:workshop", "public:privacy", "public:was", "was-slash"),
    *("brand_css", "robots", "sitemap", "manifest", "favicon", "apple-touch-icon"),
    *("apple-touch-icon-old", "security", "security-old", "change-password"),
}


@pytest.fixture
def browser() -> Client:
    return Client()


def texts(answer) -> dict[str, list[str]]:
    """The fields of a text file, each with its values."""
    found: dict[str, list[str]] = {}
    for line in answer.content.decode().splitlines():
        name, colon, value = line.partition(": ")
        if colon:
            found.setdefault(name, []).append(value)
    return found


# --- crawlers ----------------------------------------------------------------------------------


def is_closed(path: str, closed: list[str]) -> bool:
    """As RFC 9309 reads it: a prefix, in which * stands for anything."""
    patterns = [re.escape(rule).replace(r"\*", ".*") for rule in closed]
    return any(re.match(pattern, path) for pattern in patterns)


def test_crawlers_are_kept_from_staff_forms_and_own_pages(browser, settings):
    settings.SITE_URL = "https://workshops.example"

    answer = browser.get("/robots.txt")

    found = texts(answer)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert found["User-agent"] == ["*"]
    assert found["Sitemap"] == ["https://workshops.example/sitemap.xml"]
    for path in ("/manage/", "/facilitate/sessions/1/", "/my/F-1/x/", "/book/x/check/", "/admin/"):
        assert is_closed(path, found["Disallow"]), path
    assert is_closed("/workshops/ord/sessions/F-1/book/", found["Disallow"])
    for path in ("/", "/?audience=elever", "/workshops/ord/", "/privacy/", "/static/site.css"):
        assert not is_closed(path, found["Disallow"]), path


def test_every_address_is_open_to_crawlers_on_purpose_or_closed():
    found = {name for name, path in every_address() if not is_closed(path, list(expected.CLOSED))}

    assert found == OPEN
    assert found <= PUBLIC


def test_sitemap_lists_what_is_published_and_the_pages_for_everybody(browser, settings):
    settings.SITE_URL, settings.WAS_URL = "https://workshops.example", ""
    shown = create_workshop()
    create_workshop(state=Workshop.State.DRAFT)
    create_workshop(state=Workshop.State.PAUSED)

    answer = browser.get("/sitemap.xml")

    assert answer.headers["Content-Type"] == "application/xml"
    found = [place.text for place in ElementTree.fromstring(answer.content).iter(LOC)]
    paths = ["/", "/privacy/", "/was", f"/workshops/{shown.slug}/"]
    assert found == [f"https://workshops.example{path}" for path in paths]
    assert [browser.get(path).status_code for path in paths] == [200] * 4


def test_sitemap_leaves_out_a_statement_that_stands_elsewhere(browser, settings):
    settings.WAS_URL = "https://was.digst.dk/havneby-dk"

    assert b"/was<" not in browser.get("/sitemap.xml").content


@pytest.mark.parametrize("workshops", [1, 3])
def test_sitemap_asks_one_question(browser, django_assert_num_queries, workshops):
    for _number in range(workshops):
        create_workshop()

    with django_assert_num_queries(1):
        answer = browser.get("/sitemap.xml")

    assert answer.content.count(b"/workshops/workshop-") == workshops


# --- whoever has found a hole ------------------------------------------------------------------


def test_security_contact_is_named_as_the_standard_wants(browser, settings):
    settings.SITE_URL = "https://workshops.example"
    settings.SECURITY_CONTACT = ["sikkerhed@havneby.example", "https://havneby.example/sikkerhed"]

    answer = browser.get("/.well-known/security.txt")

    found = texts(answer)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert found["Contact"] == [
        "mailto:sikkerhed@havneby.example",
        "https://havneby.example/sikkerhed",
    ]
    assert found["Preferred-Languages"] == ["da, en"]
    assert found["Canonical"] == ["https://workshops.example/.well-known/security.txt"]
    assert len(found["Expires"]) == 1


@pytest.mark.parametrize("today", ["2026-02-28", "2027-12-31"])
def test_security_contact_holds_for_less_than_a_year(browser, settings, today):
    settings.BRAND_EMAIL = "post@havneby.example"
    now = datetime.datetime.fromisoformat(f"{today}T23:59:59+00:00")

    with time_machine.travel(now, tick=False):
        found = texts(browser.get("/.well-known/security.txt"))

    ends = datetime.datetime.fromisoformat(found["Expires"][0])
    assert datetime.timedelta(days=90) < ends - now < datetime.timedelta(days=365)


def test_security_falls_back_to_the_mailbox_of_the_site(browser, settings):
    settings.SECURITY_CONTACT, settings.BRAND_EMAIL = [], "post@havneby.example"
    settings.SITE_URL = "http://localhost:8000"

    found = texts(browser.get("/.well-known/security.txt"))

    assert found["Contact"] == ["mailto:post@havneby.example"]
    assert "Canonical" not in found  # the standard takes no http


def test_security_names_nobody_where_nobody_reads(browser, settings):
    settings.SECURITY_CONTACT, settings.BRAND_EMAIL = [], ""

    assert browser.get("/.well-known/security.txt").status_code == 404


# --- browsers and telephones -------------------------------------------------------------------


def kind_of(browser: Client, path: str) -> str:
    """What kind of file stands there."""
    answer = browser.get(path)
    assert b"".join(answer.streaming_content)  # closes the file too
    return answer.headers["Content-Type"]


def test_manifest_has_name_colours_and_icons_that_are_there(browser, settings):
    settings.BRAND_NAME, settings.BRAND_COLOUR = "Havneby", "#123456"

    answer = browser.get("/manifest.webmanifest")

    found = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (found["name"], found["theme_color"], found["start_url"]) == ("Havneby", "#123456", "/")
    assert {(icon["sizes"], icon["purpose"]) for icon in found["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("192x192", "maskable"),
        ("512x512", "maskable"),
    }
    assert [
        icon["src"] for icon in found["icons"] if kind_of(browser, icon["src"]) != icon["type"]
    ] == []


def test_pictures_have_the_size_they_say_and_are_small():
    for name, sizes, kind, _ in (
        *expected.ICONS,
        ("apple-touch-icon.png", "180x180", "image/png", ""),
    ):
        content = (ROOT / "frontend" / name).read_bytes()
        assert len(content) <= 16_000, name
        if kind == "image/png":
            width, height = struct.unpack(">LL", content[16:24])
            assert f"{width}x{height}" == sizes, name


def test_favicon_holds_the_sizes_of_tabs_and_desktops():
    content = (ROOT / "frontend" / "favicon.ico").read_bytes()

    kind, number = struct.unpack("<HH", content[2:6])
    assert (kind, [content[6 + 16 * place] for place in range(number)]) == (1, [16, 32, 48])
    for place in range(number):
        size, start = struct.unpack("<LL", content[14 + 16 * place : 22 + 16 * place])
        assert content[start : start + 8] == b"\x89PNG\r\n\x1a\n"
        assert start + size <= len(content)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/favicon.ico", "image/x-icon"),
        ("/apple-touch-icon.png", "image/png"),
        ("/apple-touch-icon-precomposed.png", "image/png"),
    ],
)
def test_icon_is_found_where_browsers_look(browser, address, kind):
    assert kind_of(browser, browser.get(address).url) == kind


def test_every_page_names_manifest_icons_and_colour(browser, settings):
    page = browser.get("/privacy/").content.decode()

    assert '<link rel="manifest" href="/manifest.webmanifest">' in page
    assert '<link rel="apple-touch-icon" href="/static/apple-touch-icon.png">' in page
    assert f'<meta name="theme-color" content="{settings.BRAND_COLOUR}">' in page


# --- people ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("/was/", "/was"),
        ("/login/", "/accounts/login/"),
        ("/security.txt", "/.well-known/security.txt"),
        ("/.well-known/change-password", "/accounts/password/change/"),
    ],
)
def test_typed_address_leads_on(browser, typed, leads_to):
    answer = browser.get(typed)

    assert (answer.status_code, answer.url) == (302, leads_to)


def test_address_that_keepers_of_passwords_try_is_not_found(browser):
    """By it they find out whether a site answers 200 to everything (W3C)."""
    place = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"

    assert browser.get(place).status_code == 404


# --- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize("url", expected.urls, ids=lambda url: url.name)
def test_each_is_kept_and_only_read(browser, settings, url):
    settings.BRAND_EMAIL = "post@havneby.example"
    path = reverse(url.name)

    answer = browser.get(path)

    assert answer.status_code in (200, 302)
    assert re.fullmatch(r"public, max-age=\d+", answer.headers["Cache-Control"])
    assert browser.head(path).status_code == answer.status_code
    assert browser.post(path).status_code == 405
