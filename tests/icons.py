"""Draws the icons from frontend/icon.svg; what it makes is committed.

`python -m tests.icons` writes frontend/*.png and frontend/favicon.ico.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import browsers

FOLDER = Path(__file__).resolve().parent.parent / "frontend"
ROUNDED = ' rx="9"'
# Systems that cut an icon to a shape of their own get it without round corners.
CUT_BY_OTHERS = {"icon-maskable-192": 192, "icon-maskable-512": 512, "apple-touch-icon": 180}
AS_DRAWN = {"icon-192": 192, "icon-512": 512}
FAVICON = (16, 32, 48)


def main() -> None:
    """Every file."""
    for name, content in drawn():
        (FOLDER / name).write_bytes(content)


def drawn() -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    icon = (FOLDER / "icon.svg").read_text(encoding="utf-8")
    assert ROUNDED in icon
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(browsers.provide()), args=[*browsers.ARGUMENTS]
        )
        page = browser.new_page()
        for name, size in AS_DRAWN.items():
            yield f"{name}.png", picture(page, icon, size)
        for name, size in CUT_BY_OTHERS.items():
            yield f"{name}.png", picture(page, icon.replace(ROUNDED, ""), size)
        yield "favicon.ico", bound({size: picture(page, icon, size) for size in FAVICON})
        browser.close()


def picture(page: Page, icon: str, size: int) -> bytes:
    """A PNG of that many pixels each way; what the icon leaves free is transparent."""
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{icon}")
    return page.screenshot(omit_background=True)


def bound(pictures: dict[int, bytes]) -> bytes:
    """One .ico of them: a head, an entry for each, the pictures."""
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    start = len(head) + 16 * len(pictures)
    for size, content in pictures.items():
        head += struct.pack("<4B2H2L", size, size, 0, 0, 1, 32, len(content), start + len(body))
        body += content
    return head + body


if __name__ == "__main__":
    main()
