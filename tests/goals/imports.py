"""Files of registrations, answers and totals for tests of import_registrations."""

from __future__ import annotations

from tests.commands import COLUMNS, run, tables, write_table
from workshops.models import Batch

ROWS, ANSWERS, TOTALS = "registreringer", "spoergeskema", "opgoerelser"
CPR = "010203-1234"


def csv_of(folder, name=ROWS, *rows, **options):
    """A table under the name that a folder's files are known by."""
    columns = options.pop("columns", COLUMNS[name])
    return write_table(folder / f"{name}.csv", rows, columns=columns, **options)


def apply(path):
    """One import that writes, whatever comes of it."""
    return run("import_registrations", path, "--apply")


def refused(folder, *, errors=1, file=f"{ROWS}.csv"):
    """The lines of the errors, after making sure that nothing at all was written."""
    before, batches = tables(), Batch.objects.count()

    outcome = apply(folder)

    assert (outcome.code, tables(), Batch.objects.count()) == (1, before, batches), outcome
    assert f"{file}: new" in outcome.out
    assert f"errors {errors}" in outcome.out
    lines = [line for line in outcome.err.splitlines() if not line.startswith("Warning")]
    assert lines[-1] == "There are errors in the data; nothing was changed."
    assert len(lines) == errors + 1, outcome.err
    dry = run("import_registrations", folder)
    assert (dry.code, dry.err, dry.out) == (1, outcome.err, outcome.out)
    return lines[:-1]


def answer(**other):
    """A row of an answer; the session S-0 unless told otherwise."""
    return {"session": "S-0", "spørgsmål": "nyttig", "svar": "ja", **other}
