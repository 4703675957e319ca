"""Who visits the pages."""

from __future__ import annotations

import pytest

from tests import cast as people


@pytest.fixture
def cast(db):
    """A browser for each role, and one for nobody."""
    return people.assemble()
