"""Read an action plan in."""

from pathlib import Path
from typing import Any

from goals.actions import plans
from workshops.actions.outcomes import Outcome
from workshops.management.importing import ImportCommand


class Command(ImportCommand):
    """`import_plan FILE [--apply]`."""

    help = "Imports an action plan with its goals. Changes nothing without --apply."

    def run(self, path: Path, *, apply: bool, **_options: Any) -> Outcome:
        return plans.run(path, by=None, apply=apply)
