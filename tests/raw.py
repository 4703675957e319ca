"""Rows read and changed by SQL, behind the models' back."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import Model


def read(row: Model, column: str) -> Any:
    """The value of a column as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def update(row, changes):
    columns = ", ".join(f"{column} = %s" for column in changes)
    values = [value(row) if callable(value) else value for value in changes.values()]
    run(f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s", [*values, row.pk])


def insert_copy(row, changes):
    row.refresh_from_db()
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    columns = [field.column for field in fields if not field.primary_key]
    values = {column: read(row, f'"{column}"') for column in columns}
    values |= {name: value(row) if callable(value) else value for name, value in changes.items()}
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    table = row._meta.db_table
    run(f"INSERT INTO {table} ({names}) VALUES ({marks})", [values[name] for name in columns])


def run(statement, values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
