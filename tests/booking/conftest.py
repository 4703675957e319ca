"""Who of the staff sits at a browser."""

from __future__ import annotations

import pytest

from tests.attendance.counted import browser
from tests.cast import in_english, seat
from tests.factories import create_user


@pytest.fixture
def karen():
    """A coordinator at a browser."""
    return browser("coordinator", name="Karen")


@pytest.fixture
def bo(db):
    """A coordinator at a browser in English."""
    return in_english(seat(create_user(role="coordinator", name="Bo")))
