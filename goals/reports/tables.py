"""Both tables of the status report as a page shows them, from the same object that is printed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from goals.models import Goal, PlanVersion
from goals.progress import specs_of
from goals.reports import wording


@dataclass(frozen=True)
class FigureLine:
    """One figure: what it says, its target, how it stands; `has_sessions` opens a list."""

    pk: int
    code: str
    words: str
    target: str
    status: str
    met: bool | None
    has_sessions: bool


@dataclass(frozen=True)
class GoalRow:
    """One goal of the first table."""

    code: str
    title: str
    text: str
    figures: list[FigureLine]
    proposed: str
    decided: str
    verdict: str
    """The decided verdict, else the proposed one, as a code; blank where there is none."""


@dataclass(frozen=True)
class GroupRow:
    """A target group with its goals."""

    number: int
    title: str
    goals: list[GoalRow]


@dataclass(frozen=True)
class Uncounted:
    """Pupils that no figure holds, and why."""

    reason: str
    """The code word of product.md, as addresses, JSON and CSV have it."""
    name: str
    people: str


def groups(version: PlanVersion, content: dict[str, Any]) -> list[GroupRow]:
    """Return the first table: target groups, goals and figures, in the order of the plan."""
    return [
        GroupRow(group.number, group.title, [_goal(goal, content) for goal in group.goals.all()])
        for group in version.target_groups.all()
    ]


def uncounted(not_counted: Mapping[str, int]) -> list[Uncounted]:
    """Return what is not counted, each reason with its number."""
    return [
        Uncounted(reason, wording.reason(reason), wording.number(people))
        for reason, people in sorted(not_counted.items())
    ]


def _goal(goal: Goal, content: dict[str, Any]) -> GoalRow:
    verdicts = content["goals"].get(goal.code, {"proposed": None, "decided": None})
    return GoalRow(
        code=goal.code,
        title=goal.title,
        text=goal.text,
        figures=list(_figures(goal, content)),
        proposed=wording.verdict(verdicts["proposed"]),
        decided=wording.verdict(verdicts["decided"]) if verdicts["decided"] else "",
        verdict=verdicts["decided"] or verdicts["proposed"] or "",
    )


def _figures(goal: Goal, content: dict[str, Any]) -> Iterator[FigureLine]:
    measures = goal.measures.all()
    for measure, spec in zip(measures, specs_of(measures), strict=True):
        printed = content["figures"].get(measure.code)
        if printed is None:
            continue
        yield FigureLine(
            pk=measure.pk,
            code=measure.code,
            words=wording.figure(spec, printed),
            target=wording.target(measure.target_min, measure.target_max),
            status=wording.status(printed),
            met=printed.get("met", printed.get("done")),
            has_sessions=bool(printed.get("sessions") or printed.get("denominator")),
        )
