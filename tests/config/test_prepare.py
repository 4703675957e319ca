"""What stands before a site opens: a database that this version can read."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.prepare import prepare

pytestmark = pytest.mark.django_db


def test_database_of_another_version_is_told_in_a_sentence():
    MigrationRecorder(connection).record_applied("booking", "0004_of_before")

    with pytest.raises(SystemExit) as end:
        prepare(empty=True)

    assert "made by another version" in str(end.value.code)
    assert "(booking 0004_of_before)" in str(end.value.code)
