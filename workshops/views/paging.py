"""Pages of a long list."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class Pages(Paginator):  # type: ignore[type-arg]  # takes no argument when it runs
    """Pages of an ordered list whose rows are joined only for the page that is shown.

    The keys of the page are found first, in the same query, so that what is skipped before a late
    page is not read whole.
    """

    def __init__(
        self, found: QuerySet[Any], a_page: int, *, rows: QuerySet[Any], count: int | None = None
    ) -> None:
        """Take which rows are *found*, in order; how they are read; how many, where it is known."""
        super().__init__(found, a_page)
        self._found, self._rows = found, rows.order_by(*found.query.order_by)
        if count is not None:
            self.__dict__["count"] = count

    def page(self, number: int | str) -> Page[Any]:
        page = super().page(number)
        first = (page.number - 1) * self.per_page
        keys = self._found.values("pk")[first : first + self.per_page]
        page.object_list = self._rows.filter(pk__in=keys)
        return page
