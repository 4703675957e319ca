"""The office of the import tests, and where their files go."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from tests.commands import run
from tests.goals.office import open_office, people


@pytest.fixture
def english():
    """Messages in the words of the code, whatever the translations say."""
    with translation.override("en"):
        yield


@pytest.fixture
def office(tmp_path):
    """An office whose plan counts pupils and knows every kind of stated total."""
    office = open_office(tmp_path)
    stated = [
        {"code": "antal", "kind": "stated_count"},
        {"code": "andel", "kind": "stated_share"},
        {"code": "plan", "kind": "milestone"},
    ]
    office.plan(people(), *stated)
    return office


@pytest.fixture
def folder(tmp_path):
    """Where the files of one import of registrations stand."""
    folder = tmp_path / "indberetning"
    folder.mkdir()
    return folder


@pytest.fixture
def send(tmp_path):
    """`send(content)`: an object, or bytes, is written as a plan and applied, or read as the options say."""

    def send(content, *options):
        file = tmp_path / "plan.json"
        if not isinstance(content, bytes):
            content = json.dumps(content, ensure_ascii=False).encode()
        file.write_bytes(content)
        return run("import_plan", file, *(options or ["--apply"]))

    return send
