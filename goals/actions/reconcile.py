"""Does every derived figure still equal a recount? What differs, and what still waits."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from goals.actions import copies
from goals.actions.aggregation import latest_snapshots, touched_by
from goals.actions.copies import Difference
from goals.models import PlanVersion
from goals.recount import Recount
from workshops.models import Mark


@dataclass(frozen=True)
class Reconciled:
    """What reconcile found. Figures that a waiting mark touches are `waiting`, not different."""

    compared: int
    pending: int
    waiting: list[Difference]
    differences: list[Difference]


def reconcile() -> Reconciled:
    """Recount every figure, counter and copied column, and compare. Changes nothing.

    A snapshot that a waiting mark may still change is only reported as waiting; a figure without
    its snapshot is a difference, marks or not (imports.md).
    """
    marks = list(Mark.objects.values_list("session", flat=True))
    stale = set(touched_by(marks).values_list("pk", flat=True)) if marks else set()
    recount = Recount()
    compared = 0
    waiting: list[Difference] = []
    differences: list[Difference] = []
    for version in PlanVersion.objects.whole().order_by("plan__code", "year"):
        figures = recount.figures(version)
        compared += len(figures)
        for difference, missing in _compare(version, figures):
            late = version.pk in stale and not missing
            (waiting if late else differences).append(difference)
    differences += copies.differences()
    return Reconciled(compared, len(marks), waiting, differences)


def _compare(
    version: PlanVersion, figures: dict[str, dict[str, object]]
) -> Iterator[tuple[Difference, bool]]:
    stored = {snapshot.code: snapshot.value for snapshot in latest_snapshots(version)}
    for code, value in figures.items():
        if stored.get(code) != value:
            place = f"{version.plan.code} {version.year} {code}"
            kept = _plain(stored[code]) if code in stored else _("nothing")
            yield Difference(place, kept, _plain(value)), code not in stored


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
