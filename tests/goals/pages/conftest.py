"""What every test of the manager's goal pages starts from."""

from __future__ import annotations

import pytest

from tests.goals.goal_pages import browsers, busy_office, english_now


@pytest.fixture(autouse=True)
def english():
    with english_now():
        yield


@pytest.fixture
def cast():
    return browsers()


@pytest.fixture
def manager(cast):
    return cast["manager"]


@pytest.fixture
def office(tmp_path):
    return busy_office(tmp_path)
