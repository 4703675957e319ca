"""Every address of the URL configuration, asked for by each of the people: as the table says."""

from __future__ import annotations

import copy
import functools
import re
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.shortcuts import resolve_url
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, path, reverse

from config import urls
from tests import matrix
from tests.browser import town as towns
from tests.cast import create_superuser
from tests.factories import create_user
from tests.random_files import undone
from tests.services import ROOT
from tests.test_house import every_address

REFUSED = {"login", "403", "404", "405"}
WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(?!django_session)')
LOGIN = resolve_url(settings.LOGIN_URL)
SESSIONS = {
    "facilitate:session-count": "today", "facilitate:register-submit": "today", "manage:session": "to_approve",
    "manage:session-count": "missing", "manage:register-submit": "missing", "manage:register-reopen": "counted", "manage:session-edit": "open",
    "manage:session-staff": "open", "manage:session-open": "open", "manage:session-close": "open", "manage:session-cancel": "open",
}  # fmt: skip
TOKENS = {
    "public:booking-details": "class", "public:booking-check": "answered", "public:booking-receipt": "placed",
    "public:hold-extend": "answered", "public:booking-leave": "class", "public:booking-switch": "class",
}  # fmt: skip
LINKS = {
    "public:booking": "confirmed", "public:mailbox-confirm": "unconfirmed", "public:booking-cancel": "confirmed",
    "public:booking-ics": "confirmed",
}  # fmt: skip


def keys(name: str, town: towns.Town, person: str) -> tuple[object, ...]:
    """What stands in the address: rows of the town, and the secret for who holds it."""
    if name in SESSIONS:
        return (town.sessions[SESSIONS[name]].pk,)
    if name in TOKENS:
        return (town.tokens[TOKENS[name]] if person == "link" else "made-up",)
    if name in LINKS:
        booking = LINKS[name]
        secret = town.links[booking] if person == "link" else "made-up"
        return (town.bookings[booking].reference, secret)
    fixed = {
        "public:workshop": ("words",),
        "public:booking-begin": ("words", town.sessions["open"].reference),
        "account_reset_password_from_key": ("1", "1-1"),
        "manage:booking": (town.bookings["confirmed"].reference,),
        "manage:booking-accept": (town.bookings["asks"].reference,),
        "manage:booking-decline": (town.bookings["asks"].reference,),
        "manage:booking-cancel": (town.bookings["confirmed"].reference,),
        "manage:errand-done": (town.others["errand"].pk,),
        "manage:headcount-correct": (town.others["approved"].pk,),
        "manage:letter": (town.others["letter"].pk,),
        "manage:letter-html": (town.others["letter"].pk,),
        "manage:letter-kind": ("cancelled",),
        "manage:letter-kind-html": ("cancelled", "en"),
        "manage:report-figure": (town.version.pk, town.others["measure"].pk),
        "manage:goal-decide": (town.version.pk, town.others["goal"].pk),
        "manage:import-batch": (town.others["batch"].pk,),
        "manage:import-plan-check": (town.others["upload-plan"].pk,),
        "manage:import-register-check": (town.others["upload-register"].pk,),
        "manage:import-registrations-check": (town.others["upload-registrations"].pk,),
    }
    if name in fixed:
        return fixed[name]
    rows = {
        "manage:headcount": town.others["headcount"],
        "manage:workshop-": town.workshops["words"],
        "manage:staff-": town.people["other"],
        "manage:report-": town.version,
        "manage:report": town.version,
        "manage:goal-": town.version,
    }
    return next(((row.pk,) for start, row in rows.items() if name.startswith(start)), ())


def address(name: str, town: towns.Town, person: str) -> str:
    """With the keys where there are any, else without."""
    where = reverse(name, args=keys(name, town, person) if name in keyed() else ())
    return f"{where}?reason=ikke fordelt" if name == "manage:report-uncounted" else where


@functools.cache
def keyed() -> frozenset[str]:
    """The names whose address has something to fill in."""
    return frozenset(
        name for name, route in every_address() if "1" in route.split("/") or "1-1" in route
    )


def word(answer) -> str:
    """What a cell of the table says."""
    if answer.status_code not in (301, 302):
        return str(answer.status_code)
    where, _question, back = unquote(answer["Location"]).partition("?next=")
    if not where.startswith(LOGIN):
        return "on"
    asked = answer.wsgi_request.get_full_path()
    return "login" if not back or unquote(back) == unquote(asked) else f"login, then {back}"


def ask(client: Client, method: str, where: str, number: int) -> str:
    """The answer, of which the database remembers nothing."""
    block = transaction.atomic()
    block._from_testcase = True  # so that actions which must not be nested may be asked
    with block, CaptureQueriesContext(connection) as asked:
        found = word(getattr(client, method)(where, REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}"))  # fmt: skip
        transaction.set_rollback(True)
    wrote = {query["sql"] for query in asked if WRITES.match(query["sql"])}
    return f"{found}, and wrote {wrote}" if found in REFUSED and wrote else found


def sit(town: towns.Town, person: str) -> Client:
    """A browser in which that person is signed in."""
    client = Client()
    if person in town.people:
        client.force_login(town.people[person])
    return client


def pages_of_ours() -> list[str]:
    return [name for name, _ in every_address() if not name.startswith("admin:")]


def observed(town: towns.Town, person: str, names: list[str]) -> dict[str, tuple[str, str]]:
    """What that person gets, by GET and by POST."""
    found, number, client = {}, 0, sit(town, person)
    cookies = copy.deepcopy(client.cookies)
    for name in names:
        where = address(name, town, person)
        answers = []
        for method in ("get", "post"):
            number += 1
            client.cookies = copy.deepcopy(cookies)  # one of the pages signs out
            answers.append(ask(client, method, where, number))
        found[name] = tuple(answers)
    return found


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """The town, filled once; every person asks in the same."""
    with django_db_blocker.unblock(), undone():
        town = towns.filled()
        town.people |= {"stranger": create_user(), "superuser": create_superuser()}
        yield town


@pytest.fixture
def town(whole, db):
    return copy.deepcopy(whole)


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.postgres  # who gets what is decided by the same lines on both databases
@pytest.mark.parametrize("person", matrix.PEOPLE)
def test_everybody_gets_what_the_table_says(town, person):
    names = [name for name in pages_of_ours() if name in matrix.TABLE]

    assert observed(town, person, names) == {name: matrix.cell(name, person) for name in names}


def test_table_has_every_address():
    assert unlisted() == set()


def test_table_has_no_address_that_is_gone():
    assert set(matrix.TABLE) - set(pages_of_ours()) == set()


def test_new_address_without_an_entry_is_seen(monkeypatch):
    before = unlisted()
    new = path("brand-new/", lambda _: None, name="brand-new")

    monkeypatch.setattr(get_resolver(), "url_patterns", [*urls.urlpatterns, new])

    assert unlisted() - before == {"brand-new"}


def unlisted() -> set[str]:
    return set(pages_of_ours()) - set(matrix.TABLE)


def test_every_cell_is_filled():
    for name, (get, post) in matrix.TABLE.items():
        assert len(get.split()) == len(post.split()) == len(matrix.PEOPLE), name


def test_document_shows_the_table():
    assert (ROOT / "docs" / "pages.md").read_text(encoding="utf-8") == matrix.document()
