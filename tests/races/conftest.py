"""Sixteen connections for all threads of a race."""

from __future__ import annotations

import pytest

from tests.races import harness


@pytest.fixture
def wide_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL all threads share sixteen connections. Stands before own_database."""
    from django.db import connection

    if connection.vendor == "postgresql":
        pool = {"min_size": 1, "max_size": harness.POOL, "timeout": 600}
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", pool)
