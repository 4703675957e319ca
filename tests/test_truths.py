"""Each row of docs/truths.md, broken behind the models' back; and the page against the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, Q, UniqueConstraint

from tests import truths
from tests.raw import insert_copy, run, update
from tests.truths import ALSO, CHECKS, COPIES, TRIGGERS, UNIQUE_COLUMNS

pytestmark = pytest.mark.django_db
OURS = ("workshops", "booking", "attendance", "goals", "notifications")
PAGE = Path(__file__).resolve().parent.parent / "docs" / "truths.md"
# What keeps Party.counted, Party.unsettled and Session.handed_over equal to what the ledger says.
COUNTED = {
    "booking_party_is_counted",
    "booking_party_is_decided",
    "booking_party_new_is_uncounted",
    "booking_party_counted_is_true",
    "booking_party_stays_where_counted",
    "workshops_session_is_handed_over",
    "workshops_session_new_is_not_handed_over",
    "workshops_session_handed_over_is_true",
}
# One event, one trigger.
ON_SQLITE = {"workshops_session_is_taken_back", "workshops_session_is_reopened"}
# Named on the page though no constraint: what compares every night, a column that is NOT NULL.
BESIDE = {"reconcile"}


def delete_at_once(table, pk):
    """Delete a row and ask at once what the database otherwise asks at the commit."""
    with transaction.atomic():
        run(f"DELETE FROM {table} WHERE id = %s", [pk])
        connection.check_constraints()


def told_by(error):
    """The name of the broken constraint; for a unique index of SQLite the name of ours."""
    named = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if named:
        return named
    said = str(error).partition("failed: ")[2].removeprefix("index '").removesuffix("'")
    return {", ".join(columns): name for name, columns in unique_constraints().items()}.get(
        said, said
    )


def our_models():
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def unique_constraints():
    return {
        constraint.name: [
            f"{model._meta.db_table}.{model._meta.get_field(field).column}"
            for field in constraint.fields
        ]
        for model in our_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields
    }


def named(cases):
    return [pytest.param(*case, id=f"{case[0]}:{','.join(case[2]) or 'again'}") for case in cases]


@pytest.mark.parametrize(("name", "make", "changes"), named(CHECKS))
def test_truth_refuses_a_change(name, make, changes):
    row = make()

    with pytest.raises(IntegrityError) as refusal:
        update(row, changes)

    assert told_by(refusal.value) in {name} | ALSO.get(name, set())


@pytest.mark.parametrize(("name", "make", "changes"), named(COPIES))
def test_truth_refuses_another_row(name, make, changes):
    row = make()

    with pytest.raises(IntegrityError) as refusal:
        insert_copy(row, changes)

    assert told_by(refusal.value) in {name} | ALSO.get(name, set())


@pytest.mark.parametrize(("column", "make", "changes"), named(UNIQUE_COLUMNS))
def test_truth_refuses_the_same_value_again(column, make, changes):
    row = make()

    with pytest.raises(IntegrityError) as refusal:
        insert_copy(row, changes)

    assert told_by(refusal.value).startswith((column, column.replace(".", "_")))


@pytest.mark.parametrize(
    ("name", "make", "changes", "kept"), TRIGGERS, ids=[row[0] for row in TRIGGERS]
)
def test_append_only_table_refuses_change_and_removal(name, make, changes, kept):
    row, table = make(), name.removesuffix("_append_only")

    with pytest.raises(IntegrityError, match=f"{table} is append-only"):
        update(row, changes)
    if kept:
        with pytest.raises(IntegrityError, match=f"{table} is append-only"):
            run(f"DELETE FROM {table} WHERE id = %s", [row.pk])
    else:
        run(f"DELETE FROM {table} WHERE id = %s", [row.pk])

    assert type(row).objects.filter(pk=row.pk).exists() == kept


def test_nobody_approves_an_own_count_by_deciding():
    count = truths.make.create_headcount()

    with pytest.raises(IntegrityError) as refusal:
        update(count, truths.OWN)

    assert told_by(refusal.value) == "nobody_approves_an_own_count"


def test_nobody_approves_an_own_register():
    user = truths.make.create_user()
    register = truths.make.create_register(submitted_by=user)

    with pytest.raises(IntegrityError) as refusal:
        update(
            register, {"state": "approved", "approved_at": truths.NOW, "approved_by_id": user.pk}
        )

    assert told_by(refusal.value) == "nobody_approves_an_own_register"


def test_verdict_is_given_once_and_nothing_else_changes_with_it():
    other = truths.make.create_user()
    given = {**truths.DECIDED, "decided_by_id": other.pk}
    count = truths.make.create_headcount(present=20)

    with pytest.raises(IntegrityError, match="append-only"):
        update(count, {**given, "present": 21})
    update(count, given)
    with pytest.raises(IntegrityError, match="append-only"):
        update(count, {"verdict": "rejected"})

    count.refresh_from_db()
    assert (count.present, count.verdict, count.decided_by) == (20, "approved", other)


def test_session_has_exactly_one_primary_plan():
    session = truths.make.create_session()

    with pytest.raises(IntegrityError):
        update(session, {"plan_id": None})


def test_measure_with_snapshots_is_not_deleted():
    snapshot = truths.snapshot()

    with pytest.raises(IntegrityError):
        delete_at_once("goals_measure", snapshot.measure_id)

    assert type(snapshot.measure).objects.count() == 1


def test_import_may_contradict_itself_about_a_no_show():
    batch = truths.make.create_batch()

    count = truths.make.create_headcount(batch=batch, outcome="no_show", present=3)

    assert count.pk


# --- the page and the schema say the same ------------------------------------------------------


def page_rows():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:1] == "|"
    ]
    return [row for row in cells if row[0] != "truth" and not row[0].startswith("---")]


def on_page():
    """Every name of the third column; a unique column with its table."""
    return {name for row in page_rows() for name in re.findall(r"`([a-z_]+)`", row[2])} - BESIDE


def in_models():
    return {constraint.name for model in our_models() for constraint in model._meta.constraints}


def in_database():
    found = set()
    with connection.cursor() as cursor:
        for model in our_models():
            found |= set(connection.introspection.get_constraints(cursor, model._meta.db_table))
    return found


def triggers_in_database():
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def expected_triggers():
    if connection.vendor == "postgresql":
        return {name for name, *_rest in TRIGGERS} | COUNTED
    updates = {name.replace("append_only", "never_updated") for name, *_rest in TRIGGERS}
    return (
        COUNTED
        | ON_SQLITE
        | updates
        | {name.replace("append_only", "never_deleted") for name, *_rest, kept in TRIGGERS if kept}
    )


def test_page_names_every_constraint_and_no_other():
    unique_columns = {name.partition(".")[2] for name, *_rest in UNIQUE_COLUMNS}
    triggers = {name for name, *_rest in TRIGGERS} | COUNTED

    assert on_page() - unique_columns == in_models() | triggers


def test_constraint_without_a_row_is_seen(monkeypatch):
    new = CheckConstraint(condition=Q(seats__gte=0), name="party_has_seats")
    options = truths.Party._meta
    monkeypatch.setattr(options, "constraints", [*options.constraints, new])

    assert in_models() - on_page() == {"party_has_seats"}
    assert in_models() - in_database() == {"party_has_seats"}


def test_page_has_no_row_without_a_keeper():
    words = ("CHECK", "UNIQUE", "trigger", "reconcile", "NOT NULL", "foreign key", "test_privacy")

    without = [row[0] for row in page_rows() if not any(word in row[2] for word in words)]

    assert without == []
    assert len(page_rows()) > 40


def test_every_constraint_stands_in_the_database():
    assert in_models() - in_database() == set()


def test_every_trigger_of_the_database_is_known():
    assert triggers_in_database() == expected_triggers()


def test_every_constraint_is_broken_by_a_test():
    broken = {name for name, *_rest in [*CHECKS, *COPIES]} | {"nobody_approves_an_own_register"}

    assert broken == in_models()
