"""Stated totals from a file: found to a plan, compared, and kept by code and date."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from goals.models import Measure, StatedTotal
from goals.readers.totals import TotalRow
from workshops.folding import fold_title
from workshops.models import Batch, Plan
from workshops.readers.layouts import Table
from workshops.readers.problems import Problems

Fault = tuple[str, str, str, str]
"""Column, value, fault, cure."""
STATED = {"stated_count", "stated_share", "milestone"}


@dataclass
class Totals:
    """What a file of totals comes to: rows to write, and how many of each kind there are."""

    fresh: list[StatedTotal] = field(default_factory=list)
    changed: list[StatedTotal] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def compare(rows: list[TotalRow], *, table: Table, problems: Problems) -> Totals:
    """Compare *rows* with the stored totals; of a code and date the last row wins. Only reads.

    A code must belong to one plan of the row's year; where no plan of that year has it, to one
    plan of any year; else the column `plan` decides. Faults go to *problems*.
    """
    homes = _Homes()
    wanted: dict[tuple[int, str, datetime.date], TotalRow] = {}
    superseded = 0
    for row in rows:
        home = homes.of(row, table, problems)
        if home is not None:
            superseded += (home, row.code, row.date) in wanted
            wanted[home, row.code, row.date] = row
    totals = Totals(counts={"new": 0, "changed": 0, "same": 0, "ignored": superseded})
    stored = {
        (total.plan_id, total.code, total.date): total
        for total in StatedTotal.objects.filter(plan__in={plan for plan, _code, _day in wanted})
    }
    for key, row in wanted.items():
        _sort_in(totals, stored.get(key), _total(key, row))
    return totals


class _Homes:
    """Which plan a code belongs to in a year."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
        self._keys: dict[str, int] = dict(Plan.objects.values_list("code", "pk"))
        columns = ("code", "version__year", "version__plan__code", "kind")
        for code, year, plan, kind in Measure.objects.values_list(*columns):
            self._kinds[code, year][plan] = kind
            self._kinds[code, 0].setdefault(plan, kind)

    def of(self, row: TotalRow, table: Table, problems: Problems) -> int | None:
        """Return the key of the plan that *row* belongs to, or None with the fault told."""
        of_year = self._kinds.get((row.code, row.date.year), {})
        plans = of_year or self._kinds.get((row.code, 0), {})
        if row.plan:
            everywhere = {**self._kinds.get((row.code, 0), {}), **plans}
            plans = {plan: kind for plan, kind in everywhere.items() if plan == row.plan}
        fault = self._homeless(row, plans) or _fault(row, *plans.values())
        if fault is None and not of_year.keys() & plans.keys():
            _tell(row, _early(row), table, problems, warning=True)
        if fault is None:
            return self._keys[next(iter(plans))]
        _tell(row, fault, table, problems, warning=False)
        return None

    def _homeless(self, row: TotalRow, plans: dict[str, str]) -> Fault | None:
        import_it = _("Correct the code, or import the plan first.")
        if row.plan and row.plan not in self._keys:
            return "plan", row.plan, _("There is no plan with this code."), import_it
        if len(plans) == 1:
            return None
        if row.plan:
            told = _("The plan %(plan)s has no measure with this code.") % {"plan": row.plan}
            return "kode", row.code, told, _("Correct the code or the plan.")
        if not plans:
            return "kode", row.code, _("No plan has a measure with this code."), import_it
        told = _("More than one plan has this code: %(plans)s.") % {"plans": ", ".join(plans)}
        return "kode", row.code, told, _("Add a column “plan” with the code of the plan.")


def _tell(row: TotalRow, fault: Fault, table: Table, problems: Problems, *, warning: bool) -> None:
    column, value, told, cure = fault
    problems.add(
        file=table.file,
        row=row.number,
        column=table.written.get(column, column),
        value=value,
        fault=told,
        cure=cure,
        warning=warning,
    )


def _early(row: TotalRow) -> Fault:
    """A total may come before the plan of its year; a year that is a slip is seen by this."""
    told = _("No plan of %(year)d has this code yet, so the total counts nowhere.")
    cure = _("Import the plan of that year, or correct the date.")
    return "dato", row.date.isoformat(), told % {"year": row.date.year}, cure


def _fault(row: TotalRow, kind: str) -> Fault | None:
    if kind not in STATED:
        told = _("This measure is counted, not stated.")
        return "kode", row.code, told, _("Take the row out.")
    if kind == "milestone" and row.value > 1:
        told = _("A milestone is done or not.")
        return "værdi", str(row.value), told, _("Write 1 for done or 0 for not done.")
    if kind == "stated_share" and row.denominator is None:
        told = _("The number that started is missing.")
        return "nævner", "", told, _("Fill in “nævner”.")
    return None


def _total(key: tuple[int, str, datetime.date], row: TotalRow) -> StatedTotal:
    plan, code, day = key
    return StatedTotal(
        plan_id=plan,
        code=code,
        date=day,
        value=row.value,
        denominator=row.denominator,
        pending=(row.pending or 0) if row.denominator is not None else row.pending,
        stated_by_name=row.stated_by,
        stated_by_key=fold_title(row.stated_by),
        approved_by_name=row.approved_by,
        approved_by_key=fold_title(row.approved_by),
    )


COLUMNS = (
    "value",
    "denominator",
    "pending",
    "stated_by_name",
    "stated_by_key",
    "approved_by_name",
    "approved_by_key",
)


def _sort_in(totals: Totals, stored: StatedTotal | None, total: StatedTotal) -> None:
    if stored is None:
        totals.counts["new"] += 1
        totals.fresh.append(total)
    elif all(getattr(stored, column) == getattr(total, column) for column in COLUMNS):
        totals.counts["same"] += 1
    else:
        totals.counts["changed"] += 1
        total.pk = stored.pk
        totals.changed.append(total)


def write(totals: Totals, *, batch: Batch, now: datetime.datetime) -> None:
    """Keep the totals that are new or differ, in the caller's transaction."""
    for total in [*totals.fresh, *totals.changed]:
        total.batch, total.stated_at = batch, now
    StatedTotal.objects.bulk_create(totals.fresh)
    StatedTotal.objects.bulk_update(totals.changed, [*COLUMNS, "batch", "stated_at"])
