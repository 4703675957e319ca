"""What every command of ours is: it ends with its own words, in one language."""

import sys
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Says why it ends without a word in front; Django puts the name of an exception there.

    Checks nothing of the project itself: for that every page, form and reader of files would be
    imported, which takes as long as starting. `migrate`, `check` and `./dev check` do it.
    """

    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    def execute(self, *args: Any, **options: Any) -> Any:
        """Run; from the command line a refusal is written as it is, with its exit status."""
        try:
            return super().execute(*args, **options)
        except CommandError as refusal:
            called = getattr(self, "_called_from_command_line", False)
            if not called or options.get("traceback"):
                raise
            self.stderr.write(str(refusal))
            sys.exit(refusal.returncode)
