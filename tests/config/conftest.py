"""Who visits the pages, and in which language."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import translation

from tests import cast as people
from tests.cast import in_english
from tests.config.accounts import PASSWORD
from tests.factories import create_user


@pytest.fixture
def cast(db):
    """A browser for each role, and one for nobody."""
    return people.assemble()


@pytest.fixture(autouse=True)
def _own_throttles(settings):
    """Throttles count in the cache; tests that run side by side do not share one."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": uuid.uuid4().hex,
        }
    }


@pytest.fixture
def english():
    """Messages in the words of the code, whatever the translations say."""
    with translation.override("en"):
        yield


@pytest.fixture
def browser():
    """Nobody yet, reading English."""
    return in_english(Client())


@pytest.fixture
def anna():
    """Somebody with a password and no end."""
    user = create_user(role="facilitator", email="anna@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user
