"""What import commands print, alike for every import: counts to one side, problems to the other."""

from collections.abc import Mapping, Sequence

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from workshops.readers.problems import Problem, Problems


def write_problems(stderr: OutputWrapper, problems: Problems) -> None:
    """Write each error and each warning on a line, in file order."""
    _write(stderr, problems.errors, prefix="")
    _write(stderr, problems.warnings, prefix=f"{_('Warning')}: ")


def counts_line(counts: Mapping[str, int]) -> str:
    """Return "new 2, changed 0, same 375, ignored 0, errors 0"; scripts read these words."""
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _write(stderr: OutputWrapper, found: Sequence[Problem], *, prefix: str) -> None:
    for problem in found:
        stderr.write(f"{prefix}{problem}")
