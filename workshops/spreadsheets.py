"""How tables are written for a Danish spreadsheet: semicolons, and no cell that it would run."""

import csv
from typing import Final

BOM: Final = "\ufeff"  # tells the spreadsheet that it is UTF-8
# A spreadsheet would run a cell that begins with one of these as a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Danish(csv.excel):
    """Semicolons between the cells, and the line ends of Windows."""

    delimiter = ";"


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
