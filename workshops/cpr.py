"""CPR numbers: texts that hold what looks like one, and the same without it."""

import datetime
import re

HIDDEN = "…"
# Hyphen, soft hyphen, minus and dashes; any kind of space.
_SEPARATOR = "[-\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d\\s]?"
_CPR = re.compile(rf"(?<!\d)(\d{{6}}){_SEPARATOR}\d{{4}}(?!\d)")
_CENTURIES = (1800, 1900, 2000)


def looks_like_cpr(text: str) -> bool:
    """Say whether *text* holds six digits that can be a date, and four more, joined or not."""
    return any(_can_be_date(found.group(1)) for found in _CPR.finditer(text))


def hide_cpr(text: str) -> str:
    """Return *text* with "…" in the place of everything that looks like a CPR number."""
    return _CPR.sub(lambda found: HIDDEN if _can_be_date(found[1]) else found[0], text)


def _can_be_date(six: str) -> bool:
    day, month, year = int(six[:2]), int(six[2:4]), int(six[4:])
    for century in _CENTURIES:
        try:
            datetime.date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False
