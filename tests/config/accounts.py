"""What tests of signing in share: the password, the last day, the pages."""

from __future__ import annotations

import datetime

from tests.factories import local

PASSWORD = "korrekt hest batteri hæfteklamme"  # spell: danish
LAST_DAY = datetime.date(2026, 3, 31)
LAST_MINUTE, MIDNIGHT = local(2026, 3, 31, 23, 59), local(2026, 4, 1, 0)
LOGIN, HOME = "/accounts/login/", "/manage/"


def is_in(browser) -> bool:
    """Whether the browser sees the first page."""
    return not getattr(browser.get(HOME), "url", "").startswith(LOGIN)
