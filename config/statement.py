"""What the accessibility statement may say: what the settings claim, what the tests have shown."""

import datetime
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

EXAMINED = Path(__file__).resolve().parent / "examined.json"
# The three answers of the European model statement (EU 2018/1523).
FULL, PARTIAL, NONE = "full", "partial", "none"


@dataclass(frozen=True)
class Claim:
    """What the municipality says of its site, and the day on which it last looked."""

    status: str
    reviewed: datetime.date | None
    faults: tuple[str, ...]


def claimed(*, status: str, reviewed: str, faults: str) -> Claim:
    """Return the settings WAS_STATUS, WAS_REVIEWED and WAS_FAULTS, or refuse what nobody has shown.

    Tests of a program find a part of what people meet: *full* is for whoever has looked, and knows
    of no fault.
    """
    if status not in {FULL, PARTIAL, NONE}:
        raise ImproperlyConfigured(f"WAS_STATUS is {status!r}: write full, partial or none.")
    known = tuple(text for part in faults.split("|") if (text := part.strip()))
    claim = Claim(status, _day(reviewed) if reviewed else None, known)
    if status == FULL and (claim.faults or not claim.reviewed):
        raise ImproperlyConfigured(
            "WAS_STATUS=full is for a site that has been looked through: set WAS_REVIEWED to the"
            " day it was, and leave WAS_FAULTS out; or write WAS_STATUS=partial."
        )
    return claim


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        message = f"WAS_REVIEWED is {text!r}: write a date as 2026-12-01."
        raise ImproperlyConfigured(message) from error


@lru_cache(maxsize=1)
def examined() -> dict[str, Any]:
    """Return what the tests look at: written by `python -m tests.examined`, held true by a test."""
    found: dict[str, Any] = json.loads(EXAMINED.read_text(encoding="utf-8"))
    return found | {"day": datetime.date.fromisoformat(found["day"])}
