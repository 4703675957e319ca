"""Questions that are asked for every page, translated to SQL once instead of each time.

The answer is always fresh: what is kept is the text of the question, never a row.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_SOME_TIME = datetime.datetime(1999, 12, 31, 23, 59, 58, 123457, tzinfo=datetime.UTC)
Row = tuple[Any, ...]


class Prepared:
    """A `values_list()` whose only variable is the time."""

    def __init__(self, build: Callable[[datetime.datetime], QuerySet[Any, Row]]) -> None:
        self.build = build
        self.known: dict[str, tuple[str, tuple[Any, ...], Any]] = {}

    def rows(self, *, now: datetime.datetime) -> list[Row]:
        """Ask. One query; values come as the query set would give them."""
        sql, parameters, compiler = self._translated()
        some_time, time = (connection.ops.adapt_datetimefield_value(t) for t in (_SOME_TIME, now))
        with connection.cursor() as cursor:
            cursor.execute(sql, [time if value == some_time else value for value in parameters])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.results_iter([found])]

    def _translated(self) -> tuple[str, tuple[Any, ...], Any]:
        """Translate at the first call, for the kind of database at hand."""
        if connection.vendor not in self.known:
            compiler = self.build(_SOME_TIME).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            self.known[connection.vendor] = sql, tuple(parameters), compiler
        return self.known[connection.vendor]
