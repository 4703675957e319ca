"""Plans as files hold them, for tests of import_plan."""

from __future__ import annotations

from tests.commands import tables
from workshops.models import Batch


def measure(code="1.folk", **other):
    """A measure of pupils of folkeskoler."""
    return {"code": code, "kind": "participations", "audience": "elever", "school_category": "folkeskole", "target_min": 10, **other}  # fmt: skip


def goal(code="1", *measures, **other):
    """A goal with these measures."""
    return {"code": code, "title": f"Mål {code}", "text": "Mål", "rule": "all", "measures": list(measures), **other}  # fmt: skip


def plan(*goals, **other):
    """A plan with these goals; with one of one measure where there are none."""
    return {
        "code": "trivsel",
        "title": "Plan for trivsel",
        "year": 2024,
        "municipality_code": "0101",
        "school_categories": [
            {"type_code": "1012", "category": "folkeskole", "valid_from": "1900-01-01"},
            {"type_code": "1015", "category": None, "valid_from": "2024-08-01"},
        ],
        "target_groups": [{"number": 1, "title": "Unge", "goals": list(goals) or [goal("1", measure())]}],
        "initiatives_without_target": [{"code": "N1", "level": "Kommune", "title": "Net", "text": "a\nb"}],
        **other,
    }  # fmt: skip


def refused(send, content):
    """The lines of the errors, after making sure that nothing at all was written."""
    before, batches = tables(), Batch.objects.count()

    outcome = send(content)

    assert (outcome.code, tables(), Batch.objects.count()) == (1, before, batches), outcome
    *lines, last = outcome.err.splitlines()
    if not outcome.out:  # refused by what is stored, not by what the file says
        return [*lines, last]
    errors = [line for line in lines if not line.startswith("Warning")]
    assert last == "There are errors in the data; nothing was changed."
    assert outcome.out == f"new 0, changed 0, removed 0, same 0, errors {len(errors)}\n"
    return errors


WHOLE = plan(goal("1", measure(), measure("q", kind="survey_share", question="q", answer="ja", workshop="w", text="t")))  # fmt: skip
