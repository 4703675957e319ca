"""Signing in by password up to the last minute of the last day, and the doors that are closed."""

from __future__ import annotations

import datetime
import re

import pytest
import time_machine
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from config.accounts import StaffBackend
from notifications.models import Notice
from tests.cast import seat
from tests.config.accounts import HOME, LAST_DAY, LAST_MINUTE, LOGIN, MIDNIGHT, PASSWORD, is_in
from tests.factories import create_user
from tests.notifications.letters import in_words
from workshops.actions import staff
from workshops.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def sign_in(browser, *, email="anna@example.org", password=PASSWORD):
    return browser.post(LOGIN, {"login": email, "password": password})


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
    assert (after.status_code, after.url) == (302, f"{LOGIN}?next={HOME}")


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
    link = re.search(r"http://testserver(\S+)", in_words(letter).text)[1]
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


# --- what one may do ---------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"is_active": False}, {"is_superuser": True}])
def test_what_one_may_do_is_what_django_finds(changes):
    user = create_user(role="facilitator")
    User.objects.filter(pk=user.pk).update(**{"is_active": True} | changes)
    user.user_permissions.add(Permission.objects.get(codename="view_district"))
    as_django = ModelBackend().get_all_permissions(User.objects.get(pk=user.pk))

    found = StaffBackend().get_all_permissions(User.objects.get(pk=user.pk))

    assert found == as_django
    assert bool(found) is changes.get("is_active", True)
    assert StaffBackend().get_all_permissions(user, obj=user) == set()


def test_own_and_roles_permissions_are_asked_for_once(django_assert_num_queries):
    user = create_user(role="facilitator")

    with django_assert_num_queries(1):
        assert user.has_perm("attendance.record_headcount")
        assert not user.has_perm("attendance.approve_headcount")
