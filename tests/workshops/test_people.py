"""The first administrator, made from the command line."""

from __future__ import annotations

import getpass
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import create_user
from workshops.models import User

pytestmark = pytest.mark.django_db
PASSWORD = "et langt og sikkert løsen"  # spell: danish


def run(*arguments) -> str:
    out = StringIO()
    call_command("create_administrator", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.fixture(autouse=True)
def _no_password_around(monkeypatch):
    monkeypatch.delenv("ADMINISTRATOR_PASSWORD", raising=False)


@pytest.fixture
def typed(monkeypatch):
    """`typed(*words)`: what is typed at the prompt, word after word."""

    def answer(*words):
        given = iter(words)
        monkeypatch.setattr(getpass, "getpass", lambda _prompt: next(given))

    return answer


def test_new_administrator_without_password_signs_in_by_code():
    said = run("Anna@Example.org", "--name", "Anna", "--no-password")

    anna = User.objects.get()
    assert said.startswith("anna@example.org")
    assert (anna.email, anna.name) == ("anna@example.org", "Anna")
    assert (anna.is_staff, anna.is_superuser, anna.is_active) == (True, True, True)
    assert anna.has_usable_password() is False


def test_password_comes_from_the_environment(monkeypatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)

    run("anna@example.org")

    assert User.objects.get().check_password(PASSWORD) is True


def test_password_is_asked_for_twice(typed):
    typed(PASSWORD, PASSWORD)

    run("anna@example.org")

    assert User.objects.get().check_password(PASSWORD) is True


def test_two_passwords_that_differ_make_nobody(typed):
    typed(PASSWORD, PASSWORD + "x")

    with pytest.raises(CommandError):
        run("anna@example.org")

    assert User.objects.count() == 0


def test_weak_password_makes_nobody(typed):
    typed("password", "password")

    with pytest.raises(CommandError) as refusal:
        run("anna@example.org")

    assert refusal.value.returncode == 1
    assert User.objects.count() == 0


def test_without_terminal_it_says_how_to_do_without(monkeypatch):
    def nobody_there(_prompt):
        raise EOFError

    monkeypatch.setattr(getpass, "getpass", nobody_there)

    with pytest.raises(CommandError) as refusal:
        run("anna@example.org")

    assert refusal.value.returncode == 2
    assert "--no-password" in str(refusal.value)


def test_somebody_known_becomes_administrator_and_keeps_the_password():
    anna = create_user(role="facilitator", email="anna@example.org")
    anna.set_password(PASSWORD)
    anna.save()

    first, second = run("ANNA@example.org"), run("anna@example.org")

    known = User.objects.get()
    assert first == second
    assert (known.pk, known.is_superuser, known.name) == (anna.pk, True, anna.name)
    assert known.check_password(PASSWORD) is True


@pytest.mark.parametrize("address", ["anna", "anna@", "", "anna@example.org, bo@example.org"])
def test_bad_address_is_wrong_use(address):
    with pytest.raises(CommandError) as refusal:
        run(address, "--no-password")

    assert refusal.value.returncode == 2
    assert User.objects.count() == 0
