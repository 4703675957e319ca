"""Questions that are asked for every page, translated to SQL once instead of each time.

The answer is always fresh: what is kept is the text of the question, never a row.
"""

import datetime
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stand-ins in the text of the question; nothing in the tables is equal to them.
_SOME_TIME = datetime.datetime(1999, 12, 31, 23, 59, 58, 123457, tzinfo=datetime.UTC)
_SOME_KEY = 918_273_645_546_372
Row = tuple[Any, ...]


class Prepared:
    """A `values_list()` whose only variables are the time and one key."""

    def __init__(self, build: Callable[[datetime.datetime, int], QuerySet[Any, Row]]) -> None:
        self.build = build
        self.known: dict[str, tuple[str, tuple[Any, ...], Any]] = {}

    def rows(self, *, now: datetime.datetime, key: int = 0) -> tuple[Row, ...]:
        """Ask. One query; values come as the query set would give them."""
        sql, parameters, compiler = self._translated()
        adapt = connection.ops.adapt_datetimefield_value
        meant = {adapt(_SOME_TIME): adapt(now), _SOME_KEY: key}
        with connection.cursor() as cursor:
            cursor.execute(sql, [meant.get(value, value) for value in parameters])
            found = cursor.fetchall()
        return tuple(tuple(row) for row in compiler.results_iter([found]))

    def _translated(self) -> tuple[str, tuple[Any, ...], Any]:
        """Translate at the first call, for the kind of database at hand."""
        if connection.vendor not in self.known:
            compiler = self.build(_SOME_TIME, _SOME_KEY).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            self.known[connection.vendor] = sql, tuple(parameters), compiler
        return self.known[connection.vendor]
