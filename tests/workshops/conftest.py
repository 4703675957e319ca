"""Who visits the pages, and when."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from tests import cast as people
from tests.cast import in_english, seat
from tests.factories import create_user


@pytest.fixture
def cast(db):
    """A browser for each role, and one for nobody."""
    return people.assemble()


@pytest.fixture
def english():
    """Messages in the words of the code, whatever the translations say."""
    with translation.override("en"):
        yield


@pytest.fixture
def now() -> datetime.datetime:
    return timezone.now()


@pytest.fixture
def bo(db):
    """A coordinator at a browser in English."""
    return in_english(seat(create_user(role="coordinator", name="Bo")))
