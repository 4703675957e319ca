"""The cast: one of each kind of person, and a browser for each."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from tests.factories import create_user
from workshops.models import User


class Browser(Client):
    """A browser that knows who sits at it."""

    user: User


def seat(user: User) -> Browser:
    """A browser in which *user* is signed in."""
    browser = Browser()
    browser.force_login(user)
    browser.user = user
    return browser


def in_english(browser):
    """The browser of somebody who has chosen English."""
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


def create_superuser(*, email: str = "root@example.org") -> User:
    """An administrator."""
    return User.objects.create_superuser(email, name="Root")


def assemble() -> dict[str, Browser]:
    """anonymous, stranger (signed in, no role), facilitator, coordinator, manager, superuser."""
    people = {
        "stranger": create_user(),
        "facilitator": create_user(role="facilitator"),
        "coordinator": create_user(role="coordinator"),
        "manager": create_user(role="manager"),
        "superuser": create_superuser(),
    }
    return {"anonymous": Browser(), **{role: seat(user) for role, user in people.items()}}
