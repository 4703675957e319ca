"""What import_registrations leaves behind: nothing when dry, nothing more when done again."""

from __future__ import annotations

import pytest

from tests.commands import run, tables
from tests.goals.imports import ANSWERS, ROWS, TOTALS, answer, apply, csv_of
from tests.goals.office import FOLK, a_class, a_crowd, a_total
from workshops.models import Batch, Mark, School

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_dry_run_writes_nothing_and_counts_alike(office, folder):
    csv_of(folder, ROWS, a_class("1"), {}, a_class("2"), a_class("2"))
    csv_of(folder, ANSWERS, answer(session="S-1"), answer(session="S-1", svar=""))
    csv_of(folder, TOTALS, a_total("antal", "2024-05-01", 3))
    before, batches = tables(), Batch.objects.count()

    dry = run("import_registrations", folder)

    assert (dry.code, tables(), Batch.objects.count()) == (0, before, batches)
    assert dry.out.splitlines() == [
        "registreringer.csv: new 2, changed 0, same 0, ignored 2, errors 0",
        "spoergeskema.csv: new 1, changed 0, same 0, ignored 1, errors 0",
        "opgoerelser.csv: new 1, changed 0, same 0, ignored 0, errors 0",
        "Nothing was changed: this was a dry run. Add --apply to write.",
    ]
    applied = apply(folder)
    assert applied.out.splitlines() == dry.out.splitlines()[:-1]


def test_same_folder_again_changes_nothing_but_the_list_of_batches(office, folder):
    csv_of(folder, ROWS, a_class("1", forløb="F"), a_crowd("2"), a_class("3", status="aflyst"))
    csv_of(folder, ANSWERS, answer(session="S-1"), answer(session="S-2", svar="nej"))
    csv_of(folder, TOTALS, a_total("andel", "2024-05-01", 3, nævner="4"))
    apply(folder)
    before, batches, marks = tables(), Batch.objects.count(), Mark.objects.count()

    outcome = apply(folder)

    assert (tables(), Mark.objects.count()) == (before, marks)
    assert Batch.objects.count() == batches + 1
    assert outcome.out.splitlines() == [
        "registreringer.csv: new 0, changed 0, same 3, ignored 0, errors 0",
        "spoergeskema.csv: new 0, changed 0, same 2, ignored 0, errors 0",
        "opgoerelser.csv: new 0, changed 0, same 1, ignored 0, errors 0",
    ]


def test_import_leaves_one_mark_for_everything(office):
    Mark.objects.all().delete()

    office.rows(a_class("1"))

    assert list(Mark.objects.values_list("session", "reason")) == [(None, "import")]


def test_register_of_schools_is_asked_by_number_alone(office):
    School.objects.filter(number=FOLK).update(search_text="")

    assert office.try_rows(a_class("1")).code == 0
