"""Pages of a long list, the latest rows first, that never count or pass over what is not shown."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the keys from which the pages beside them go on, where there are any."""

    rows: list[Any]
    newer: int | None
    older: int | None


def page(found: QuerySet[Any], asked: QueryDict, *, a_page: int) -> Page:
    """Return the page that *asked* asks for: `before` a key, `after` one, else the latest rows.

    One more row than is shown tells whether the list goes on. Where a page `after` a key would not
    be full, and where none is `before` it, the latest rows are shown.
    """
    before, after = _key(asked.get("before", "")), _key(asked.get("after", ""))
    if before is not None:
        rows = list(found.filter(pk__lt=before).order_by("-pk")[: a_page + 1])
        if rows:
            return _shown(rows[:a_page], has_newer=True, has_older=len(rows) > a_page)
    elif after is not None:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: a_page + 1])
        if len(rows) > a_page:
            has_older = found.filter(pk__lt=rows[0].pk).exists()
            return _shown(rows[:a_page][::-1], has_newer=True, has_older=has_older)
    rows = list(found.order_by("-pk")[: a_page + 1])
    return _shown(rows[:a_page], has_newer=False, has_older=len(rows) > a_page)


def _shown(rows: list[Any], *, has_newer: bool, has_older: bool) -> Page:
    return Page(
        rows,
        newer=rows[0].pk if has_newer else None,
        older=rows[-1].pk if has_older else None,
    )


def _key(text: str) -> int | None:
    return int(text[:18]) if text.isdecimal() else None
