"""Who counts, and who approves."""

from __future__ import annotations

import pytest

from tests import factories
from tests.attendance.counted import browser
from tests.factories import create_user


@pytest.fixture
def coordinator():
    return factories.create_user(role="coordinator")


@pytest.fixture
def karen():
    """A coordinator at a browser."""
    return browser("coordinator", name="Karen")


@pytest.fixture
def leader():
    return create_user(role="facilitator", name="Anna")


@pytest.fixture
def anna():
    """A facilitator at a browser."""
    return browser("facilitator", name="Anna")
