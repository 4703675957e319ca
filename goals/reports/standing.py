"""Where the figures of a plan and year stand: kept ones where there are any, else asked for now."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from goals.measures.judge import propose
from goals.models import Decision, Goal, PlanVersion, Snapshot
from goals.progress import APPROVED, goals_of, progress, specs_of
from goals.reports.annual import PUBLISHED

NOT_COUNTED = "not_counted"


@dataclass(frozen=True)
class Standing:
    """Every figure as it is printed, what is proposed and decided for each goal, and the rest."""

    level: str
    figures: Mapping[str, dict[str, Any]]
    proposed: Mapping[str, str | None]
    decided: Mapping[str, str | None]
    uncounted: Mapping[str, int]
    is_kept: bool
    """True for snapshots and published reports, False where they were asked for just now."""
    until: datetime.datetime | None = None
    """When they were frozen: later decisions are not theirs."""

    def verdict(self, goal: Goal) -> str | None:
        """Return what was decided, else what is proposed."""
        return self.decided[goal.code] or self.proposed[goal.code]

    def decision(self, goal: Goal) -> Decision | None:
        """Return the decision that stands, None while there is none."""
        found = [d for d in goal.decisions.all() if self.until is None or d.at <= self.until]
        return found[-1] if found and self.decided[goal.code] else None


def standing(version: PlanVersion, level: str) -> Standing:
    """Return the figures of a whole *version* at *level*.

    Published ones come from the report, approved ones from their snapshots: nothing is counted.
    The others, and approved ones that have no snapshot yet, are asked for now.
    """
    if level == PUBLISHED:
        return _published(version)
    if level == APPROVED:
        kept = of_versions([version])[version.pk]
        if kept is not None:
            return kept
    found = progress(version, level)
    return Standing(
        level,
        {code: figure.printed for code, figure in found.figures.items()},
        found.proposed,
        _decided(version),
        {reason: sum(by.values()) for reason, by in found.uncounted.items()},
        is_kept=False,
    )


def of_versions(versions: Iterable[PlanVersion]) -> dict[int, Standing | None]:
    """Return how whole versions stand by their snapshots; None where one is missing. One query."""
    wanted = {version.pk: version for version in versions}
    rows: dict[int, dict[str, Any]] = {pk: {} for pk in wanted}
    for snapshot in Snapshot.objects.newest_of(wanted):
        rows[snapshot.version_id][snapshot.code] = snapshot.value
    return {pk: _from_snapshots(version, rows[pk]) for pk, version in wanted.items()}


def _from_snapshots(version: PlanVersion, kept: dict[str, Any]) -> Standing | None:
    specs = {goal.code: specs_of(goal.measures.all()) for goal in goals_of(version)}
    codes = [spec.code for of_goal in specs.values() for spec in of_goal]
    if not {*codes, NOT_COUNTED} <= kept.keys():
        return None
    proposed = {
        goal.code: propose(
            goal.rule, [_is_met(kept[s.code]) for s in specs[goal.code] if s.has_target]
        )
        for goal in goals_of(version)
    }
    figures = {code: kept[code] for code in codes}
    uncounted = kept[NOT_COUNTED]
    return Standing(APPROVED, figures, proposed, _decided(version), uncounted, is_kept=True)


def _is_met(printed: Mapping[str, Any]) -> bool:
    return bool(printed.get("met", printed.get("done")))


def _published(version: PlanVersion) -> Standing:
    """Return what the latest published report says; raises IndexError when there is none."""
    report = list(version.reports.all())[-1]
    content = report.content
    verdicts = content["goals"]
    return Standing(
        PUBLISHED,
        content["figures"],
        {code: verdict["proposed"] for code, verdict in verdicts.items()},
        {code: verdict["decided"] for code, verdict in verdicts.items()},
        content["not_counted"],
        is_kept=True,
        until=report.at,
    )


def _decided(version: PlanVersion) -> dict[str, str | None]:
    """Return goal → the verdict that a manager last gave it."""
    return {
        goal.code: next((d.verdict for d in reversed(goal.decisions.all())), None)
        for goal in goals_of(version)
    }
