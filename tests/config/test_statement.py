"""The accessibility statement: what the settings claim, and nothing that no test has shown."""

from __future__ import annotations

import datetime
import html
import re

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config import pages, statement
from tests import examined
from tests.browser import test_rules_pages
from tests.cast import in_english

# The parts of the model statement (EU 2018/1523), as the page calls them.
PARTS = [
    "How far the site complies",
    "What is not accessible",
    "How the statement was prepared",
    "Tell us what is in your way",
    "If you are not satisfied with our answer",
]
# What the page says is tried, and the rules of docs/ux-rules.md whose tests try it.
SHOWN_BY = {
    "reached by keyboard": [24],
    "320 pixels": [22],
    "24 pixels": [22],
    "Each error in a form": [4, 5],
    "without scripts": [2],
}


@pytest.fixture
def browser(monkeypatch, settings) -> Client:
    monkeypatch.setattr(pages, "_brand", pages._brand.__wrapped__)
    settings.WAS_URL = ""
    return in_english(Client())


def said(browser: Client) -> str:
    """The words of the page."""
    answer = browser.get("/was")
    assert answer.status_code == 200
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.DOTALL).group()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def claim(**settings: str) -> statement.Claim:
    return statement.claimed(**{"status": "partial", "reviewed": "", "faults": "", **settings})


# --- the page ----------------------------------------------------------------------------------


def test_statement_has_every_part_of_the_model(browser, settings):
    settings.BRAND_OWNER, settings.BRAND_PHONE = "Havneby Kommune", "20 30 40 50"
    settings.BRAND_EMAIL = "post@havneby.example"
    settings.SITE_URL = "https://workshops.havneby.example"

    page = browser.get("/was").content.decode()

    assert re.findall(r"<h2>([^<]+)</h2>", page) == PARTS
    text = said(browser)
    for part in (
        *("Havneby Kommune is obliged", "https://workshops.havneby.example", "complies partly"),
        *(
            "20 30 40 50",
            "post@havneby.example",
            "Digitaliseringsstyrelsen",
            "10 working days",
        ),
    ):
        assert part in text, part
    assert 'href="https://digst.dk/' in page


def test_statement_is_danish_for_danes():
    page = Client().get("/was").content.decode()

    assert "<h1>Tilgængelighedserklæring</h1>" in page
    assert "overholder delvist" in page


@pytest.mark.django_db
def test_statement_is_asked_of_nobody(browser, django_assert_num_queries):
    with django_assert_num_queries(0):
        browser.get("/was")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("full", "complies fully"),
        ("partial", "complies partly"),
        ("none", "does not comply"),
    ],
)
def test_statement_says_how_far_the_site_complies(browser, settings, status, sentence):
    settings.WAS_CLAIM = claim(status=status, reviewed="2026-10-01")

    text = said(browser)

    assert sentence in text
    others = {"complies fully", "complies partly", "does not comply"} - {sentence}
    assert not [other for other in others if other in text]


def test_known_faults_are_listed_in_the_words_of_the_municipality(browser, settings):
    settings.WAS_CLAIM = claim(faults="Kortet har ingen tekst | Filmen <b> er uden undertekster")

    page = browser.get("/was").content.decode()

    assert '<li lang="da">Kortet har ingen tekst</li>' in page
    assert '<li lang="da">Filmen &lt;b&gt; er uden undertekster</li>' in page
    assert "We know of nothing" not in page


def test_day_of_the_review_is_said_where_there_was_one(browser, settings):
    settings.BRAND_OWNER = "Havneby Kommune"

    settings.WAS_CLAIM = claim()
    assert "last looked through" not in said(browser)
    settings.WAS_CLAIM = claim(reviewed="2026-10-01")
    assert "Havneby Kommune last looked through the site and the statement on Thursday 1 October 2026." in said(browser)  # fmt: skip


# --- what is claimed ---------------------------------------------------------------------------


def test_claim_is_read_from_the_settings():
    found = claim(status="none", reviewed="2026-10-01", faults=" Kortet | | Filmen ")

    assert found == statement.Claim("none", datetime.date(2026, 10, 1), ("Kortet", "Filmen"))


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        ({"status": "perfect"}, "write full, partial or none"),
        ({"reviewed": "1/10"}, "write a date as 2026-12-01"),
        ({"status": "full"}, "set WAS_REVIEWED"),
        ({"status": "full", "reviewed": "2026-10-01", "faults": "Kortet"}, "leave WAS_FAULTS out"),
    ],
)
def test_claim_that_nobody_has_shown_is_refused(wrong, cure):
    with pytest.raises(ImproperlyConfigured, match=cure):
        claim(**wrong)


# --- what is shown -----------------------------------------------------------------------------


def test_statement_says_what_the_tests_look_at():
    assert examined.told() == examined.observed(), "python -m tests.examined writes it anew"


def test_statement_names_the_tests_as_they_are(browser):
    found = statement.examined()

    text = said(browser)

    assert f"{found['pages']} kinds of pages" in text
    assert "390 and 1280 pixels wide" in text
    assert f"{found['axe']} look for breaches of {found['standard']}" in text


def test_everything_that_is_said_to_be_tried_has_a_test_of_its_own(browser):
    page = browser.get("/was").content.decode()
    tried = re.search(r"They also try this:</p>\s*<ul>(.*?)</ul>", page, re.DOTALL).group(1)

    items = re.findall(r"<li>([^<]+)</li>", tried)

    assert [[words for words in SHOWN_BY if words in item] for item in items] == [
        [words] for words in SHOWN_BY
    ]
    assert {rule for rules in SHOWN_BY.values() for rule in rules} <= test_rules_pages.numbered()
