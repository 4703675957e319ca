"""Every address: who may open it, which headers it carries, and the pages for what goes wrong."""

from __future__ import annotations

import re

import pytest
from django.conf import settings as project
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import translation

from config import menu
from tests.attendance.counted import ago, begun, words
from tests.cast import Browser, in_english, seat
from tests.factories import create_register, create_user
from tests.test_house import PUBLIC
from workshops.models import User

COORDINATOR = ["Sessions", "My sessions", "Bookings", "Errands", "Workshops", "Imports", "Letters"]
GOALS = ["Goals", "Status reports", "Letters", "Staff"]
PERMISSIONS = [
    "attendance.approve_headcount",
    "booking.manage_bookings",
    "attendance.record_headcount",
    "goals.import_plan",
    "goals.import_registrations",
    "goals.view_report",
    "notifications.read_letters",
    "workshops.edit_catalogue",
    "workshops.import_register",
    "workshops.manage_staff",
]
ROLES = ("anonymous", "stranger", "facilitator", "coordinator", "manager", "superuser")
CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def addresses() -> dict[str, str]:
    """Every named page outside the administration, with an address that fits its pattern."""
    return dict(_walk(get_resolver().url_patterns, prefix=""))


def _walk(patterns, *, prefix):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from _walk(pattern.url_patterns, prefix=inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            name = f"{prefix}{pattern.name}"
            yield name, reverse(name, kwargs=_arguments(pattern))


def _arguments(pattern) -> dict[str, object]:
    converters = pattern.pattern.converters
    numbers = {
        name: 1 for name, kind in converters.items() if type(kind).__name__ == "IntConverter"
    }
    words = dict.fromkeys(pattern.pattern.regex.groupindex, "x")
    return words | numbers


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(addresses()))
def test_page_is_closed_unless_it_is_on_the_list(name):
    browser, address = Client(), addresses()[name]

    answers = [browser.get(address), browser.post(address)]

    to_sign_in = f"{reverse('account_login')}?next={address}"
    sent_away = [getattr(answer, "url", "") == to_sign_in for answer in answers]
    assert sent_away == [name not in PUBLIC] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["admin:index", "admin:workshops_user_changelist", "admin:login"])
def test_administration_is_entered_by_the_same_door(name, cast):
    facilitator = cast["facilitator"].get(reverse(name))

    anonymous = cast["anonymous"].get(reverse(name), follow=True)

    assert anonymous.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert facilitator.status_code in (302, 403)
    assert cast["facilitator"].get(reverse("admin:login")).status_code == 403
    assert cast["manager"].get(reverse("admin:login")).status_code == 403


# --- the start page ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("stranger", []),
        ("coordinator", COORDINATOR),
        ("manager", [*COORDINATOR[:6], *GOALS]),
        ("superuser", [*COORDINATOR[:6], *GOALS, "Administration"]),
    ],
)
def test_start_page_lists_what_one_may_do(cast, role, titles):
    answer = in_english(cast[role]).get("/manage/")

    shown = [str(entry["title"]) for entry in answer.context["entries"]]
    assert answer.status_code == 200
    assert shown == [title for title in titles if title in built()]
    assert ("Nothing waits for you" in answer.content.decode()) is (shown == [])
    for entry in answer.context["entries"]:
        assert f'href="{entry["address"]}"' in answer.content.decode()


def built() -> set[str]:
    """The titles of the pages that are there."""
    entries = (*menu.ENTRIES, menu.ADMINISTRATION)
    with translation.override("en"):
        return {str(entry.title) for entry in entries if menu.address_of(entry.address)}


def test_who_only_counts_is_sent_to_the_own_sessions(cast):
    answer = cast["facilitator"].get("/manage/")

    assert (answer.status_code, answer.url) == (302, reverse("facilitate:sessions"))


@pytest.mark.django_db
def test_start_page_says_how_much_waits(cast):
    session = begun(create_user(role="facilitator"), starts=ago(days=1))
    create_register(session=session, submitted_by=session.facilitators.get())
    begun(None, starts=ago(days=1))
    karen = in_english(cast["coordinator"])

    shown = words(karen.get("/manage/"))

    pill = '<span class="fm-pill fm-pill-short">'
    assert f"{pill}1 to approve</span>{pill}1 missing its counts</span>" in shown
    assert shown.count(pill) == 2


@pytest.mark.django_db
def test_page_that_is_not_built_is_not_listed(monkeypatch):
    missing = menu.MenuItem("manage:nowhere", (), "Nowhere", "Nothing")
    monkeypatch.setattr(menu, "ADMINISTRATION", missing)
    user = create_user()
    user.is_staff = True

    assert menu.entries_for(user) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", PERMISSIONS)
def test_start_page_lists_exactly_the_pages_that_a_permission_opens(name):
    app, codename = name.split(".")
    user = create_user()
    user.user_permissions.add(
        Permission.objects.get(content_type__app_label=app, codename=codename)
    )
    browser = seat(user)

    listed = {entry["name"] for entry in menu.entries_for(User.objects.get(pk=user.pk))}

    addresses = [entry.address for entry in menu.ENTRIES]
    opened = {name for name in addresses if browser.get(reverse(name)).status_code == 200}
    assert listed == opened != set()


def test_nobody_has_nothing_to_do():
    assert menu.entries_for(object()) == []


# --- languages ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["da", "en"])
def test_language_is_chosen_by_the_reader_and_kept(language):
    browser = Browser()

    switched = browser.post(
        reverse("set_language"), {"language": language, "next": reverse("account_login")}
    )
    page = browser.get(switched.url).content.decode()

    assert switched.url == reverse("account_login")
    assert f'<html lang="{language}">' in page
    other = "da" if language == "en" else "en"
    assert f'name="language" value="{other}"' in page
    assert f'name="language" value="{language}"' not in page


@pytest.mark.django_db
def test_language_is_not_switched_by_a_link():
    browser = Browser()

    browser.get(reverse("set_language"), {"language": "en"})

    assert project.LANGUAGE_COOKIE_NAME not in browser.cookies


# --- headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "address",
    ["/", "/manage/", "/accounts/login/", "/manage/staff/", "/manage/staff/invite/", "/nowhere"],
)
def test_every_answer_carries_the_headers(cast, role, address):
    answer = cast[role].get(address)

    assert set(answer["Content-Security-Policy"].split("; ")) == CSP
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize(
    "address", ["/manage/", "/accounts/password/change/", "/manage/staff/", "/nowhere"]
)
def test_pages_of_somebody_signed_in_are_kept_by_no_cache(cast, role, address):
    assert cast[role].get(address)["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_health_asks_nothing_of_the_session(django_assert_num_queries):
    browser = seat(create_user())

    with django_assert_num_queries(0):
        answer = browser.get("/healthz")

    assert "Cache-Control" not in answer


@pytest.mark.parametrize("role", ["anonymous", "superuser"])
@pytest.mark.parametrize("address", ["/accounts/login/", "/", "/manage/staff/invite/", "/nowhere"])
def test_pages_have_no_inline_style_or_script(cast, role, address):
    page = cast[role].get(address, follow=True).content.decode()

    scripts = re.findall(r"<script[^>]*>", page)
    assert [script for script in scripts if " src=" not in script] == []
    assert [part for part in ("<style", " style=", " onclick=") if part in page] == []


# --- when something is wrong -------------------------------------------------------------------


def test_unknown_address_says_so_plainly(cast):
    answer = in_english(cast["anonymous"]).get("/nowhere")

    assert answer.status_code == 404
    assert "The page was not found" in answer.content.decode()


def test_forbidden_page_says_whom_to_ask(cast):
    answer = in_english(cast["facilitator"]).get("/manage/staff/")

    assert answer.status_code == 403
    assert "You do not have access to this page" in answer.content.decode()


@pytest.mark.django_db
def test_form_without_its_key_saves_nothing_and_says_what_to_do():
    browser = in_english(Client(enforce_csrf_checks=True))

    answer = browser.post(reverse("account_login"), {"login": "a@example.org"})

    assert answer.status_code == 403
    assert "The page had been open too long" in answer.content.decode()


def test_fault_of_ours_shows_nothing_of_its_insides(cast, monkeypatch):
    def fail(_user):
        raise RuntimeError("the secret of the insides")

    monkeypatch.setattr(menu, "entries_for", fail)
    browser = cast["manager"]
    browser.raise_request_exception = False

    answer = in_english(browser).get("/manage/")

    assert answer.status_code == 500
    assert "Something went wrong here" in answer.content.decode()
    assert "the secret" not in answer.content.decode()


@pytest.mark.django_db
def test_too_many_attempts_say_so_plainly(settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    browser = in_english(Client())

    answers = [browser.get(reverse("account_login")) for _attempt in range(1)]
    answers += [
        browser.post(reverse("account_login"), {"login": "a@example.org", "password": "x"})
        for _attempt in range(2)
    ]

    assert answers[-1].status_code == 429
    assert "There have been too many attempts" in answers[-1].content.decode()
