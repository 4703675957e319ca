"""What the database refuses, said as a refusal of ours: the constraint's own message and code."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import BaseConstraint, Model, UniqueConstraint
from django.db.models.options import Options


@contextmanager
def from_constraints() -> Iterator[None]:
    """Turn an IntegrityError into a ValidationError where the broken constraint has a code.

    Stands outside `transaction.atomic()`, so that everything is rolled back when it speaks. An
    IntegrityError of a constraint without a code is a fault of ours and passes through.
    """
    try:
        yield
    except IntegrityError as error:
        constraint = broken(error)
        if constraint is None or not constraint.violation_error_code:
            raise
        message = constraint.get_violation_error_message()
        raise ValidationError(message, code=constraint.violation_error_code) from error


def broken(error: IntegrityError) -> BaseConstraint | None:
    """Return the constraint of ours that *error* is about; None when it is another one.

    PostgreSQL names the constraint. SQLite names a CHECK, and of a unique index the columns.
    """
    said = {_named(error), str(error).rpartition("failed: ")[2]}
    for model in apps.get_models():
        for constraint in _options(model).constraints:
            if said & {constraint.name, _columns(model, constraint)}:
                return constraint
    return None


def is_of(error: IntegrityError, model: type[Model], field: str) -> bool:
    """Say whether *error* is about the unique column *field* of *model*."""
    table = _options(model).db_table
    of_index = _named(error).startswith(f"{table}_{field}_")
    return of_index or str(error).endswith(f"failed: {table}.{field}")


def _named(error: IntegrityError) -> str:
    """Return the name of the constraint as PostgreSQL gives it; blank on SQLite."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "-"


def _columns(model: type[Model], constraint: BaseConstraint) -> str:
    """Return the columns of a unique constraint as SQLite spells them; its name for any other."""
    if not isinstance(constraint, UniqueConstraint) or not constraint.fields:
        return constraint.name
    options = _options(model)
    columns = [options.get_field(name).column for name in constraint.fields]  # type: ignore[union-attr]
    return ", ".join(f"{options.db_table}.{column}" for column in columns)


def _options(model: type[Model]) -> "Options[Model]":
    return model._meta  # noqa: SLF001 - Django's documented way to a model's constraints
