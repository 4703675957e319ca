"""What every import command is: it looks unless told to apply, and prints alike."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from workshops.actions.outcomes import Outcome, WrongUse
from workshops.management import base

WORDS = {
    "new": pgettext_lazy("import", "new"),
    "changed": pgettext_lazy("import", "changed"),
    "renamed": pgettext_lazy("import", "renamed"),
    "retyped": pgettext_lazy("import", "retyped"),
    "moved": pgettext_lazy("import", "moved"),
    "altered": pgettext_lazy("import", "altered"),
    "closed": pgettext_lazy("import", "closed"),
    "reopened": pgettext_lazy("import", "reopened"),
    "missing": pgettext_lazy("import", "missing"),
    "removed": pgettext_lazy("import", "removed"),
    "same": pgettext_lazy("import", "same"),
    "ignored": pgettext_lazy("import", "ignored"),
    "errors": pgettext_lazy("import", "errors"),
}
"""What imports call the kinds of changes, and what they count."""


class ImportCommand(base.Command):
    """`COMMAND PATH [--apply]`: changes nothing without --apply; --dry-run says so in a word."""

    takes_folders: ClassVar[bool] = False
    """A folder of several files: their counts are told by file, their rows are too many to tell."""

    def add_arguments(self, parser: CommandParser) -> None:
        what = "a folder or one of its files" if self.takes_folders else "the file"
        parser.add_argument("path", type=Path, metavar="PATH", help=what)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--apply", action="store_true", help="write it, all or nothing")
        how.add_argument("--dry-run", action="store_true", help="write nothing, as without --apply")

    def run(self, path: Path, *, apply: bool, **options: Any) -> Outcome:
        """Do the import, or say what it would do."""
        raise NotImplementedError

    def handle(self, *_args: Any, path: Path, apply: bool, **options: Any) -> None:
        """Exit 0 when done or without errors, 1 for errors in the data, 2 for wrong use.

        Warnings and errors go to standard error, each on a line, in file order.
        """
        if not self.takes_folders and not path.is_file():
            told = _("There is no file %(file)s. Check the path.")
            raise CommandError(told % {"file": path}, returncode=2)
        try:
            outcome = self.run(path, apply=apply, **options)
        except WrongUse as fault:
            raise CommandError(str(fault), returncode=2) from fault
        self._report(outcome)
        if outcome.refusal or outcome.errors:
            said = outcome.refusal or _("There are errors in the data; nothing was changed.")
            raise CommandError(said)
        if not apply:
            self.stdout.write(_("Nothing was changed: this was a dry run. Add --apply to write."))

    def _report(self, outcome: Outcome) -> None:
        warning = _("Warning")
        for problem in outcome.warnings:
            self.stderr.write(f"{warning}: {problem}")
        for problem in outcome.errors:
            self.stderr.write(str(problem))
        for note in outcome.notes:
            self.stdout.write(note)
        for section in () if self.takes_folders else outcome.sections:
            for line in section.lines:
                self.stdout.write(f"{WORDS[section.kind]} {line}")
        for file, counts in outcome.counts.items():
            before = f"{file}: " if self.takes_folders else ""
            self.stdout.write(f"{before}{counts_line(counts)}")


def counts_line(counts: Mapping[str, int]) -> str:
    """Return "new 2, changed 0, same 375, ignored 0, errors 0", in the language of the rest."""
    return ", ".join(f"{WORDS[name]} {number}" for name, number in counts.items())
