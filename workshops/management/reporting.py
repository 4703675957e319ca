"""What import commands print, alike for every import: counts to one side, problems to the other."""

from collections.abc import Mapping

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from workshops.readers.problems import Problems


def write_problems(stderr: OutputWrapper, problems: Problems) -> None:
    """Write each warning, then each error, on a line, in file order."""
    warning = _("Warning")
    for problem in problems.warnings:
        stderr.write(f"{warning}: {problem}")
    for problem in problems.errors:
        stderr.write(str(problem))


def write_notes(stdout: OutputWrapper, problems: Problems) -> None:
    """Write where each table was found that does not stand where one looks first."""
    for note in problems.notes:
        stdout.write(note)


def counts_line(counts: Mapping[str, int]) -> str:
    """Return "new 2, changed 0, same 375, ignored 0, errors 0"; scripts read these words."""
    return ", ".join(f"{name} {number}" for name, number in counts.items())
