"""Read the national school register in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from workshops.actions import school_register_imports
from workshops.actions.outcomes import Outcome, WrongUse
from workshops.management.importing import ImportCommand
from workshops.readers.cells import parse_date


class Command(ImportCommand):
    """`import_register FILE --valid-from DATE [--complete] [--apply]`."""

    help = "Imports the national school register. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--valid-from", metavar="DATE", required=True, help="YYYY-MM-DD")
        parser.add_argument(
            "--complete", action="store_true", help="close the schools that the file leaves out"
        )

    def run(self, path: Path, *, apply: bool, **options: Any) -> Outcome:
        day = parse_date(options["valid_from"])
        if day is None:
            told = _("--valid-from {text} is not a date. Write it as 2024-08-01.")
            raise WrongUse(told.format(text=options["valid_from"]))
        complete = options["complete"]
        return school_register_imports.run(
            path, valid_from=day, complete=complete, by=None, apply=apply
        )
