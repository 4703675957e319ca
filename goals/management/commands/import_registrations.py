"""Read past registrations in."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from goals.actions.registrations import WrongUse, import_registrations
from workshops.management import base
from workshops.management.reporting import counts_line, write_notes, write_problems


class Command(base.Command):
    """`import_registrations PATH [--apply]`: a dry run unless --apply is given."""

    help = "Imports past registrations, answers and totals. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a folder or one of its files")
        parser.add_argument("--apply", action="store_true", help="write; all or nothing")

    def handle(self, *_args: Any, path: Path, apply: bool, **_options: Any) -> None:
        """Exit 0 when done or without errors, 1 for errors in the data, 2 for wrong use."""
        try:
            outcome = import_registrations(path, by=None, apply=apply)
        except WrongUse as fault:
            raise CommandError(str(fault), returncode=2) from fault
        write_problems(self.stderr, outcome.problems)
        write_notes(self.stdout, outcome.problems)
        for file, counts in outcome.counts.items():
            self.stdout.write(f"{file}: {counts_line(counts)}")
        if outcome.problems:
            raise CommandError(_("There are errors in the data; nothing was changed."))
        if not apply:
            self.stdout.write(_("Nothing was changed: this was a dry run. Add --apply to write."))
