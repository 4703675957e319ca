"""Read an action plan in."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from goals.actions.plans import Imported, import_plan
from goals.readers.plan import PlanFile, read_plan
from workshops.management import base
from workshops.management.reporting import WORDS, counts_line, write_problems
from workshops.readers.problems import CannotRead, Problems
from workshops.readers.tables import digest_of


class Command(base.Command):
    """`import_plan FILE [--dry-run]`: writes at once; --dry-run shows and changes nothing."""

    help = "Imports an action plan with its goals. --dry-run shows what would change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, file: Path, dry_run: bool, **_options: Any) -> None:
        if not file.is_file():
            message = _("There is no file %(file)s. Check the path.")
            raise CommandError(message % {"file": file}, returncode=2)
        plan = self._read(file)
        try:
            done = import_plan(
                plan, file_name=file.name, digest=digest_of(file), by=None, dry_run=dry_run
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        for word in ("new", "changed", "removed"):
            for line in getattr(done, word):
                self.stdout.write(f"{WORDS[word]}: {line}")
        self.stdout.write(counts_line({**done.counts, "errors": 0}))
        if dry_run:
            self.stdout.write(_("Nothing was changed: this was a dry run."))

    def _read(self, file: Path) -> PlanFile:
        problems = Problems()
        plan = None
        try:
            plan = read_plan(file, problems)
        except CannotRead as fault:
            problems.take(fault.problem)
        write_problems(self.stderr, problems)
        if plan is None:
            counts = {**Imported().counts, "errors": len(problems.errors)}
            self.stdout.write(counts_line(counts))
            raise CommandError(_("The plan has errors; nothing was changed."))
        return plan
