"""Totals stated by hand: one row for each code and date (imports.md, *opgoerelser*)."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from attendance import plausible
from attendance.readers import folded
from workshops.folding import fold_title
from workshops.readers.cells import RowReader
from workshops.readers.layouts import Heading, Layout, Table
from workshops.readers.problems import Problems

COLUMNS = ["kode", "dato", "værdi", "nævner", "afventer", "oplyst_af", "godkendt_af"]
LAYOUT = Layout(
    "opgoerelser", (*(Heading(name) for name in COLUMNS), Heading("plan", required=False))
)


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One row; `approved_by` is blank when nobody else has approved it."""

    number: int
    code: str
    plan: str
    date: datetime.date
    value: int
    denominator: int | None
    pending: int | None
    stated_by: str
    approved_by: str


def read_totals(table: Table, problems: Problems, *, now: datetime.datetime) -> list[TotalRow]:
    """Return every row, in file order; an own approval is a warning and counts as none.

    A day after *now*, and one more than a year from every other, is doubted.
    """
    readers = {row.number: RowReader(table, row, problems) for row in table}
    rows = [found for reader in readers.values() if (found := _row(reader)) is not None]
    far = plausible.far_days([row.date for row in rows])
    cure = _("Correct it, or confirm that it is right.")
    for row in rows:
        if row.date > timezone.localdate(now):
            told = _("The total is of a day in the future.")
            readers[row.number].doubt("dato", fault=told, cure=cure)
        elif row.date in far:
            told = _(
                "The date is more than a year from every other in the file; the nearest is %(day)s."
            )
            day = far[row.date].isoformat()
            readers[row.number].doubt("dato", fault=told % {"day": day}, cure=cure)
    return rows


def _row(reader: RowReader) -> TotalRow | None:
    day = reader.date("dato", required=True)
    value = reader.integer("værdi", required=True)
    code = reader.text("kode", max_length=60, required=True)
    plan = reader.text("plan", max_length=60)
    denominator, pending = reader.integer("nævner"), reader.integer("afventer")
    stated_by = folded.text(reader, "oplyst_af", fold=fold_title, max_length=120, required=True)
    approved_by = folded.text(reader, "godkendt_af", fold=fold_title, max_length=120)
    if approved_by and fold_title(approved_by) == fold_title(stated_by):
        told = _("The total is stated and approved by the same person.")
        reader.warn("godkendt_af", fault=told, cure=_("It is stored as not approved."))
        approved_by = ""
    if value is not None and denominator is not None:
        _compare(reader, value, denominator, pending or 0)
    if reader.failed or day is None or value is None:
        return None
    return TotalRow(
        reader.number, code, plan, day, value, denominator, pending, stated_by, approved_by
    )


def _compare(reader: RowReader, value: int, denominator: int, pending: int) -> None:
    cure = _("Correct “værdi”, “nævner” or “afventer”.")
    if value > denominator:
        reader.refuse("nævner", fault=_("More have progressed than have started."), cure=cure)
    elif value + pending > denominator:
        told = _("More have progressed or are pending than have started.")
        reader.warn("nævner", fault=told, cure=cure)
