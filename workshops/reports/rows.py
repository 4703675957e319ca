"""Rows as reports read them: plain values, equal when the tables say the same."""

from typing import Any

from django.utils.translation import get_language

Row = Any  # a named tuple with the columns that were asked for


def local(row: Row, name: str) -> str:
    """Return a text of a row in the active language, as Workshop.local_title does."""
    other = getattr(row, f"{name}_en") if get_language() == "en" else ""
    return str(other or getattr(row, name))
