"""Rows many times over, by one INSERT for each table; whatever a table's columns are."""

from __future__ import annotations

import uuid
from collections.abc import Container
from typing import Any

from django.apps import apps
from django.db import models

STEP = 100_000  # a copy's key is the original's and so many times the turn


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
    model: type[models.Model],
    condition: str,
    *,
    times: int,
    years: int = 1,
    inside: Container[type[models.Model]] | None = None,
) -> str:
    """The INSERT that copies those rows so many times; each turn goes back another of the years.

    With *inside*, the tables that are copied together, the keys among them are moved along; without
    it the copies get keys from the sequence.
    """
    fields = [
        field
        for field in model._meta.concrete_fields
        if (inside or not field.primary_key) and not field.generated
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(field, inside or (), years) for field in fields)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values}"
        f" FROM {table}, generate_series(1, {times}) AS turn WHERE {condition} ORDER BY turn"
    )


def _value(field: models.Field, inside: Container[type[models.Model]], years: int) -> str:
    column = f'"{field.column}"'
    if isinstance(field, models.BooleanField) and not field.editable:
        return "false"  # triggers set it, when the rows that say so come
    if field.primary_key or field.related_model in inside:
        return f"{column} + turn * {STEP}"
    if isinstance(field, models.DateField):  # times of day and weekdays stay; 364 days are weeks
        kind = "date" if field.get_internal_type() == "DateField" else "timestamptz"
        return f"({column} - (turn % {years}) * interval '364 days')::{kind}"
    if field.unique and isinstance(field, models.UUIDField):
        return f"CASE WHEN {column} IS NOT NULL THEN gen_random_uuid() END"
    if field.unique and isinstance(field, models.CharField):
        fresh = f"md5({column} || turn || '{uuid.uuid4().hex}')"
        return f"substr(upper({fresh}), 1, {field.max_length})"
    return column


def restart(cursor: Any, model: type[models.Model]) -> None:
    """New rows get keys above the copies."""
    table = model._meta.db_table
    cursor.execute(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) + 1 FROM {table}))"
    )
