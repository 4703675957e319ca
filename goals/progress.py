"""The only place where people become a number: asks the ledger, hands visits to the measures."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.utils import timezone

from attendance.models import Answer, Headcount
from booking.models import Course, Party
from booking.states import HOLDING
from goals.measures.judge import propose
from goals.measures.kinds import KINDS, AnswerCount, Figure, Material, Spec, Stated
from goals.measures.uncounted import not_counted
from goals.measures.visits import Scope, Visit, counted_once
from goals.models import Measure, PlanVersion, Snapshot, StatedTotal
from workshops.folding import fold_title
from workshops.histories import Histories
from workshops.models import Audience, SchoolVersion, Session

_Register = tuple[str, str]  # municipality and type of a school
EXPECTED, ATTENDED, APPROVED = (level.value for level in Snapshot.Level)

_COLUMNS = (
    "session",
    "session__reference",
    "session__starts",
    "session__plan",
    "session__workshop__folded_title",
    "session__audience",
    "people",
    "school",
    "school__number",
    "folded_label",
    "course",
)


@dataclass(frozen=True)
class Progress:
    """Every figure of one plan, year and level, in the order of the plan."""

    figures: dict[str, Figure]
    proposed: dict[str, str | None]
    uncounted: dict[str, dict[int, int]]


def progress(version: PlanVersion, level: str = APPROVED) -> Progress:
    """Ask for every figure of *version* now. A constant number of queries, whatever the size.

    *version* comes from `PlanVersion.objects.whole()`. *level* is one of Snapshot.Level.
    """
    material = gather(version, level)
    specs = {goal.code: specs_of(goal.measures.all()) for goal in goals_of(version)}
    every = [spec for of_goal in specs.values() for spec in of_goal]
    figures = {spec.code: KINDS[spec.kind](spec, material) for spec in every}
    proposed = {
        goal.code: propose(
            goal.rule, [bool(figures[s.code].met) for s in specs[goal.code] if s.has_target]
        )
        for goal in goals_of(version)
    }
    return Progress(figures, proposed, not_counted(every, material))


def goals_of(version: PlanVersion) -> list[Any]:
    """Return the goals of a whole version in the order of the plan."""
    return [goal for group in version.target_groups.all() for goal in group.goals.all()]


def specs_of(measures: Iterable[Measure]) -> list[Spec]:
    """Return measures as the pure code reads them, texts folded."""
    return [
        Spec(
            code=measure.code,
            kind=measure.kind,
            audience=measure.audience,
            category=measure.school_category,
            workshop=fold_title(measure.workshop),
            question=fold_title(measure.question),
            answer=fold_title(measure.answer),
            text=measure.text,
            target_min=measure.target_min,
            target_max=measure.target_max,
        )
        for measure in measures
    ]


def gather(version: PlanVersion, level: str) -> Material:
    """Read everything the figures of *version* are made from."""
    scope = scope_of(version)
    held, once = _visits(scope, level)
    approved = once if level == APPROVED else _visits(scope, APPROVED)[1]
    return Material(
        scope=scope,
        visits=once,
        held=held,
        approved=approved,
        answers=_answers(scope),
        stated=_stated(version),
    )


def scope_of(version: PlanVersion) -> Scope:
    """Return whose pupils count in *version*, and as what."""
    mapping: dict[str, list[tuple[datetime.date, str | None]]] = {}
    for row in sorted(version.mappings.all(), key=lambda row: row.valid_from):
        mapping.setdefault(row.type_code, []).append((row.valid_from, row.category))
    return Scope(version.plan_id, version.year, version.municipality_code, mapping)


def at_level(level: str) -> QuerySet[Party]:
    """Return the parties that exist at *level* (rule 2), annotated with *people* (rule 3)."""
    parties = Party.objects.live().exclude(session__state__in=Session.OVER)
    if level == EXPECTED:
        return parties.filter(booking__state__in=HOLDING).annotate(people=F("seats"))
    counted = Headcount.objects.approved() if level == APPROVED else Headcount.objects.registered()
    return (
        parties.filter(session__register__held=True)
        .annotate(people=counted.in_force("present"), outcome=counted.in_force("outcome"))
        .filter(outcome=Headcount.Outcome.CAME)
    )


def _visits(scope: Scope, level: str) -> tuple[list[Visit], list[Visit]]:
    """Return all visits of the plan and year, and the same with each course class once."""
    since, until = datetime.date(scope.year, 1, 1), datetime.date(scope.year + 1, 1, 1)
    of_year = at_level(level).filter(
        session__plan=scope.plan, session__in=Session.objects.within(since, until)
    )
    own = list(of_year.values_list("pk", *_COLUMNS))
    courses = {row[-1] for row in own if row[-1] is not None}
    # A course that visits this plan and year may have begun in another: all of it is needed.
    elsewhere = at_level(level).filter(course__in=Course.objects.filter(pk__in=courses))
    further = elsewhere.values_list("pk", *_COLUMNS) if courses else ()
    rows = {row[0]: row[1:] for row in [*own, *further]}
    visits = dict(zip(rows, _as_visits(rows.values()), strict=True))
    return [visits[row[0]] for row in own], list(counted_once(visits.values(), scope))


def _as_visits(rows: Iterable[Sequence[Any]]) -> list[Visit]:
    rows = list(rows)
    schools = _schools({row[7] for row in rows if row[5] == Audience.PUPILS and row[7]})
    zone = timezone.get_default_timezone()
    return [_as_visit(row, schools, timezone.localtime(row[2], zone).date()) for row in rows]


def _as_visit(row: Sequence[Any], schools: "Histories[_Register]", day: datetime.date) -> Visit:
    session, reference, starts, plan, workshop, audience, people, school, number, label, course = (
        row
    )
    of_pupils = audience == Audience.PUPILS
    municipality, type_code = (of_pupils and schools.on(school, day)) or ("", "")
    return Visit(
        session=session,
        reference=reference,
        starts=starts,
        date=day,
        plan=plan,
        workshop=workshop,
        audience=audience,
        people=people,
        school=number or "",
        label=label,
        course=course if of_pupils else None,
        municipality=municipality,
        type_code=type_code,
    )


def _schools(schools: set[int]) -> Histories[_Register]:
    """Read municipality and type of each school, by day (rules 4 and 5)."""
    return SchoolVersion.objects.histories(schools, "municipality_code", "type_code")


def _answers(scope: Scope) -> list[AnswerCount]:
    """Return the answers given after sessions of the plan that were held in the year."""
    since, until = datetime.date(scope.year, 1, 1), datetime.date(scope.year + 1, 1, 1)
    sessions = Session.objects.within(since, until).filter(plan=scope.plan, register__held=True)
    held = Answer.objects.filter(session__in=sessions.exclude(state__in=Session.OVER))
    rows = held.values_list(
        "session",
        "session__workshop__folded_title",
        "session__audience",
        "folded_question",
        "folded_value",
    ).annotate(times=Count("pk"))
    return [AnswerCount(*row) for row in rows.order_by("session", "folded_question")]


def _stated(version: PlanVersion) -> dict[str, Stated]:
    """Return code → the latest total of the year that somebody else has approved (rule 12)."""
    totals = StatedTotal.objects.filter(plan=version.plan_id, date__year=version.year)
    return {
        total.code: Stated(total.value, total.denominator, total.pending, total.date)
        for total in totals.exclude(approved_by_key="").order_by("date")
    }
