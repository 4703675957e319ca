"""The texts and lists of the demo: files beside the code, read once for each load."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data"
SCHOOLS = FOLDER / "schools.csv"


def read(name: str) -> dict[str, Any]:
    """Return the object in data/<name>.json."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
