"""The gate without the tests. Started by ./dev check."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MAX_LINES = 400
PRODUCTION = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
    "EMAIL_URL": "smtp://localhost:25",
    "SITE_URL": "https://localhost",
    "ALLOWED_HOSTS": "localhost",
}


def files(*patterns: str) -> list[str]:
    """Files of the project, new ones too, but none that is ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()})


def steps(*, fix: bool) -> dict[str, list[object]]:
    """Each step's name and its command."""
    only_look = [] if fix else ["--check"]
    brief = ["--output-format", "concise"]
    django = [sys.executable, "manage.py"]
    templates = files("templates/*.html")
    return {
        "format": [BIN / "ruff", "format", *brief, *only_look, "."],
        "lint": [BIN / "ruff", "check", *brief, *(["--fix"] if fix else []), "."],
        "upgrade": [BIN / "django-upgrade", *only_look, "--target-version", "5.2", *files("*.py")],
        **(
            {"templates": [BIN / "djade", *only_look, "--target-version", "5.2", *templates]}
            if templates
            else {}
        ),
        "types": [BIN / "mypy"],
        "imports": [BIN / "lint-imports", "--no-cache"],
        "twice": [sys.executable, "tests/twice.py"],
        "spelling": [BIN / "typos", "--format", "brief"],
        "migrations": [*django, "makemigrations", "--check", "--dry-run"],
        "settings": [*django, "check", "--fail-level", "WARNING"],
        "deploy": [*django, "check", "--deploy", "--fail-level", "WARNING"],
        "translations": [sys.executable, "locale/messages.py", "check"],
    }


def run(name: str, command: list[object]) -> str:
    """What a step found, in words; nothing when all is well."""
    env = {**os.environ, **(PRODUCTION if name == "deploy" else {})}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    good = done.returncode == 0
    print("ok  " if good else "FAIL", name, flush=True)
    return "" if good else f"\n--- {name}\n{done.stdout}{done.stderr}"


def too_long(root: Path, names: list[str]) -> list[str]:
    """Files nobody reads in one go."""
    lengths = {name: len((root / name).read_text(encoding="utf-8").splitlines()) for name in names}
    return [
        f"\n--- length\n{name} has {length} lines; {MAX_LINES} is the most.\n"
        for name, length in lengths.items()
        if length > MAX_LINES
    ]


def main(arguments: list[str]) -> int:
    """Every step, two at a time; with --fix one after the other, writing."""
    if arguments not in ([], ["--fix"]):
        print("./dev check [--fix]", file=sys.stderr)
        return 2
    with ThreadPoolExecutor(1 if arguments else 2) as pool:
        found = list(pool.map(lambda step: run(*step), steps(fix=bool(arguments)).items()))
    faults = [fault for fault in found if fault] + too_long(ROOT, files("*.py", "dev"))
    print(*faults, sep="", end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
