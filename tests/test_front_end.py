"""The style sheet is built from the lock, and again when a source has changed."""

import importlib.util
import os
import re
from pathlib import Path

import brotli
import django_htmx
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


# --- what a first visit weighs -----------------------------------------------------------------


def test_first_visit_of_the_catalogue_is_light():
    texts = ["site.css", "site.js", "icon.svg", "dkfds/img/all-svg-icons.svg"]
    weights = [len(brotli.compress((BUILT / name).read_bytes())) for name in texts]
    htmx = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-4.min.js"
    weights.append(len(brotli.compress(htmx.read_bytes())))
    weights += [file.stat().st_size for file in (BUILT / "fonts").iterdir()]

    page = 12_000  # the catalogue itself, compressed by the proxy
    assert len(list((BUILT / "fonts").iterdir())) == 3
    assert sum(weights) + page <= 150_000


def test_nothing_own_is_inside_the_layer_of_the_design_system():
    text = (BUILT / "site.css").read_text(encoding="utf-8")
    depth, end = 0, text.index("@layer fds{") + len("@layer fds")
    for place in range(end, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            break

    assert ".fm-" not in text[:place]
    assert text.count(".fm-") > 100


@pytest.mark.parametrize(
    "wish",
    ["(prefers-reduced-motion: reduce)", "(forced-colors: active)", "print", "focus-visible"],
)
def test_style_sheet_answers_what_people_ask_of_it(wish):
    assert wish in (BUILT / "site.css").read_text(encoding="utf-8")


def test_our_scripts_need_no_eval_and_leave_no_style():
    for script in (ROOT / "frontend").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert [
            word for word in ("eval(", "innerHTML", "Function(", ".style", "hx-on") if word in text
        ] == []


def test_templates_hold_no_style_and_no_script_of_their_own():
    found = []
    for page in (ROOT / "templates").rglob("*.html"):
        if "mail" in page.parts or "email" in page.parts:
            continue
        text = page.read_text(encoding="utf-8")
        found += [
            f"{page.name}: {part}"
            for part in re.findall(
                r"<style|\sstyle=|\son(?:click|change|submit|input|load|key\w+)=|<script(?![^>]*\ssrc=)|javascript:",
                text,
            )
        ]

    assert found == []


def test_classes_of_ours_that_templates_use_are_in_the_style_sheet():
    known = set(re.findall(r"\.(fm-[\w-]+)", (BUILT / "site.css").read_text(encoding="utf-8")))
    used = {}
    for page in (ROOT / "templates").rglob("*.html"):
        if "mail" in page.parts or "email" in page.parts:
            continue
        for names in re.findall(r'class="([^"{]*)', page.read_text(encoding="utf-8")):
            for name in names.split():
                if name.startswith("fm-") and not name.endswith("-"):
                    used.setdefault(name, page.name)

    assert {name: page for name, page in used.items() if name not in known} == {}
