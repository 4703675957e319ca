"""Every kind of letter in every language, from its sample; and what a subject may be."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.utils import translation

from notifications import kinds, rendering
from notifications.kinds import FactsError
from tests.notifications.letters import FACTS

LANGUAGES = [code for code, _name in settings.LANGUAGES]
KINDS = sorted(kinds.every())


class Words(HTMLParser):
    """What a page says, without its style."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.is_silent = False

    def handle_starttag(self, tag, _attributes):
        self.is_silent = tag in {"style", "title"}

    def handle_endtag(self, _tag):
        self.is_silent = False

    def handle_data(self, data):
        self.said += [] if self.is_silent else [data]


def said(html: str) -> str:
    reader = Words()
    reader.feed(html)
    return " ".join(reader.said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_whole_in_every_language(name, language):
    facts = kinds.find(name).sample_in(language)

    words = rendering.render(name, facts, language=language)

    assert words.subject
    assert f'<html lang="{language}">' in words.html
    assert "\n\n\n" not in words.text
    assert not re.search(r"\{[{%]|None|<[a-z]", words.subject + words.text)
    for fact in strings_of(facts):
        if not re.match(r"\d{4}-\d\d-\d\d|/", fact):  # days, times and addresses become words
            assert fact in words.text, fact
            assert fact in said(words.html) + words.html, fact


def strings_of(value):
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings_of(part)]
    return [text for part in value for text in strings_of(part)] if isinstance(value, list) else []


@pytest.mark.parametrize("name", KINDS)
def test_languages_differ(name):
    danish, english = (rendering.sample(name, language=code) for code in ("da", "en"))

    assert danish.subject != english.subject
    assert danish.text != english.text


@pytest.mark.parametrize("name", KINDS)
def test_kind_has_a_template_and_a_title_in_both_languages(name):
    kind = kinds.find(name)
    titles = set()

    get_template(kind.template)
    for code in LANGUAGES:
        with translation.override(code):
            titles.add(kinds.title(name))

    assert len(titles) == len(LANGUAGES)


@pytest.mark.parametrize("name", KINDS)
def test_no_fact_of_a_sample_is_superfluous(name):
    """Each fact changes what the letter says, or it would not be asked for."""
    kind = kinds.find(name)
    facts = kind.sample_in("da")
    whole = rendering.render(name, facts, language="da")

    for fact, value in facts.items():
        changed = rendering.render(name, facts | {fact: another(value)}, language="da")
        assert changed != whole, fact


def another(value):
    """A value of the same form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, list):
        return []
    return value.replace("2026-1", "2025-1").replace("2027-", "2028-") if value[:2] == "20" else "x"


def test_language_of_the_thread_is_left_as_it_was():
    with translation.override("en"):
        rendering.sample("confirmed", language="da")

        assert translation.get_language() == "en"


def test_subject_is_one_line_that_fits_its_column(settings):
    settings.BRAND_NAME = "One\r\nBcc: x@example.org & " + "y" * 300

    words = rendering.render("invited", FACTS, language="en")

    assert words.subject == ("You have access to One Bcc: x@example.org & " + "y" * 300)[:200]


def test_facts_of_another_version_are_not_sent_with_holes():
    with pytest.raises(rendering.UnrenderableError) as refusal:
        rendering.render("invited", {"name": "Anna"}, language="da")

    assert str(refusal.value).startswith("FactsError: Letter 'invited': missing facts")


# --- the registry ------------------------------------------------------------------------------


def test_kind_declared_twice_stops_the_start(settings):
    settings.LETTER_KINDS = ["workshops.letters", "workshops.letters"]

    with pytest.raises(ValueError, match="'invited' is declared twice"):
        kinds.every.__wrapped__()


def test_check_names_what_is_missing_and_what_is_too_much():
    with pytest.raises(FactsError, match=r"missing facts \['code'\], surplus \['kode'\]"):
        kinds.find("login_code").check({"kode": "1"})


def test_unknown_kind_has_its_name_for_a_title():
    assert (kinds.title("gone"), kinds.openers()) == ("gone", ["login_code", "password_reset_key"])
