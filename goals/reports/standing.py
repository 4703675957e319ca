"""Where the figures of a plan and year stand: the one source of every page and print of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from goals.measures.judge import propose
from goals.models import Decision, Goal, PlanVersion, Snapshot, StatusReport
from goals.progress import APPROVED, goals_of, progress, specs_of
from goals.reports.wording import is_met

PUBLISHED = "published"


class Source(StrEnum):
    """Where figures were taken from."""

    PUBLISHED = "published"
    """The report that was published: it never changes."""
    KEPT = "kept"
    """The snapshots of the last aggregation."""
    COUNTED = "counted"
    """Asked for just now."""


@dataclass(frozen=True)
class Standing:
    """Every figure as it is printed, what is proposed and decided for each goal, and the rest."""

    level: str
    source: Source
    figures: Mapping[str, dict[str, Any]]
    proposed: Mapping[str, str | None]
    decided: Mapping[str, str | None]
    uncounted: Mapping[str, int]
    report: StatusReport | None = None
    """What was published, where that is the source: later decisions are not its own."""

    def verdict(self, goal: Goal) -> str | None:
        """Return what was decided, else what is proposed."""
        return self.decided.get(goal.code) or self.proposed.get(goal.code)

    def decision(self, goal: Goal) -> Decision | None:
        """Return the decision that stands, None while there is none."""
        found = [d for d in goal.decisions.all() if not self.report or d.at <= self.report.at]
        return found[-1] if found and self.decided.get(goal.code) else None


def standing(version: PlanVersion, level: str) -> Standing:
    """Return the figures of a whole *version* at *level*, as a page shows them.

    Published ones come from the report, approved ones from their snapshots: nothing is counted.
    The others, and approved ones that have no snapshot yet, are asked for now.
    Raises StatusReport.DoesNotExist when *level* is "published" and nothing is.
    """
    if level == PUBLISHED:
        return _published(version)
    kept = of_versions([version])[version.pk] if level == APPROVED else None
    return kept or counted(version, level)


def counted(version: PlanVersion, level: str) -> Standing:
    """Ask for every figure of a whole *version* now."""
    found = progress(version, level)
    return Standing(
        level=level,
        source=Source.COUNTED,
        figures={code: figure.printed for code, figure in found.figures.items()},
        proposed=found.proposed,
        decided=_decided(version),
        uncounted={reason: sum(by.values()) for reason, by in found.uncounted.items()},
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
    if not {*codes, Snapshot.NOT_COUNTED} <= kept.keys():
        return None
    return Standing(
        level=APPROVED,
        source=Source.KEPT,
        figures={code: kept[code] for code in codes},
        proposed={
            goal.code: propose(
                goal.rule, [bool(is_met(kept[s.code])) for s in specs[goal.code] if s.has_target]
            )
            for goal in goals_of(version)
        },
        decided=_decided(version),
        uncounted=kept[Snapshot.NOT_COUNTED],
    )


def _published(version: PlanVersion) -> Standing:
    report = version.published
    if report is None:
        raise StatusReport.DoesNotExist
    content, verdicts = report.content, report.content["goals"]
    return Standing(
        level=PUBLISHED,
        source=Source.PUBLISHED,
        figures=content["figures"],
        proposed={code: verdict["proposed"] for code, verdict in verdicts.items()},
        decided={code: verdict["decided"] for code, verdict in verdicts.items()},
        uncounted=content["not_counted"],
        report=report,
    )


def _decided(version: PlanVersion) -> dict[str, str | None]:
    """Return goal → the verdict that a manager last gave it."""
    return {
        goal.code: next((d.verdict for d in reversed(goal.decisions.all())), None)
        for goal in goals_of(version)
    }
