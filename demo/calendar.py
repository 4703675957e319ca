"""Which days are school days: a guide for any year, near enough to what municipalities plan."""

import datetime

_DAY = datetime.timedelta(days=1)
_WINTER, _AUTUMN = 7, 42  # ISO weeks
_EASTER_OFFSETS = {*range(-6, 2), 39, 40, 50}  # Palm week, Ascension with its Friday, Whit Monday
_FIXED = {(5, 1), (6, 5)}


def is_school_day(day: datetime.date) -> bool:
    """Say whether schools are open: no weekend, no public holiday, no school holiday."""
    if day.weekday() > 4 or (day.month, day.day) in _FIXED:
        return False
    if day.isocalendar().week in {_WINTER, _AUTUMN} or _is_christmas(day):
        return False
    return (day - easter(day.year)).days not in _EASTER_OFFSETS and not _is_summer(day)


def easter(year: int) -> datetime.date:
    """Return Easter Sunday (Gregorian, by the anonymous algorithm)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (19 * golden + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    moon -= (golden + 11 * moon) // 319
    moon += (2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4 + 32) % 7  # on to the Sunday
    month = (moon + 90) // 25
    return datetime.date(year, month, (moon + month + 19) % 32)


def _is_christmas(day: datetime.date) -> bool:
    return (day.month, day.day) >= (12, 20) or (day.month, day.day) <= (1, 4)


def _is_summer(day: datetime.date) -> bool:
    """Six weeks from the last Saturday of June on."""
    last = datetime.date(day.year, 6, 30)
    begins = last - _DAY * ((last.weekday() - 5) % 7)
    return begins <= day < begins + _DAY * 44
