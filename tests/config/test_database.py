"""PostgreSQL plans once what is asked again, unless a pooler hands its connections over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from workshops.models import Session

ROOT = Path(__file__).resolve().parents[2]
ASK = """
import json
from config import settings
database = settings.DATABASES["default"]
options = database["OPTIONS"]
print(json.dumps([
    options["prepare_threshold"], database["DISABLE_SERVER_SIDE_CURSORS"], options.get("options")
]))
"""


def settings_with(**more):
    """What the settings say of a PostgreSQL that nobody asks."""
    address = {"ENVIRONMENT": "test", "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing"}
    env = {**os.environ, **address, **more}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


@pytest.mark.postgres
def test_question_asked_three_times_is_prepared(own_database):
    for _time in range(3):
        list(Session.objects.filter(capacity=8_123_457).values_list("pk"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        prepared = [row[0] for row in cursor.fetchall() if "workshops_session" in row[0]]

    assert len(prepared) == 1
    assert '"capacity" = $1' in prepared[0]


def test_before_a_pooler_nothing_outlives_a_transaction():
    assert settings_with(DB_KEEP_PLANS="1") == [2, False, None]
    assert settings_with(DB_POOLER="1") == [None, True, None]


EACH_TIME = "-c plan_cache_mode=force_custom_plan"


def test_only_the_web_keeps_plans():
    kept = subprocess.run(
        [sys.executable, "-c", "import os, config.wsgi; print(os.environ['DB_KEEP_PLANS'])"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert settings_with() == [2, False, EACH_TIME]
    assert kept.stdout == "1\n"


@pytest.mark.postgres
def test_plan_of_an_empty_table_is_not_kept(own_database):
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_custom_plan",)
