"""What the tests look at, for the accessibility statement, which says no more than that.

`python -m tests.examined` writes it to config/examined.json, with the day on which it changed.
"""

from __future__ import annotations

import datetime
import json
import os
import re
from pathlib import Path
from typing import Any

import axe_playwright_python

from config import statement


def observed() -> dict[str, Any]:
    """Kinds of pages, widths, the tool and the newest standard whose levels A and AA it knows."""
    from tests.browser import looks, pages, tabs

    script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
    found = re.search(r"axe v(\d+\.\d+\.\d+)", script.read_text(encoding="utf-8")[:200])
    assert found
    newest = max(tag for tag in looks.TAGS if re.fullmatch(r"wcag\d\daa", tag))
    assert {"wcag2a", "wcag2aa", "wcag21a", "wcag21aa", newest} <= set(looks.TAGS)
    return {
        "pages": len(pages.KINDS),
        "widths": [tabs.PHONE[0], tabs.DESK[0]],
        "axe": f"axe-core {found.group(1)}",
        "standard": f"WCAG {newest[4]}.{newest[5]}",
    }


def told() -> dict[str, Any]:
    """What the statement says."""
    found: dict[str, Any] = json.loads(statement.EXAMINED.read_text(encoding="utf-8"))
    return {name: value for name, value in found.items() if name != "day"}


def main() -> None:
    """Nothing is written while nothing has changed."""
    import django

    django.setup()
    if not statement.EXAMINED.exists() or told() != observed():
        today = datetime.date.today().isoformat()  # noqa: DTZ011 - the day of whoever runs it
        text = json.dumps({"day": today, **observed()}, indent=2)
        statement.EXAMINED.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ |= {"ENVIRONMENT": "test", "DJANGO_SETTINGS_MODULE": "config.settings"}
    main()
