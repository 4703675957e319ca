"""Signing in by a code in a letter, up to the last minute of the last day."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from notifications import delivery
from notifications.models import Notice
from tests.cast import in_english
from tests.config.accounts import HOME, LAST_DAY, LAST_MINUTE, LOGIN, MIDNIGHT, is_in
from tests.factories import create_user, local
from tests.notifications.letters import in_words
from workshops.actions import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def ask_for_code(browser, email="anna@example.org"):
    return browser.post(reverse("account_request_login_code"), {"email": email})


def code_in_the_letter() -> str:
    """The line of the latest letter that is neither a sentence nor blank."""
    text = in_words(Notice.objects.filter(kind="login_code").latest("pk")).text
    return next(line for line in text.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line))


def give_code(browser, code):
    return browser.post(reverse("account_confirm_login_code"), {"code": code})


def test_code_lets_in(browser, anna):
    ask_for_code(browser, "Anna@Example.org")

    answer = give_code(browser, code_in_the_letter())

    assert (answer.status_code, answer.url) == (302, HOME)
    assert is_in(browser)


def test_code_works_once(browser, anna):
    ask_for_code(browser)
    code = code_in_the_letter()
    give_code(browser, code)
    other = Client()

    give_code(other, code)

    assert not is_in(other)


def test_wrong_code_is_refused_and_the_third_ends_it(browser, anna):
    ask_for_code(browser)
    code = code_in_the_letter()

    answers = [give_code(browser, "WRONG1").status_code for _attempt in range(3)]
    late = give_code(browser, code)

    assert answers == [200, 200, 302]
    assert late.status_code == 302
    assert not is_in(browser)


def test_code_is_dead_after_ten_minutes(browser, anna):
    with time_machine.travel(local(2026, 3, 2, 12, 0), tick=False):
        ask_for_code(browser)
    code = code_in_the_letter()

    with time_machine.travel(local(2026, 3, 2, 12, 11), tick=False):
        give_code(browser, code)
        result = is_in(browser)

    assert result is False


def test_code_letter_is_in_the_language_of_the_page_and_neutral(anna):
    browser = in_english(Client())

    ask_for_code(browser)

    letter = Notice.objects.get()
    assert (letter.recipient, letter.kind, letter.language) == (
        "anna@example.org",
        "login_code",
        "en",
    )
    words = in_words(letter)
    assert words.subject == "Your code for Fremmøde"
    assert code_in_the_letter() in words.html


def test_code_is_not_kept_in_clear_once_it_has_left(browser, anna, mailoutbox):
    ask_for_code(browser)
    code = code_in_the_letter()

    delivery.deliver_due()

    letter = Notice.objects.get()
    assert code in mailoutbox[0].body
    assert code not in (letter.text + letter.html + letter.subject + str(letter.facts))


def test_resent_code_replaces_the_first(browser, anna):
    ask_for_code(browser)
    first = code_in_the_letter()

    browser.post(reverse("account_confirm_login_code"), {"action": "resend"})
    second = code_in_the_letter()
    refused = give_code(browser, first)
    give_code(browser, second)

    assert Notice.objects.count() == 2
    assert refused.status_code == 200
    assert is_in(browser)


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"access_ends": datetime.date(2020, 1, 1)}]
)
def test_who_has_no_access_gets_no_code_and_sees_the_same_page(anna, change):
    create_user(email="bo@example.org")
    for name, value in change.items():
        setattr(anna, name, value)
    anna.save()
    pages = {}

    for email in ("anna@example.org", "bo@example.org", "nobody@example.org"):
        browser = in_english(Client())
        answer = browser.post(reverse("account_request_login_code"), {"email": email}, follow=True)
        page = re.sub(r'value="[^"]{40,}"', "", answer.content.decode()).replace(email, "")
        pages[email] = (answer.status_code, answer.redirect_chain, page)

    assert list(Notice.objects.values_list("recipient", flat=True)) == ["bo@example.org"]
    assert pages["anna@example.org"] == pages["bo@example.org"] == pages["nobody@example.org"]


@pytest.mark.parametrize(("now", "goes_in"), [(LAST_MINUTE, True), (MIDNIGHT, False)])
def test_last_day_lets_in_by_code_until_midnight_in_copenhagen(browser, anna, now, goes_in):
    """The code is asked for in time; the moment it is given decides."""
    anna.access_ends = LAST_DAY
    anna.save()
    with time_machine.travel(local(2026, 3, 31, 23, 55), tick=False):
        ask_for_code(browser)
    code = code_in_the_letter()

    with time_machine.travel(now, tick=False):
        answer = give_code(browser, code)
        result = is_in(browser)

    assert result is goes_in
    assert answer.url == (HOME if goes_in else reverse("account_inactive"))


def test_disabled_between_asking_and_giving_is_turned_away(browser, anna):
    ask_for_code(browser)
    code = code_in_the_letter()
    staff.disable(anna, by=None)

    give_code(browser, code)

    assert not is_in(browser)


def test_missing_code_is_told_at_its_field(browser, anna):
    ask_for_code(browser)

    answer = give_code(browser, "")

    page = answer.content.decode()
    assert '<a href="#id_code">Code is missing. Write the code from the e-mail.</a>' in page
    assert "placeholder" not in page


def test_letter_goes_to_the_address_we_know_and_not_to_the_typed_one(browser, anna):
    """A look-alike address (Turkish dotless i, long s) is not the one we know."""
    create_user(email="mikis@example.org")

    for look_alike in ("mıkis@example.org", "miki\u017f@example.org"):
        ask_for_code(browser, look_alike)

    assert Notice.objects.count() == 0


def test_sign_in_makes_a_new_session(browser, anna):
    browser.get(LOGIN)
    ask_for_code(browser)
    before = browser.session.session_key

    give_code(browser, code_in_the_letter())

    assert browser.session.session_key != before
