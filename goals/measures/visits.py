"""What is counted: one party in one session, and the rules that say where it falls.

The rules are the counting rules of product.md, their edges are in imports.md.
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

PUPILS = "elever"
OUTSIDE = "uden for kommunen"
UNALLOCATED = "ikke fordelt"


@dataclass(frozen=True, slots=True)
class Visit:
    """One party in one session that exists at the level asked for (rule 2 has been applied).

    `people` are pupils for a class and everybody present for the others (rule 3). `municipality`
    and `type_code` are the school's on the session's date. `course` is None outside courses.
    """

    session: int
    reference: str
    starts: datetime.datetime
    date: datetime.date
    plan: int
    workshop: str
    audience: str
    people: int
    school: str = ""
    label: str = ""
    course: int | None = None
    municipality: str = ""
    type_code: str = ""


@dataclass(frozen=True)
class Scope:
    """What a plan says about a year: whose pupils, and which school type is which category."""

    plan: int
    year: int
    municipality: str
    # type code → (first day, category or None for none), sorted by day
    mapping: Mapping[str, list[tuple[datetime.date, str | None]]] = field(default_factory=dict)

    def category(self, type_code: str, day: datetime.date) -> str | None:
        """Return a school type's category on *day*: the latest mapping not after it (rule 4)."""
        dated = self.mapping.get(type_code, [])
        place = bisect_right([first for first, _category in dated], day)
        return dated[place - 1][1] if place else None

    def place(self, visit: Visit) -> str:
        """Say where a pupil falls: OUTSIDE, else UNALLOCATED, else the category (rules 5, 4)."""
        if visit.municipality != self.municipality:
            return OUTSIDE
        return self.category(visit.type_code, visit.date) or UNALLOCATED

    def holds(self, visit: Visit) -> bool:
        """Say whether a visit counts in this plan and year (rules 1 and 7)."""
        return visit.plan == self.plan and visit.date.year == self.year


def counted_once(visits: Iterable[Visit], scope: Scope) -> Iterator[Visit]:
    """Yield the visits that participations of *scope* count, each course class once (rule 6).

    *visits* must hold every visit of the courses concerned, of all years and plans. A course class
    is yielded as its first visit (by start, then reference), with the highest count of that year.
    """
    classes: dict[tuple[int, str, str], list[Visit]] = {}
    for visit in visits:
        if visit.course is None or visit.audience != PUPILS:
            if scope.holds(visit):
                yield visit
        else:
            classes.setdefault((visit.course, visit.school, visit.label), []).append(visit)
    for of_class in classes.values():
        first = min(of_class, key=lambda visit: (visit.starts, visit.reference))
        if scope.holds(first):
            same_year = [v.people for v in of_class if v.date.year == first.date.year]
            yield replace(first, people=max(same_year))
