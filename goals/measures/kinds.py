"""The seven kinds of measure: what each counts and what each prints (imports.md, last table)."""

import datetime
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from goals.measures.judge import judge, percent
from goals.measures.visits import OUTSIDE, PUPILS, Scope, Visit

FEWEST_ANSWERS = 5


@dataclass(frozen=True)
class Spec:
    """A measure as its plan describes it; texts that are compared are folded."""

    code: str
    kind: str
    audience: str = ""
    category: str = ""
    workshop: str = ""
    question: str = ""
    answer: str = ""
    text: str = ""
    target_min: int | None = None
    target_max: int | None = None

    @property
    def has_target(self) -> bool:
        """Whether it has a target or is a milestone, so that a goal is judged by it."""
        bounds = (self.target_min, self.target_max)
        return self.kind == "milestone" or any(bound is not None for bound in bounds)


@dataclass(frozen=True)
class Stated:
    """The stated total in force: the latest approved one of the year (rule 12)."""

    value: int
    denominator: int | None
    pending: int | None
    date: datetime.date


@dataclass(frozen=True)
class AnswerCount:
    """How often one answer was given to one question after one session that was held."""

    session: int
    workshop: str
    audience: str
    question: str
    answer: str
    times: int


@dataclass(frozen=True)
class Material:
    """Everything that the figures of one plan, year and level are made from."""

    scope: Scope
    visits: list[Visit]
    """Of the level asked for, each course class once (rule 6)."""
    held: list[Visit]
    """Of the level asked for, every visit of the plan and year."""
    approved: list[Visit]
    """As visits, at level approved: what a survey's response rate is compared with."""
    answers: list[AnswerCount]
    stated: Mapping[str, Stated]


@dataclass(frozen=True)
class Figure:
    """What one measure comes to: what it prints, and the sessions that sum to it."""

    spec: Spec
    printed: dict[str, Any]
    met: bool | None
    """Whether its target is met or its milestone done; None without either."""
    sessions: dict[int, int] = field(default_factory=dict)
    """Session → what it adds: people, or answers, or one session; they sum to the figure."""


def counts(spec: Spec, visit: Visit, scope: Scope) -> bool:
    """Say whether a measure counts a visit: audience, workshop, municipality, category."""
    if spec.audience and visit.audience != spec.audience:
        return False
    if spec.workshop and visit.workshop != spec.workshop:
        return False
    if visit.audience != PUPILS:
        return not spec.category
    place = scope.place(visit)
    return place != OUTSIDE and (not spec.category or place == spec.category)


def people_by_session(spec: Spec, visits: list[Visit], scope: Scope) -> dict[int, int]:
    """Return session → people of the visits that a measure counts; sessions of nobody left out."""
    tally: Counter[int] = Counter()
    for visit in visits:
        if visit.people and counts(spec, visit, scope):
            tally[visit.session] += visit.people
    return dict(tally)


def _numbers(spec: Spec, value: int, sessions: dict[int, int]) -> Figure:
    verdict = judge(value, spec.target_min, spec.target_max)
    printed = {
        "value": value,
        "target_min": spec.target_min,
        "target_max": spec.target_max,
        "met": verdict.met,
        "over": verdict.over,
        "sessions": len(sessions),
    }
    return Figure(spec, printed, verdict.met, sessions)


def participations(spec: Spec, material: Material) -> Figure:
    """Sum the people of the visits, each course class once (rules 3-6)."""
    sessions = people_by_session(spec, material.visits, material.scope)
    return _numbers(spec, sum(sessions.values()), sessions)


def sessions_held(spec: Spec, material: Material) -> Figure:
    """Count the sessions in which at least one person was present (rule 8)."""
    sessions = people_by_session(spec, material.held, material.scope)
    return _numbers(spec, len(sessions), dict.fromkeys(sessions, 1))


def survey_share(spec: Spec, material: Material) -> Figure:
    """Return the share of one answer among all answers to a question (rule 11).

    `asked` beside it is everybody of the measure's audience who was present in the year, whatever
    the workshop (imports.md).
    """
    sessions: Counter[int] = Counter()
    numerator = 0
    for given in material.answers:
        if _asks(spec, given):
            sessions[given.session] += given.times
            numerator += given.times if given.answer == spec.answer else 0
    denominator = sum(sessions.values())
    shown = denominator >= FEWEST_ANSWERS
    share = percent(numerator, denominator) if shown else None
    asked = Spec(spec.code, "participations", audience=spec.audience)
    printed: dict[str, Any] = {
        "numerator": numerator if shown else None,
        "denominator": denominator if shown else None,
        "percent": share,
        "asked": sum(people_by_session(asked, material.approved, material.scope).values()),
    }
    verdict = judge(share, spec.target_min, spec.target_max)
    if spec.has_target:
        printed["met"] = verdict.met
    return Figure(spec, printed, verdict.met, dict(sessions))


def _asks(spec: Spec, given: AnswerCount) -> bool:
    return (
        given.question == spec.question
        and (not spec.audience or given.audience == spec.audience)
        and (not spec.workshop or given.workshop == spec.workshop)
    )


def stated_count(spec: Spec, material: Material) -> Figure:
    """Return the number stated by one person and approved by another (rule 12)."""
    stated = material.stated.get(spec.code)
    value = stated.value if stated else None
    verdict = judge(value, spec.target_min, spec.target_max)
    printed: dict[str, Any] = {"value": value, "met": verdict.met, "over": verdict.over}
    targets = {"target_min": spec.target_min, "target_max": spec.target_max}
    printed |= {name: bound for name, bound in targets.items() if bound is not None}
    return Figure(spec, printed, verdict.met)


def stated_share(spec: Spec, material: Material) -> Figure:
    """Return how many of those who started have progressed, and how many it is too early for."""
    stated = material.stated.get(spec.code)
    printed = {
        "progressed": stated.value if stated else None,
        "started": stated.denominator if stated else None,
        "pending": stated.pending if stated else None,
    }
    return Figure(spec, printed, None)


def milestone(spec: Spec, material: Material) -> Figure:
    """Say whether a milestone is done, and since when."""
    stated = material.stated.get(spec.code)
    done = stated is not None and stated.value == 1
    printed = {"done": done, "date": stated.date.isoformat() if stated and done else None}
    return Figure(spec, printed, done)


def narrative(spec: Spec, _material: Material) -> Figure:
    """Print the text that stands in the plan."""
    return Figure(spec, {"text": spec.text}, None)


KINDS: Mapping[str, Callable[[Spec, Material], Figure]] = {
    "participations": participations,
    "sessions_held": sessions_held,
    "survey_share": survey_share,
    "stated_count": stated_count,
    "stated_share": stated_share,
    "milestone": milestone,
    "narrative": narrative,
}
