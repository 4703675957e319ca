"""import_register FILE --valid-from DATE [--apply] [--complete]: the school register."""

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from workshops.actions import register
from workshops.actions.differences import RegisterChanges
from workshops.management import base, reporting
from workshops.readers.cells import parse_date
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.register import RegisterFile, read_register
from workshops.readers.tables import digest_of


class Command(base.Command):
    """Prints what a register file changes, and with --apply changes it."""

    help = "Import the national school register; without --apply only prints what would change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the register, .csv or .xlsx")
        parser.add_argument("--valid-from", metavar="DATE", required=True, help="YYYY-MM-DD")
        parser.add_argument("--apply", action="store_true", help="write it, all or nothing")
        parser.add_argument(
            "--complete", action="store_true", help="close the schools that the file leaves out"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit 0 when done or without errors, 1 for errors in the data, 2 for wrong use."""
        path, valid_from = Path(options["file"]), _date(options["valid_from"])
        if not path.is_file():
            message = _("There is no file {path}. Check the name.").format(path=path)
            raise CommandError(message, returncode=2)
        problems = Problems()
        found = _read(path, problems)
        complete = options["complete"]
        if options["apply"] and not problems:
            difference = register.apply(
                found.rows,
                valid_from=valid_from,
                complete=complete,
                file_name=path.name,
                digest=digest_of(path),
                ignored=found.ignored,
                by=None,
            ).difference
        else:
            difference = register.preview(found.rows, valid_from=valid_from, complete=complete)
        self._report(difference, problems, ignored=found.ignored)

    def _report(self, difference: RegisterChanges, problems: Problems, *, ignored: int) -> None:
        reporting.write_problems(self.stderr, problems)
        reporting.write_notes(self.stdout, problems)
        if not problems:
            for change in difference.changes:
                self.stdout.write(f"{reporting.WORDS[change.kind]} {change}")
        counts = difference.counts(ignored=ignored, errors=len(problems.errors))
        self.stdout.write(reporting.counts_line(counts))
        if problems:
            message = _("Nothing was written. Correct the file and try again.")
            raise CommandError(message, returncode=1)


def _date(text: str) -> datetime.date:
    day = parse_date(text)
    if day is None:
        message = _("--valid-from {text} is not a date. Write it as 2024-08-01.").format(text=text)
        raise CommandError(message, returncode=2)
    return day


def _read(path: Path, problems: Problems) -> RegisterFile:
    try:
        return read_register(path, problems=problems)
    except CannotRead as refusal:
        problems.take(refusal.problem)
        return RegisterFile(rows=(), ignored=0)
