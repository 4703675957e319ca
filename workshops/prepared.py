"""Questions that are asked for every page, translated to SQL once instead of each time.

The answer is always fresh: what is kept is the text of the question, never a row.
"""

import copy
import datetime
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Answer = TypeVar("Answer")
# Stand-ins in the text of a question; nothing that is asked besides is equal to them.
A_TIME = datetime.datetime(1999, 12, 31, 23, 59, 58, 123457, tzinfo=datetime.UTC)
A_DAY = datetime.date(1999, 12, 30)
A_KEY = 918_273_645_546_372
A_WORD = "a word that stands in the question and nowhere else"
A_UUID = uuid.UUID(int=A_KEY)


class Prepared(Generic[Answer]):
    """A query set with variables, each named with its stand-in: `Prepared(build, now=A_TIME)`.

    *build* is called with the stand-ins, once for each kind of database. The shape of the question
    is settled by that; only the values change.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Answer]], **stand_ins: object) -> None:
        self.build, self.stand_ins = build, stand_ins
        self.known: dict[str, tuple[QuerySet[Any, Answer], SQLCompiler, str, list[Any]]] = {}

    def rows(self, **values: object) -> list[Answer]:
        """Ask. One query; each row as the query set would give it.

        Raises TypeError for other values than there are stand-ins, ValueError for one that the
        question would not be asked with, and TransactionManagementError where rows would be locked
        outside a transaction.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        if connection.vendor not in self.known:
            self.known[connection.vendor] = self._translated(connection)
        queries, translated, sql, parameters = self.known[connection.vendor]
        if queries.query.select_for_update and not connection.in_atomic_block:
            message = "Rows are locked until a transaction ends, and there is none."
            raise TransactionManagementError(message)
        if values.keys() != self.stand_ins.keys():
            message = f"{sorted(self.stand_ins)} are asked with, not {sorted(values)}."
            raise TypeError(message)
        meant = {
            _adapted(self.stand_ins[name], connection): _adapted(value, connection)
            for name, value in values.items()
        }
        asked = [meant.get(parameter, parameter) for parameter in parameters]
        compiler: Any = copy.copy(translated)
        compiler.connection, compiler.as_sql = connection, lambda: (sql, asked)
        # What Django's iterables ask of a query set: whose rows, and who translates its question.
        asked_of: Any = queries
        source: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            model=queries.model,
            query=SimpleNamespace(get_compiler=lambda *_database, **_using: compiler),
            _known_related_objects={},
            _fields=asked_of._fields,
        )
        return list(asked_of._iterable_class(source))  # noqa: SLF001 - likewise

    def _translated(
        self, connection: BaseDatabaseWrapper
    ) -> tuple[QuerySet[Any, Answer], SQLCompiler, str, list[Any]]:
        queries = self.build(**self.stand_ins)
        compiler: Any = queries.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        for name, stand_in in self.stand_ins.items():
            if _adapted(stand_in, connection) not in parameters:  # such as a word within a pattern
                message = f"{name} does not stand in the question by itself."
                raise ValueError(message)
        compiler.connection = None  # that of whoever asked first; it need not outlive its thread
        return queries, compiler, sql, list(parameters)


def _adapted(value: object, connection: BaseDatabaseWrapper) -> Any:
    """Return *value* as the fields of a model give it to the database."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, uuid.UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value
