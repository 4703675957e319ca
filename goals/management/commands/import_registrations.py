"""Read past registrations in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from goals.actions.registrations import WORDS, WrongUse, import_registrations

# More lines than this help nobody; the rest is counted.
MOST_LINES = 500


class Command(BaseCommand):
    """`import_registrations PATH [--apply]`: a dry run unless --apply is given."""

    help = "Imports past registrations, answers and totals. Changes nothing without --apply."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a folder or one of its files")
        parser.add_argument("--apply", action="store_true", help="write; all or nothing")

    def handle(self, *_args: Any, path: Path, apply: bool, **_options: Any) -> None:
        try:
            outcome = import_registrations(path, by=None, apply=apply)
        except WrongUse as fault:
            raise CommandError(str(fault), returncode=2) from fault
        problems = [*outcome.problems.warnings, *outcome.problems.errors]
        for problem in problems[:MOST_LINES]:
            self.stderr.write(str(problem))
        if len(problems) > MOST_LINES:
            more = _("… and %(count)d more.") % {"count": len(problems) - MOST_LINES}
            self.stderr.write(more)
        for file, counts in outcome.counts.items():
            told = ", ".join(f"{word} {counts.get(word, 0)}" for word in WORDS)
            self.stdout.write(f"{file}: {told}")
        if outcome.problems:
            raise CommandError(_("There are errors in the data; nothing was changed."))
        if not apply:
            self.stdout.write(_("Nothing was changed: this was a dry run. Add --apply to write."))
