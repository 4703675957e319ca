"""The goals of a plan and year with their figures and verdicts, as managers' pages show them."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from goals.models import Decision, Goal, PlanVersion
from goals.progress import goals_of, specs_of
from goals.reports import wording
from goals.reports.figures import FigureRow, figure
from goals.reports.missing import NOTHING, Missing, touching
from goals.reports.standing import Standing

VERDICT_TONES = {"met": "good", "partly": "short", "not_met": "full"}


@dataclass(frozen=True)
class GoalStanding:
    """One goal: its figures, the verdict, who decided and why, and what is missing."""

    goal: Goal
    figures: list[FigureRow]
    verdict: str
    tone: str
    proposed: str
    is_decided: bool
    decision: Decision | None
    counts: int
    approval: int


@dataclass(frozen=True)
class GroupStanding:
    """A target group with its goals."""

    number: int
    title: str
    goals: list[GoalStanding]


@dataclass(frozen=True)
class Tally:
    """How many goals have which verdict, decided or proposed."""

    goals: int
    met: int
    partly: int
    not_met: int
    open: int


@dataclass(frozen=True)
class Uncounted:
    """Pupils that no figure holds, and why."""

    reason: str
    """The code word of product.md, as addresses, JSON and CSV have it."""
    name: str
    people: str


def groups(
    version: PlanVersion, found: Standing, *, today: datetime.date, missing: Missing = NOTHING
) -> list[GroupStanding]:
    """Return the goals of a whole version, by target group, in the order of the plan."""
    return [
        GroupStanding(
            group.number,
            group.title,
            [row(version, goal, found, today=today, missing=missing) for goal in group.goals.all()],
        )
        for group in version.target_groups.all()
    ]


def row(
    version: PlanVersion,
    goal: Goal,
    found: Standing,
    *,
    today: datetime.date,
    missing: Missing = NOTHING,
) -> GoalStanding:
    """Return one goal; a goal or a figure that came after a published report has no part in it."""
    specs = specs_of(goal.measures.all())
    verdict = found.verdict(goal)
    return GoalStanding(
        goal=goal,
        figures=[
            figure(measure, spec, found.figures[spec.code], version.year, today)
            for measure, spec in zip(goal.measures.all(), specs, strict=True)
            if spec.code in found.figures
        ],
        verdict=wording.verdict(verdict),
        tone=VERDICT_TONES.get(verdict or "", "neutral"),
        proposed=wording.verdict(found.proposed.get(goal.code)),
        is_decided=bool(found.decided.get(goal.code)),
        decision=found.decision(goal),
        counts=touching(specs, missing.counts),
        approval=touching(specs, missing.approval),
    )


def tally(version: PlanVersion, found: Standing) -> Tally:
    """Count the verdicts of a whole version."""
    verdicts = [found.verdict(goal) for goal in goals_of(version)]
    met, partly, not_met = (verdicts.count(name) for name in VERDICT_TONES)
    return Tally(len(verdicts), met, partly, not_met, verdicts.count(None))


def uncounted(not_counted: Mapping[str, int]) -> list[Uncounted]:
    """Return what is not counted, each reason with its number."""
    return [
        Uncounted(reason, wording.reason(reason), wording.number(people))
        for reason, people in sorted(not_counted.items())
    ]
