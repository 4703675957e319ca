"""An action plan in JSON: checked key by key, then handed on as frozen values (imports.md)."""

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from goals.measures.kinds import KINDS
from goals.measures.visits import OUTSIDE, UNALLOCATED
from goals.readers.nodes import Node, read_object
from workshops.readers.problems import Problems

AUDIENCES = ("elever", "forældre", "fagpersoner")
RULES = ("all", "judged")
UNJUDGED = frozenset({"stated_share", "narrative"})
# What the report itself calls the pupils that no measure counts.
TAKEN = frozenset({OUTSIDE, UNALLOCATED})
# Snapshots keep what is not counted under this code.
TAKEN_CODE = "not_counted"
LARGEST_GROUP = 32_767


@dataclass(frozen=True)
class MeasureRow:
    """One measure, as the columns of goals.Measure."""

    code: str
    kind: str
    audience: str
    school_category: str
    workshop: str
    question: str
    answer: str
    text: str
    target_min: int | None
    target_max: int | None


@dataclass(frozen=True)
class GoalRow:
    """One goal with its measures, in the order of the plan."""

    group: int
    code: str
    title: str
    text: str
    rule: str
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class PlanFile:
    """A plan of one year."""

    code: str
    title: str
    year: int
    municipality_code: str
    mappings: tuple[tuple[str, datetime.date, str | None], ...]
    groups: tuple[tuple[int, str], ...]
    goals: tuple[GoalRow, ...]
    initiatives: tuple[tuple[str, str, str, str], ...]


def read_plan(path: Path, problems: Problems) -> PlanFile | None:
    """Return the plan in *path*, or None with the faults in *problems*.

    Raises CannotRead when the file is no JSON object at all. Every text is brought to NFC; a key
    that is not known is a warning.
    """
    plan = _plan(read_object(path, problems))
    return None if problems else plan


def _plan(top: Node) -> PlanFile:
    groups: list[tuple[int, str]] = []
    goals: list[GoalRow] = []
    for node in top.nodes("target_groups"):
        number = node.number("number", required=True, largest=LARGEST_GROUP) or 0
        _once(node, "number", number, [known for known, _title in groups])
        groups.append((number, node.text("title")))
        for child in node.nodes("goals"):
            goal = _goal(child, number, [m.code for known in goals for m in known.measures])
            _once(child, "code", goal.code, [known.code for known in goals])
            goals.append(goal)
    plan = PlanFile(
        code=top.text("code", most=60),
        title=top.text("title"),
        year=_year(top),
        municipality_code=_municipality(top),
        mappings=tuple(_mappings(top)),
        groups=tuple(groups),
        goals=tuple(goals),
        initiatives=tuple(_initiatives(top)),
    )
    _warn_of_unknown_categories(top, plan)
    top.finish()
    return plan


def _once(node: Node, key: str, value: object, known: Sequence[object]) -> None:
    """Refuse a code or number that is there already; "" and 0 are told of elsewhere."""
    if value and value in known:
        told = _("This stands in the plan already.")
        node.fault(key, value, told, _("Give each its own code or number."))


def _year(top: Node) -> int:
    year = top.number("year", required=True)
    if year is not None and not 1900 <= year <= 2999:
        told = _("This is not a year with four digits.")
        top.fault("year", year, told, _("Write the year, for example 2024."))
    return year or 0


def _municipality(top: Node) -> str:
    code = top.text("municipality_code", most=4)
    if code and not re.fullmatch(r"0?[0-9]{3}", code):
        told = _("A municipality code has three digits.")
        top.fault("municipality_code", code, told, _("Write for example “101”."))
    return code[-3:]


def _mappings(top: Node) -> Iterator[tuple[str, datetime.date, str | None]]:
    known: list[tuple[str, datetime.date]] = []
    for node in top.nodes("school_categories", required=False):
        code, day = node.text("type_code", most=8), node.date("valid_from")
        category = node.nullable("category")
        if (code, day) in known:
            told = _("The type has a category from this date already.")
            node.fault("valid_from", day.isoformat(), told, _("Keep one of the two."))
        known.append((code, day))
        _refuse_taken(node, "category", category or "")
        yield code, day, category


def _refuse_taken(node: Node, key: str, category: str) -> None:
    if category in TAKEN:
        told = _("This name is taken: the report uses it for pupils that are not counted.")
        node.fault(key, category, told, _("Choose another name for the category."))


def _goal(node: Node, group: int, known: list[str]) -> GoalRow:
    measures: list[MeasureRow] = []
    for child in node.nodes("measures"):
        measure = _measure(child)
        _once(child, "code", measure.code, [*known, *(m.code for m in measures)])
        measures.append(measure)
    return GoalRow(
        group=group,
        code=node.text("code", most=60),
        title=node.text("title"),
        text=node.text("text", most=4000, required=False, lines=True),
        rule=node.choice("rule", RULES),
        measures=tuple(measures),
    )


def _measure(node: Node) -> MeasureRow:
    kind = node.choice("kind", tuple(KINDS))
    asks = kind == "survey_share"
    measure = MeasureRow(
        code=node.text("code", most=60),
        kind=kind,
        audience=node.choice("audience", AUDIENCES, required=False),
        school_category=node.text("school_category", most=60, required=False),
        workshop=node.text("workshop", required=False),
        question=node.text("question", most=120, required=asks),
        answer=node.text("answer", most=120, required=asks),
        text=node.text("text", most=4000, required=False, lines=True),
        target_min=node.number("target_min"),
        target_max=node.number("target_max"),
    )
    _check(node, measure)
    return measure


def _check(node: Node, measure: MeasureRow) -> None:
    low, high = measure.target_min, measure.target_max
    if measure.code == TAKEN_CODE:
        told = _("This code is taken: figures of what is not counted are kept under it.")
        node.fault("code", measure.code, told, _("Choose another code."))
    _refuse_taken(node, "school_category", measure.school_category)
    if low is not None and high is not None and high < low:
        told = _("The upper bound is below the lower one.")
        node.fault("target_max", high, told, _("Write target_min first, then target_max."))
    if measure.school_category and measure.audience not in {"", "elever"}:
        told = _("A school category goes with pupils only.")
        cure = _("Write the audience “elever”, or leave the category out.")
        node.fault("school_category", measure.school_category, told, cure)
    if not (low is None and high is None) and measure.kind in UNJUDGED:
        told = _("A measure of this kind has no value that could meet a target.")
        cure = _("Take the target out; with it the goal is never met.")
        node.warning("target_min" if low is not None else "target_max", low or high, told, cure)


def _initiatives(top: Node) -> Iterator[tuple[str, str, str, str]]:
    known: list[str] = []
    for node in top.nodes("initiatives_without_target", required=False):
        code = node.text("code", most=60)
        _once(node, "code", code, known)
        known.append(code)
        level = node.text("level", most=80, required=False)
        yield (
            code,
            level,
            node.text("title"),
            node.text("text", most=8000, required=False, lines=True),
        )


def _warn_of_unknown_categories(top: Node, plan: PlanFile) -> None:
    mapped = {category for _type, _day, category in plan.mappings}
    for measure in (measure for goal in plan.goals for measure in goal.measures):
        if measure.school_category and measure.school_category not in mapped:
            told = _("No school type is mapped to this category, so it counts nobody.")
            cure = _("Add the type to school_categories.")
            top.warning(f"{measure.code}.school_category", measure.school_category, told, cure)
