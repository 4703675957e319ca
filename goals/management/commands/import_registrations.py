"""Read past registrations in."""

from pathlib import Path
from typing import Any

from goals.actions import registrations
from workshops.actions.outcomes import Outcome
from workshops.management.importing import ImportCommand


class Command(ImportCommand):
    """`import_registrations PATH [--apply]`."""

    help = "Imports past registrations, answers and totals. Changes nothing without --apply."
    takes_folders = True

    def run(self, path: Path, *, apply: bool, **_options: Any) -> Outcome:
        return registrations.run(path, by=None, apply=apply)
