"""Totals stated by hand: one row for each code and date (imports.md, *opgoerelser*)."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

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


def read_totals(table: Table, problems: Problems) -> list[TotalRow]:
    """Return every row, in file order; an own approval is a warning and counts as none."""
    rows = [_row(RowReader(table, row, problems)) for row in table]
    return [row for row in rows if row is not None]


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
