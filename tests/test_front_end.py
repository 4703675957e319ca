"""The style sheet is built from the lock, and again when a source has changed."""

import importlib.util
import os
import re

import pytest

from tests.services import ROOT

BUILT = ROOT / "var" / "static-build"


@pytest.fixture(scope="module")
def build():
    place = ROOT / "frontend" / "build.py"
    specification = importlib.util.spec_from_file_location("front_end_build", place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_style_sheet_has_the_design_system_below_ours():
    text = (BUILT / "site.css").read_text(encoding="utf-8")

    assert "@layer fds{" in text
    assert ".fm-table" in text
    assert text.index("@layer fds{") < text.index(".fm-table")
    assert "var(--brand)" in text


def test_style_sheet_names_only_files_that_are_there():
    text = (BUILT / "site.css").read_text(encoding="utf-8")
    names = re.findall(r'url\("?([^")]+)"?\)', text)
    ours = [name for name in names if not name.startswith("data:")]

    assert len(ours) > 3
    assert [name for name in ours if not (BUILT / name).is_file()] == []
    assert "://" not in " ".join(ours)


def test_what_is_missing_or_older_is_stale(build, tmp_path):
    source, made = tmp_path / "source", tmp_path / "made"
    source.touch()
    assert build.is_stale(made, [source])
    made.touch()
    os.utime(source, (1_000, 1_000))
    os.utime(made, (2_000, 2_000))
    assert not build.is_stale(made, [source])
    os.utime(source, (3_000, 3_000))
    assert build.is_stale(made, [source])


def test_failure_ends_with_what_was_said(build, tmp_path):
    script = tmp_path / "broken.js"
    script.write_text("console.log('no ink'); process.exit(3)")

    with pytest.raises(SystemExit, match=r"(?s)Failed .3.*no ink"):
        build.run(script)
