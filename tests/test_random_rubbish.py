"""Spoiled rows after a random year: the import refuses each one, and nothing changes."""

from __future__ import annotations

import random

import pytest

from tests import random_rubbish
from tests.commands import done, run, tables
from tests.plain_books import read
from tests.random_files import take_in, undone
from tests.random_years import Size, build

FILES = [random_rubbish.ROWS, random_rubbish.ANSWERS, random_rubbish.TOTALS]
EVENTS = build(7, Size(schools=4, sessions=12, imports=2))


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """A random year, taken in once; every test looks at the same."""
    with django_db_blocker.unblock(), undone() as folder:
        take_in(EVENTS, folder, random.Random(7))
        yield


@pytest.fixture
def books(whole, db):
    """The plain books of the year that stands in the database."""
    return read(EVENTS)


@pytest.mark.parametrize("file", FILES)
def test_spoiled_row_is_refused_and_nothing_changes(books, tmp_path, file):
    before = tables()

    for place, spoiled in enumerate(random_rubbish.of(file)):
        path = random_rubbish.write(spoiled, tmp_path / f"spoiled-{place}", books)
        dry = run("import_registrations", path)
        wet = run("import_registrations", path, "--apply")

        said = wet.out + wet.err + dry.out + dry.err
        assert (dry.code, wet.code) == (1, 1), spoiled
        assert tables() == before, spoiled
        assert any(spoiled.names(line) for line in wet.err.splitlines()), (spoiled, wet.err)
        assert not spoiled.echoes(said), (spoiled, said)


@pytest.mark.parametrize("file", FILES)
def test_row_that_is_not_spoiled_is_taken(books, tmp_path, file):
    before = tables()
    good = random_rubbish.Spoiled(file, "", {})

    done("import_registrations", random_rubbish.write(good, tmp_path / "good", books), "--apply")

    assert tables() != before
