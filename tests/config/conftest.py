"""Who visits the pages."""

from __future__ import annotations

import uuid

import pytest

from tests import cast as people


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
