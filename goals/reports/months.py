"""How many came each month, as bars that the server draws and as a table."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import ExtractMonth
from django.utils import timezone
from django.utils.dates import MONTHS, MONTHS_3

from goals.models import PlanVersion
from goals.progress import APPROVED, at_level
from goals.reports import wording
from goals.reports.standing import PUBLISHED
from workshops.models import Audience, Session

WIDTH, HEIGHT, _TOP, _FLOOR = 384, 200, 24, 176
_STEP, _BAR = 32, 22
_ROUND = 3


@dataclass(frozen=True)
class Month:
    """One month: its bar, and how many came of each audience."""

    name: str
    short: str
    total: int
    of: list[str]
    """By audience, in the order of `audiences`; blank for none."""
    x: int
    middle: int
    y: int
    height: int

    @property
    def words(self) -> str:
        return wording.number(self.total)

    @property
    def above(self) -> int:
        """Where the number stands: just above the bar."""
        return self.y - 6


@dataclass(frozen=True)
class Year:
    """The months of a year that has its bars on one scale."""

    months: list[Month]
    audiences: list[str]
    total: str
    most: str
    best: str
    """The month with the most, blank when there was none."""


def year(version: PlanVersion, level: str) -> Year:
    """Return how many came each month to the plan's sessions at *level*. One query.

    Everybody of rules 1-3: pupils outside the municipality and every visit of a course too, so a
    year can sum to more than its figures.
    """
    since = datetime.date(version.year, 1, 1)
    sessions = Session.objects.within(since, since.replace(year=version.year + 1))
    parties = at_level(APPROVED if level == PUBLISHED else level)
    rows = (
        parties.filter(session__in=sessions, session__plan=version.plan_id)
        .annotate(
            month=ExtractMonth("session__starts", tzinfo=timezone.get_default_timezone()),
        )
        .values_list("month", "session__audience")
        .annotate(total=Sum("people"))
        .order_by("month")
    )
    came: Counter[tuple[int, str]] = Counter()
    for month, audience, total in rows:
        came[month, audience] += total or 0
    return _drawn(came)


def _drawn(came: Counter[tuple[int, str]]) -> Year:
    totals = [sum(came[month, a] for a in Audience.values) for month in range(1, 13)]
    most = max(totals)
    months = [_month(month, totals[month - 1], most, came) for month in range(1, 13)]
    return Year(
        months=months,
        audiences=[str(label) for label in Audience.labels],
        total=wording.number(sum(totals)),
        most=wording.number(most),
        best=months[totals.index(most)].name if most else "",
    )


def _month(month: int, total: int, most: int, came: Counter[tuple[int, str]]) -> Month:
    height = round((_FLOOR - _TOP) * total / most) if most else 0
    x = (month - 1) * _STEP + (_STEP - _BAR) // 2
    of = [came[month, audience] for audience in Audience.values]
    return Month(
        name=str(MONTHS[month]),
        short=str(MONTHS_3[month])[:_ROUND],
        total=total,
        of=[wording.number(people) if people else "" for people in of],
        x=x,
        middle=x + _BAR // 2,
        y=_FLOOR - height,
        height=height,
    )
