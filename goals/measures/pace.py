"""How a figure keeps up with the year, if its people came evenly. Pure: no database, no clock."""

import datetime
from dataclasses import dataclass

# At four fifths of the even pace a figure is a little behind, below that it is behind.
_CLOSE = 0.8


@dataclass(frozen=True)
class Pace:
    """A figure, its target, and what an even pace would have brought by now."""

    value: int
    target: int
    days: int
    days_gone: int

    @property
    def gone(self) -> int:
        """Whole percent of the year that has gone."""
        return 100 * self.days_gone // self.days

    @property
    def due(self) -> int:
        """What would be here today at an even pace, rounded up."""
        return -(-self.target * self.days_gone // self.days)

    @property
    def missing(self) -> int:
        return max(self.target - self.value, 0)

    @property
    def weeks_left(self) -> int:
        """Weeks until New Year; a begun one counts."""
        return -(-(self.days - self.days_gone) // 7)

    @property
    def per_week(self) -> int:
        """What each of these weeks must bring, rounded up; all of it when none is left."""
        return -(-self.missing // max(self.weeks_left, 1))

    @property
    def standing(self) -> str:
        """Return met, missed (the year is over), on_course, close or behind."""
        if not self.missing:
            return "met"
        if not self.weeks_left:
            return "missed"
        if self.value >= self.due:
            return "on_course"
        return "close" if self.value >= _CLOSE * self.due else "behind"


def pace(value: int, target: int, *, year: int, day: datetime.date) -> Pace:
    """Return how *value* keeps up on *day*; the day itself counts as gone."""
    first = datetime.date(year, 1, 1)
    days = (datetime.date(year + 1, 1, 1) - first).days
    return Pace(value, target, days, min(max((day - first).days + 1, 0), days))
