"""The manager's goal page: each goal as a card with its figures and verdict."""

import datetime
from dataclasses import dataclass

from goals.models import Decision, Goal, PlanVersion
from goals.progress import specs_of
from goals.reports import wording
from goals.reports.figures import FigureRow, figure
from goals.reports.missing import Missing, touching
from goals.reports.standing import Standing

VERDICT_TONES = {"met": "good", "partly": "short", "not_met": "full"}


@dataclass(frozen=True)
class GoalCard:
    """One goal: its figures, the verdict, who decided and why, and what is missing."""

    pk: int
    code: str
    title: str
    text: str
    figures: list[FigureRow]
    verdict: str
    tone: str
    is_decided: bool
    proposed: str
    decision: Decision | None
    counts: int
    approval: int


@dataclass(frozen=True)
class GroupCards:
    """A target group with its goals."""

    number: int
    title: str
    goals: list[GoalCard]


@dataclass(frozen=True)
class Tally:
    """How many goals have which verdict, decided or proposed."""

    goals: int
    met: int
    partly: int
    not_met: int
    open: int


def cards(
    version: PlanVersion, found: Standing, missing: Missing, *, today: datetime.date
) -> list[GroupCards]:
    """Return the goals of a whole version, by target group, in the order of the plan."""
    return [
        GroupCards(
            group.number,
            group.title,
            [_card(version, goal, found, missing, today) for goal in group.goals.all()],
        )
        for group in version.target_groups.all()
    ]


def card(version: PlanVersion, goal: Goal, found: Standing, *, today: datetime.date) -> GoalCard:
    """Return one goal by itself, with nothing said of what is missing."""
    return _card(version, goal, found, Missing({}, {}, 0, ()), today)


def tally(version: PlanVersion, found: Standing) -> Tally:
    """Count the verdicts of a whole version."""
    verdicts = [
        found.verdict(goal) for group in version.target_groups.all() for goal in group.goals.all()
    ]
    met, partly, not_met = (verdicts.count(name) for name in ("met", "partly", "not_met"))
    return Tally(len(verdicts), met, partly, not_met, verdicts.count(None))


def _card(
    version: PlanVersion, goal: Goal, found: Standing, missing: Missing, today: datetime.date
) -> GoalCard:
    measures = list(goal.measures.all())
    specs = specs_of(measures)
    verdict = found.verdict(goal)
    return GoalCard(
        pk=goal.pk,
        code=goal.code,
        title=goal.title,
        text=goal.text,
        figures=[
            figure(measure, spec, found.figures[spec.code], version.year, today)
            for measure, spec in zip(measures, specs, strict=True)
            if spec.code in found.figures
        ],
        verdict=wording.verdict(verdict),
        tone=VERDICT_TONES.get(verdict or "", "neutral"),
        is_decided=bool(found.decided[goal.code]),
        proposed=wording.verdict(found.proposed[goal.code]),
        decision=found.decision(goal),
        counts=touching(specs, missing.counts),
        approval=touching(specs, missing.approval),
    )
