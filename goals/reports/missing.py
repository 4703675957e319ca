"""What stands between the figures and the truth: sessions without counts, counts not approved."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from attendance.models import Headcount
from attendance.reports import waiting
from goals.measures.kinds import Spec
from goals.models import PlanVersion, StatedTotal
from workshops.models import Session

# Sessions by audience and folded title of the workshop.
Sessions = Mapping[tuple[str, str], int]
_OF_SESSIONS = frozenset({"participations", "sessions_held", "survey_share"})


@dataclass(frozen=True)
class Missing:
    """Sessions of a plan and year that a figure may still gain from, and totals that wait."""

    counts: Sessions
    approval: Sessions
    people: int
    """How many stand in the counts that wait for approval."""
    totals: tuple[str, ...]
    """Codes of stated totals that somebody else must approve."""

    @property
    def counts_total(self) -> int:
        return sum(self.counts.values())

    @property
    def approval_total(self) -> int:
        return sum(self.approval.values())

    @property
    def nothing(self) -> bool:
        return not (self.counts or self.approval or self.totals)


NOTHING = Missing({}, {}, 0, ())


def missing(version: PlanVersion, *, now: datetime.datetime) -> Missing:
    """Return what is missing of *version*, as the list of sessions tells it. Four queries."""
    since = datetime.date(version.year, 1, 1)
    year = Session.objects.within(since, since.replace(year=version.year + 1))
    sessions = year.filter(plan=version.plan_id)
    to_approve = sessions.filter(waiting.is_to_approve())
    counts = Headcount.objects.awaiting().filter(party__live=True, party__session__in=to_approve)
    totals = StatedTotal.objects.filter(
        plan=version.plan_id, date__year=version.year, approved_by_key=""
    )
    return Missing(
        counts=_by_kind(year.filter(waiting.is_missing(now), plan=version.plan_id)),
        approval=_by_kind(to_approve),
        people=counts.aggregate(n=Sum("present"))["n"] or 0,
        totals=tuple(totals.order_by("code").values_list("code", flat=True)),
    )


def _by_kind(sessions: QuerySet[Session]) -> dict[tuple[str, str], int]:
    columns = ("audience", "workshop__folded_title")
    rows = sessions.order_by().values_list(*columns).annotate(n=Count("pk"))
    return {(audience, title): number for audience, title, number in rows}


def touching(specs: Iterable[Spec], sessions: Sessions) -> int:
    """Return how many of *sessions* any of these measures could count; each once."""
    wanted = [spec for spec in specs if spec.kind in _OF_SESSIONS]
    found: Counter[tuple[str, str]] = Counter()
    for (audience, title), number in sessions.items():
        if any(_could_count(spec, audience, title) for spec in wanted):
            found[audience, title] = number
    return found.total()


def _could_count(spec: Spec, audience: str, title: str) -> bool:
    return (not spec.audience or spec.audience == audience) and (
        not spec.workshop or spec.workshop == title
    )
