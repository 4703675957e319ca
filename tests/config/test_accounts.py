"""Signing in, by password and by code, up to the last minute of the last day."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notifications import delivery
from notifications.models import Notice
from tests.cast import seat
from tests.factories import create_user, local
from workshops.actions import staff

pytestmark = pytest.mark.django_db
PASSWORD = "korrekt hest batteri hæfteklamme"  # spell: danish
LAST_DAY = datetime.date(2026, 3, 31)
LAST_MINUTE, MIDNIGHT = local(2026, 3, 31, 23, 59), local(2026, 4, 1, 0)
LOGIN, HOME = "/accounts/login/", "/"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def browser():
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def anna():
    """Somebody with a password and no end."""
    user = create_user(role="facilitator", email="anna@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(browser, *, email="anna@example.org", password=PASSWORD):
    return browser.post(LOGIN, {"login": email, "password": password})


def ask_for_code(browser, email="anna@example.org"):
    return browser.post(reverse("account_request_login_code"), {"email": email})


def code_in_the_letter() -> str:
    """The line of the latest letter that is neither a sentence nor blank."""
    text = Notice.objects.filter(kind="login_code").latest("pk").text
    return next(line for line in text.splitlines() if re.fullmatch(r"[A-Z0-9-]{6,9}", line))


def give_code(browser, code):
    return browser.post(reverse("account_confirm_login_code"), {"code": code})


def is_in(browser) -> bool:
    return browser.get(HOME).status_code == 200


# --- by password -------------------------------------------------------------------------------


def test_password_lets_in(browser, anna):
    answer = sign_in(browser)

    assert (answer.status_code, answer.url) == (302, HOME)
    assert is_in(browser)


def test_address_is_matched_whatever_its_case(browser, anna):
    assert sign_in(browser, email="ANNA@Example.org").status_code == 302


def test_wrong_password_says_the_same_for_known_and_unknown_addresses(browser, anna):
    known = sign_in(browser, password="wrong")
    unknown = sign_in(browser, email="nobody@example.org", password="wrong")

    errors = [answer.context["form"].errors.get_json_data() for answer in (known, unknown)]
    assert (known.status_code, unknown.status_code) == (200, 200)
    assert errors[0] == errors[1]
    assert errors[0] != {}


def test_disabled_user_cannot_sign_in_by_password(browser, anna):
    anna.is_active = False
    anna.save()

    answer = sign_in(browser)

    assert (answer.status_code, answer.url) == (302, reverse("account_inactive"))
    assert not is_in(browser)


@pytest.mark.parametrize(("now", "goes_in"), [(LAST_MINUTE, True), (MIDNIGHT, False)])
def test_last_day_lets_in_by_password_until_midnight_in_copenhagen(browser, anna, now, goes_in):
    anna.access_ends = LAST_DAY
    anna.save()

    with time_machine.travel(now, tick=False):
        sign_in(browser)
        result = is_in(browser)

    assert result is goes_in


def test_guessing_is_throttled(browser, anna):
    for _attempt in range(5):
        sign_in(browser, password="wrong")

    answer = sign_in(browser)

    assert answer.status_code == 200
    assert "Too many" in answer.content.decode()
    assert not is_in(browser)


# --- by code -----------------------------------------------------------------------------------


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
    browser = Client(headers={"accept-language": "en"})

    ask_for_code(browser)

    letter = Notice.objects.get()
    assert (letter.recipient, letter.kind, letter.language) == (
        "anna@example.org",
        "login_code",
        "en",
    )
    assert letter.subject == "Your code for Fremmøde"
    assert code_in_the_letter() in letter.html


def test_code_is_not_kept_in_clear_once_it_has_left(browser, anna, mailoutbox):
    ask_for_code(browser)
    code = code_in_the_letter()

    delivery.deliver_due()

    letter = Notice.objects.get()
    assert code in mailoutbox[0].body
    assert code not in (letter.text + letter.html + letter.subject)


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
        browser = Client(headers={"accept-language": "en"})
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


# --- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "typed", "errors"),
    [
        (
            "account_login",
            {},
            {
                "login": ["E-mail is missing. Write your work e-mail address."],
                "password": ["Password is missing. Write it, or ask for a code by e-mail."],
            },
        ),
        (
            "account_login",
            {"login": "anna", "password": "x"},
            {"login": ["E-mail is not an address. Write it as name@example.org."]},
        ),
        (
            "account_request_login_code",
            {},
            {"email": ["E-mail is missing. Write your work e-mail address."]},
        ),
        (
            "account_request_login_code",
            {"email": "anna"},
            {"email": ["E-mail is not an address. Write it as name@example.org."]},
        ),
        (
            "account_reset_password",
            {"email": "anna"},
            {"email": ["E-mail is not an address. Write it as name@example.org."]},
        ),
    ],
)
def test_error_names_field_fault_and_cure(browser, page, typed, errors):
    answer = browser.post(reverse(page), typed)

    assert answer.context["form"].errors == errors
    for field, texts in errors.items():
        assert f'<a href="#id_{field}">{texts[0]}</a>' in answer.content.decode()


def test_missing_code_is_told_at_its_field(browser, anna):
    ask_for_code(browser)

    answer = give_code(browser, "")

    page = answer.content.decode()
    assert '<a href="#id_code">Code is missing. Write the code from the e-mail.</a>' in page
    assert "placeholder" not in page


# --- a session that goes on --------------------------------------------------------------------


def test_session_ends_at_midnight_after_the_last_day(anna):
    anna.access_ends = LAST_DAY
    anna.save()

    with time_machine.travel(LAST_MINUTE, tick=False):
        browser = seat(anna)
        before = is_in(browser)
    with time_machine.travel(MIDNIGHT, tick=False):
        after = browser.get(HOME)

    assert before is True
    assert (after.status_code, after.url) == (302, f"{LOGIN}?next=/")


def test_disabled_user_is_out_at_the_next_request_for_good(anna):
    browser = seat(anna)
    before = is_in(browser)

    staff.disable(anna, by=None)
    disabled = is_in(browser)
    staff.enable(anna, by=None)
    enabled = is_in(browser)

    assert (before, disabled, enabled) == (True, False, False)


# --- password reset ----------------------------------------------------------------------------


def test_reset_letter_leads_to_a_new_password(browser, anna):
    asked = browser.post(reverse("account_reset_password"), {"email": "anna@example.org"})
    letter = Notice.objects.get()
    link = re.search(r"http://testserver(\S+)", letter.text)[1]
    form = browser.get(link, follow=True)
    new = "et helt andet langt løsen"  # spell: danish

    saved = browser.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    used_again = Client().get(link)

    assert asked.url == reverse("account_reset_password_done")
    assert letter.kind == "password_reset_key"
    assert saved.url == reverse("account_reset_password_from_key_done")
    assert sign_in(browser, password=new).status_code == 302
    assert used_again.context["token_fail"] is True


def test_reset_tells_nobody_whether_an_address_is_known(browser, anna):
    anna.access_ends = datetime.date(2020, 1, 1)
    anna.save()

    answers = [
        browser.post(reverse("account_reset_password"), {"email": email}).url
        for email in ("anna@example.org", "nobody@example.org")
    ]

    assert answers == [reverse("account_reset_password_done")] * 2
    assert Notice.objects.count() == 0


def test_letter_goes_to_the_address_we_know_and_not_to_the_typed_one(browser, anna):
    """A look-alike address (Turkish dotless i, long s) is not the one we know."""
    create_user(email="mikis@example.org")

    for look_alike in ("mıkis@example.org", "miki\u017f@example.org"):
        ask_for_code(browser, look_alike)

    assert Notice.objects.count() == 0


# --- doors that are closed ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_sign_up_is_closed_and_says_so(browser, method):
    answer = getattr(browser, method)(
        reverse("account_signup"),
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert answer.status_code == 200
    assert "Access is by invitation" in answer.content.decode()


@pytest.mark.parametrize("page", ["email/", "confirm-email/", "reauthenticate/", "3rdparty/", ""])
def test_pages_of_allauth_that_we_do_not_use_do_not_exist(browser, page):
    assert browser.get(f"/accounts/{page}").status_code == 404


def test_signing_out_takes_a_button(anna):
    browser = seat(anna)

    looked = browser.get(reverse("account_logout"))
    still_in = is_in(browser)
    browser.post(reverse("account_logout"))

    assert (looked.status_code, still_in, is_in(browser)) == (200, True, False)


def test_next_page_of_another_host_is_refused(browser, anna):
    answer = browser.post(
        f"{LOGIN}?next=https://evil.example/", {"login": anna.email, "password": PASSWORD}
    )

    assert answer.url == HOME


def test_sign_in_makes_a_new_session(browser, anna):
    browser.get(LOGIN)
    ask_for_code(browser)
    before = browser.session.session_key

    give_code(browser, code_in_the_letter())

    assert browser.session.session_key != before
