"""Who may approve, and what was on the page when they did."""

import re
from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required

from attendance.actions import approvals
from attendance.reports.lines import SessionCounts

may_approve = permission_required("attendance.approve_headcount", raise_exception=True)
HELD = {"True": True, "False": False, "None": None}


def look(seen: SessionCounts) -> str:
    """Write what was on the page: the session, its latest count, and whether it was held."""
    held = seen.register.held if seen.register else None
    return f"{seen.session.pk}:{seen.latest}:{held}"


def chosen(values: list[str]) -> Iterator[tuple[int, approvals.Look]]:
    """Read the keys of sessions, each with what was seen of it; what is neither is left out."""
    for value in values:
        if found := re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9}):(True|False|None)", value):
            session, latest, held = found.groups()
            yield int(session), approvals.Look(int(latest), HELD[held])
