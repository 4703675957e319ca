"""What import commands print, alike for every import: counts to one side, problems to the other."""

from collections.abc import Mapping

from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from workshops.readers.problems import Problems

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
    """Return "new 2, changed 0, same 375, ignored 0, errors 0", in the language of the rest."""
    return ", ".join(f"{WORDS[name]} {number}" for name, number in counts.items())
