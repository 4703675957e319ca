"""The page for operators names every setting and every job."""

from __future__ import annotations

import re
from pathlib import Path

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text()


def test_every_variable_is_in_the_table():
    code = (ROOT / "config" / "settings.py").read_text()

    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, flags=re.MULTILINE))

    assert told - read == {"ADMINISTRATOR_PASSWORD"}
    assert read - told == set()


def test_every_job_of_the_beat_is_in_the_table():
    jobs = set(re.findall(r"^\| `([a-z-]+)` \| (?:every|\d\d:\d\d)", PAGE, flags=re.MULTILINE))

    assert jobs == set(app.conf.beat_schedule)
