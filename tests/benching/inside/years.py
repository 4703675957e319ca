"""A town with years behind it: the demo's past over and over, by one INSERT for each table.

It names no table but those it begins with: whatever hangs on a session is found by its keys, so
that a new table is copied too.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from notifications.models import Notice
from notifications.tasks import deliver_due
from tests.benching.inside.counted import cookie
from workshops.models import Session, User

STEP = 100_000  # a copy's key is the original's and so many times the turn; above every demo key
YEARS, TIMES, LETTERS = 7, 45, 80_000
PEOPLE = {"facilitator": "facilitator@", "coordinator": "koordinator@", "manager": "leder@"}
OVER = "id IN (SELECT session_id FROM {register} WHERE state = 'approved')"


def letters() -> int:
    """Send what waits; returns how many have left."""
    for _run in range(20):
        deliver_due()
        if not Notice.objects.filter(state__in=["queued", "sending"]).exists():
            break
    return Notice.objects.filter(state="sent").count()


def years() -> dict[str, int]:
    """Copy every session whose counts are approved, and the letters; some 20,300 sessions."""
    register = Session._meta.get_field("register").related_model._meta.db_table
    tables = hanging_on(Session, OVER.format(register=register))
    sent = letters()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, condition in tables.items():
            cursor.execute(copying(model, condition, inside=set(tables), times=TIMES))
        cursor.execute(copying(Notice, "state = 'sent'", inside=set(), times=LETTERS // sent))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in [*tables, Notice]:
            restart(cursor, model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {model._meta.label: model._base_manager.count() for model in [*tables, Notice]}


def hanging_on(root: type[models.Model], condition: str) -> dict[type[models.Model], str]:
    """The tables whose rows belong to rows of *root*, each after those it refers to, and which."""
    found = {root: condition}
    waiting = [model for model in apps.get_models(include_auto_created=True) if model is not root]
    while True:
        for model in waiting:
            keys = [key for key in _keys(model) if key.related_model in found]
            if keys:
                key = min(keys, key=lambda key: key.null)
                parent = found[key.related_model]
                table = key.related_model._meta.db_table
                found[model] = f"{key.column} IN (SELECT id FROM {table} WHERE {parent})"
                waiting.remove(model)
                break
        else:
            return found


def _keys(model: type[models.Model]) -> list[models.ForeignKey]:
    return [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]


def copying(
    model: type[models.Model], condition: str, *, inside: set[type[models.Model]], times: int
) -> str:
    """The INSERT that copies those rows so many times, a year or more back with each turn."""
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, inside) for field in fields)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values}"
        f" FROM {table}, generate_series(1, {times}) AS turn WHERE {condition} ORDER BY turn"
    )


def _value(field: models.Field, inside: set[type[models.Model]]) -> str:
    column = f'"{field.column}"'
    if field.primary_key or field.related_model in inside:
        return f"{column} + turn * {STEP}"
    if isinstance(field, models.DateField):  # times of day and weekdays stay; 364 days are weeks
        kind = "date" if field.get_internal_type() == "DateField" else "timestamptz"
        return f"({column} - (turn % {YEARS}) * interval '364 days')::{kind}"
    if field.unique and isinstance(field, models.UUIDField):
        return f"CASE WHEN {column} IS NOT NULL THEN gen_random_uuid() END"
    if field.unique and isinstance(field, models.CharField):
        return f"substr(upper(md5({column} || turn)), 1, {field.max_length})"
    return column


def restart(cursor: Any, model: type[models.Model]) -> None:
    """New rows get keys above the copies."""
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) + 1 FROM {table}))"
    )


def cookies() -> dict[str, str]:
    """The cookie of one signed-in person of each role."""
    found = {}
    for role, begins in PEOPLE.items():
        found[role] = cookie(User.objects.get(email__startswith=begins))
    return found
