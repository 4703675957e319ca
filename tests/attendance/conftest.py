"""Who counts, and who approves."""

from __future__ import annotations

import pytest

from tests import factories


@pytest.fixture
def leader():
    return factories.create_user(role="facilitator")


@pytest.fixture
def coordinator():
    return factories.create_user(role="coordinator")
