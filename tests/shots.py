"""A picture of every page kind, at two widths, in each state and language. Started by ./dev shots."""

from __future__ import annotations

import argparse
import contextlib
import html
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = ROOT / "var" / "shots"
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pages</title><style>
body{font:16px sans-serif;margin:2rem}figure{display:inline-block;vertical-align:top;margin:.5rem}
img{height:360px;border:1px solid #999}figcaption{font-size:.8rem}</style><h1>Pages</h1>
"""


def prepare(folder: str) -> Path:
    """Django on an SQLite file of our own, migrated, before anything of the project is imported."""
    file = Path(folder) / "shots.sqlite3"
    for key in ("REDIS_URL", "EMAIL_URL", "SECRET_KEY"):
        os.environ.pop(key, None)
    os.environ |= {
        "ENVIRONMENT": "test",
        "VAR_DIR": f"{folder}/var",
        "DATABASE_URL": f"sqlite:///{file}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # the browser's loop runs in this thread
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    return file


@contextlib.contextmanager
def towns(folder: str) -> Iterator[dict[bool, object]]:
    """The site with the filled town, and with the empty one."""
    template = prepare(folder)
    from django.db import connections

    from tests.browser import sites, town

    connections.close_all()
    with contextlib.ExitStack() as stack:
        found = {}
        for empty, fill in ((False, town.filled), (True, town.empty)):
            file = Path(folder) / f"town-{empty}.sqlite3"
            shutil.copy(template, file)
            site = stack.enter_context(sites.on_sqlite(file, Path(folder) / f"var-{empty}"))
            with site.database():
                site.town = fill()
            found[empty] = site
        yield found


def shoot(
    found: dict[bool, object], words: list[str], languages: list[str]
) -> tuple[list[str], list[str]]:
    """Every kind whose name holds one of the words; the names of the files, and what failed."""
    from playwright.sync_api import sync_playwright

    from tests.browser import pages, tabs

    names, failed = [], []
    with sync_playwright() as playwright:
        browser = tabs.launch(playwright)
        for kind, state in pages.every_state():
            if words and not any(word in kind.name for word in words):
                continue
            wanted = kind.states[state]
            for language in languages:
                for width, size in (("390", tabs.PHONE), ("1280", tabs.DESK)):
                    name = f"{kind.name.replace(':', '-')}.{state}.{language}.{width}.png"
                    try:
                        with tabs.opened(browser, found[wanted.empty], whom=kind.whom, at=size, language=language) as tab:  # fmt: skip
                            wanted.reach(tab)
                            tab.page.screenshot(path=FOLDER / name, full_page=True, animations="disabled", caret="hide")  # fmt: skip
                    except Exception as fault:  # noqa: BLE001 - the others are wanted all the same
                        failed.append(f"{name}: {str(fault).splitlines()[0]}")
                    else:
                        names.append(name)
        browser.close()
    return names, failed


def index(names: list[str]) -> None:
    """All pictures on one page."""
    figures = [
        f'<figure><a href="{html.escape(name)}"><img src="{html.escape(name)}" alt="" loading="lazy"></a>'
        f"<figcaption>{html.escape(name[:-4])}</figcaption></figure>\n"
        for name in names
    ]
    (FOLDER / "index.html").write_text(HEAD + "".join(figures), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """All pictures, or those of the kinds named; 1 when a page could not be reached."""
    parser = argparse.ArgumentParser(prog="./dev shots", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of names of URLs; none: every page")
    parser.add_argument("--language", action="append", choices=["da", "en"], help="default: both")
    options = parser.parse_args(arguments)
    from tests import browsers

    os.environ["FREMMOEDE_CHROMIUM"] = str(browsers.provide())
    began = time.monotonic()
    if not options.words:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="fm-shots-", dir="/tmp") as folder,
        towns(folder) as found,
    ):
        names, failed = shoot(found, options.words, options.language or ["da", "en"])
    index(sorted(path.name for path in FOLDER.glob("*.png")))
    print(*failed, sep="\n", end="\n" if failed else "", file=sys.stderr)
    print(f"{len(names)} pictures in {time.monotonic() - began:.0f} s: {FOLDER}/index.html")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
