"""What a class, a hall and a calendar can hold: the bounds of what is true, and of what is likely.

Pure: numbers and days in, an answer out. What *cannot* be is refused; what is *unlikely* is asked
about once. Imports and the forms of counting share these bounds.
"""

import datetime
from collections.abc import Iterable, Sequence

from booking.actions.parties import MOST_ADULTS

MOST_IN_A_CLASS = 40
MOST_IN_A_HALL = 500
LONGEST_SESSION, SHORTEST_SESSION = datetime.timedelta(hours=12), datetime.timedelta(minutes=10)
EARLIEST_HOUR = 5
A_YEAR = datetime.timedelta(days=366)
LONG_AGO = 20 * A_YEAR


# --- what cannot be ----------------------------------------------------------------------------


def is_ahead(starts: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a session that is said to be over, or counted, has not begun."""
    return starts > now


def is_approved_early(approved: datetime.date, held: datetime.date) -> bool:
    """Whether a count was approved before the day on which there was somebody to count."""
    return approved < held


# --- what is unlikely --------------------------------------------------------------------------


def is_far_over(present: int, booked: int) -> bool:
    """Whether far more came than were booked: more than double, and more than ten over."""
    return present > 2 * booked and present > booked + 10


def bound(*, is_class: bool) -> int:
    """Return the most people that a class, or else a hall, has."""
    return MOST_IN_A_CLASS if is_class else MOST_IN_A_HALL


def are_too_many_adults(adults: int | None, pupils: int) -> bool:
    """Whether more adults than pupils came; a class of which only adults came has 0 pupils."""
    return 0 < pupils < (adults or 0)


def are_hardly_adults(adults: int | None) -> bool:
    """Whether more adults are said to have come along than a form of ours takes."""
    return (adults or 0) > MOST_ADULTS


def is_odd_time(starts: datetime.datetime, ends: datetime.datetime) -> bool:
    """Whether a session begins in the night, or is over at once; both in local time."""
    return starts.hour < EARLIEST_HOUR or ends - starts < SHORTEST_SESSION


def is_long_ago(day: datetime.date, today: datetime.date) -> bool:
    """Whether a session is older than anything that is counted anew."""
    return day + LONG_AGO < today


def is_long(starts: datetime.datetime, ends: datetime.datetime) -> bool:
    """Whether a session lasts longer than anybody stays."""
    return ends - starts > LONGEST_SESSION


def is_approved_late(approved: datetime.date, held: datetime.date) -> bool:
    """Whether a count was approved more than a year after the day."""
    return approved > held + A_YEAR


def far_days(days: Sequence[datetime.date]) -> dict[datetime.date, datetime.date]:
    """Return the days that lie more than a year from the others, each with the nearest of those.

    A day may be there several times. Days that lie together are far from the others when they are
    one and the same, or at most a tenth of all.
    """
    groups: list[list[datetime.date]] = []
    for day in sorted(days):
        if groups and day - groups[-1][-1] <= A_YEAR:
            groups[-1].append(day)
        else:
            groups.append([day])
    found = {}
    for place, group in enumerate(groups if len(groups) > 1 else []):
        ends = [*(g[-1] for g in groups[:place][-1:]), *(g[0] for g in groups[place + 1 :][:1])]
        if group[0] == group[-1] or 10 * len(group) <= len(days):
            for day in group:
                found[day] = min((abs(end - day), end) for end in ends)[1]
    return found


def overlapping(
    periods: Iterable[tuple[datetime.datetime, datetime.datetime]],
) -> list[tuple[int, int]]:
    """Return the places of periods that begin before an earlier one ends, each with that one's."""
    found = []
    latest: tuple[datetime.datetime, int] | None = None
    for place, (starts, ends) in sorted(enumerate(periods), key=lambda each: (each[1], each[0])):
        if latest and starts < latest[0]:
            found.append((latest[1], place))
        if latest is None or ends > latest[0]:
            latest = ends, place
    return found
