"""Danish first: nobody gets English without having chosen it."""

from __future__ import annotations

import pytest
from django.conf import settings as project
from django.test import Client
from django.urls import reverse

from tests.cast import in_english

YEAR = 365 * 24 * 3600


def language_of(answer) -> str:
    return answer.content.decode().split('<html lang="')[1].split('"')[0]


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["en", "en-GB,en;q=0.9", "de", ""])
def test_page_is_danish_whatever_the_browser_asks_for(asked):
    answer = Client(headers={"accept-language": asked}).get("/privacy/")

    assert language_of(answer) == "da"
    assert answer["Content-Language"] == "da"
    assert "Hvem er ansvarlig" in answer.content.decode()
    assert "Accept-Language" not in answer.get("Vary", "")


@pytest.mark.django_db
def test_choice_is_kept_for_a_year_out_of_reach_of_scripts():
    browser = Client()

    answer = browser.post(reverse("set_language"), {"language": "en", "next": "/privacy/"})

    cookie = answer.cookies[project.LANGUAGE_COOKIE_NAME]
    assert (answer.status_code, answer.url) == (302, "/privacy/")
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (YEAR, True, "Lax")
    assert language_of(browser.get("/privacy/")) == "en"


@pytest.mark.django_db
def test_switch_keeps_the_page_with_its_filters():
    browser = Client()
    page = browser.get("/?q=mod&free=1").content.decode()

    assert '<input type="hidden" name="next" value="/?q=mod&amp;free=1">' in page
    answer = browser.post(reverse("set_language"), {"language": "en", "next": "/?q=mod&free=1"})
    assert answer.url == "/?q=mod&free=1"


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_switch_leads_nowhere_else(elsewhere):
    answer = Client().post(reverse("set_language"), {"language": "en", "next": elsewhere})

    assert answer.url == "/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 302), ("none", 302), ("cross-site", 403), ("same-site", 403)],
)
def test_switch_needs_no_key_but_is_not_pressed_by_other_sites(site, status):
    browser = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": site})

    answer = browser.post(reverse("set_language"), {"language": "en"})

    assert answer.status_code == status
    assert (project.LANGUAGE_COOKIE_NAME in answer.cookies) is (status == 302)


@pytest.mark.django_db
@pytest.mark.parametrize("choice", ["de", "xx", "../da", ""])
def test_language_we_do_not_speak_is_danish(choice):
    browser = Client()
    browser.cookies[project.LANGUAGE_COOKIE_NAME] = choice

    assert language_of(browser.get("/privacy/")) == "da"


@pytest.mark.django_db
def test_next_reader_is_not_met_in_the_language_of_the_last():
    english = in_english(Client()).get("/privacy/")

    danish = Client().get("/privacy/")

    assert (language_of(english), language_of(danish)) == ("en", "da")


@pytest.mark.django_db
def test_each_language_is_named_in_itself():
    danish = Client().get("/privacy/").content.decode()
    english = in_english(Client()).get("/privacy/").content.decode()

    assert 'value="en" lang="en">English</button>' in danish
    assert 'value="da" lang="da">Dansk</button>' in english
