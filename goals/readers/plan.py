"""An action plan in JSON: checked key by key, then handed on as frozen values (imports.md)."""

import datetime
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from goals.measures.kinds import KINDS
from goals.measures.visits import OUTSIDE, UNALLOCATED
from workshops.readers.problems import CannotRead, Problem, Problems, looks_like_cpr

AUDIENCES = ("elever", "forældre", "fagpersoner")
RULES = ("all", "judged")
MOST_BYTES = 5_000_000


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
    try:
        raw = path.read_bytes()[: MOST_BYTES + 1]
        loaded = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_normal)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError, _DoubleKeyError) as fault:
        raise CannotRead(_not_json(path, fault)) from fault
    top = _Node(path.name, "", loaded, problems)
    plan = _plan(top)
    return None if problems else plan


def _not_json(path: Path, fault: Exception) -> Problem:
    row, told = None, str(fault)
    if isinstance(fault, json.JSONDecodeError):
        row, told = fault.lineno, fault.msg
    return Problem(
        file=path.name,
        row=row,
        column="",
        value="",
        fault=_("The file is not a plan in JSON (%(fault)s).") % {"fault": told},
        cure=_("Save the plan as JSON in UTF-8, in the shape of the example."),
    )


class _DoubleKeyError(ValueError):
    """A JSON object names the same key twice."""


def _normal(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Bring keys and texts to NFC."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        name = unicodedata.normalize("NFC", key)
        if name in found:
            raise _DoubleKeyError(name)
        found[name] = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
    return found


class _Node:
    """One JSON object on its way to a row: asks for keys, notes what is wrong with them."""

    def __init__(self, file: str, place: str, value: object, problems: Problems) -> None:
        self._file, self._place, self._problems = file, place, problems
        self._asked: set[str] = set()
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.fault("", value, _("This is not an object."), _("Write { … } with its keys."))

    def fault(self, key: str, value: object, fault: str, cure: str) -> None:
        """Note a fault of *key*."""
        self._note(key, value, fault, cure)

    def warning(self, key: str, value: object, fault: str, cure: str) -> None:
        """Note something about *key* that is no fault."""
        self._note(key, value, fault, cure, warning=True)

    def _note(
        self, key: str, value: object, fault: str, cure: str, *, warning: bool = False
    ) -> None:
        column = ".".join(part for part in (self._place, key) if part)
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self._problems.add(
            file=self._file, column=column, value=shown, fault=fault, cure=cure, warning=warning
        )

    def finish(self) -> None:
        """Warn of keys that nobody asked for."""
        for key in sorted(self._value.keys() - self._asked):
            self.warning(key, "", _("This key is not known."), _("It is ignored."))

    def text(self, key: str, *, most: int = 200, required: bool = True) -> str:
        """Return a text; refuse what is missing, too long or looks like a CPR number."""
        self._asked.add(key)
        value = self._value.get(key, "" if not required else None)
        if value is None and not required:
            value = ""
        if not isinstance(value, str) or (required and not value.strip()):
            self.fault(key, value, _("A text is missing here."), _("Write a text in quotes."))
            return ""
        if looks_like_cpr(value):
            told = _("The text holds what looks like a CPR number.")
            self.fault(key, "…", told, _("Take the number out; it has no place here."))
        if len(value) > most:
            told = _("The text is longer than %(most)d characters.") % {"most": most}
            self.fault(key, value, told, _("Write it shorter."))
        return value.strip()

    def choice(self, key: str, values: tuple[str, ...], *, required: bool = True) -> str:
        """Return one of *values*, compared without regard to case."""
        value = self.text(key, required=required).casefold()
        if value and value not in values:
            told = _("“%(value)s” is not known here.") % {"value": value}
            cure = _("Write one of: %(values)s.") % {"values": ", ".join(values)}
            self.fault(key, value, told, cure)
        return value

    def number(self, key: str, *, required: bool = False) -> int | None:
        """Return a whole number of zero or more, or None."""
        self._asked.add(key)
        value = self._value.get(key)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            told = _("This is not a whole number of zero or more.")
            self.fault(key, value, told, _("Write a number without quotes, for example 4000."))
            return None
        return value

    def date(self, key: str) -> datetime.date:
        """Return a date written YYYY-MM-DD."""
        value = self.text(key)
        try:
            return datetime.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            told = _("This is not a date.")
            self.fault(key, value, told, _("Write year-month-day, for example 2024-08-01."))
            return datetime.date.min

    def nullable(self, key: str) -> str | None:
        """Return a text, or None where the file says null."""
        self._asked.add(key)
        if key in self._value and self._value[key] is None:
            return None
        return self.text(key, most=60)

    def nodes(self, key: str, *, required: bool = True) -> Iterator["_Node"]:
        """Yield the objects of a list."""
        self._asked.add(key)
        value = self._value.get(key, [] if not required else None)
        if not isinstance(value, list):
            self.fault(key, value, _("A list is missing here."), _("Write [ … ] with its items."))
            return
        for place, item in enumerate(value):
            name = ".".join(part for part in (self._place, f"{key}[{place}]") if part)
            node = _Node(self._file, name, item, self._problems)
            yield node
            node.finish()


def _plan(top: _Node) -> PlanFile:
    groups: list[tuple[int, str]] = []
    goals: list[GoalRow] = []
    for node in top.nodes("target_groups"):
        number = node.number("number", required=True) or 0
        _once(node, "number", number, [known for known, _title in groups])
        groups.append((number, node.text("title")))
        for goal in node.nodes("goals"):
            _once(goal, "code", goal.text("code", most=60), [known.code for known in goals])
            goals.append(_goal(goal, number, [m.code for known in goals for m in known.measures]))
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


def _once(node: _Node, key: str, value: object, known: list[Any]) -> None:
    if value in known:
        told = _("This stands in the plan already.")
        node.fault(key, value, told, _("Give each its own code or number."))


def _year(top: _Node) -> int:
    year = top.number("year", required=True) or 0
    if year and not 1900 <= year <= 2999:
        told = _("This is not a year with four digits.")
        top.fault("year", year, told, _("Write the year, for example 2024."))
    return year


def _municipality(top: _Node) -> str:
    code = top.text("municipality_code", most=4)
    if code and not re.fullmatch(r"0?[0-9]{3}", code):
        told = _("A municipality code has three digits.")
        top.fault("municipality_code", code, told, _("Write for example “101”."))
    return code[-3:]


def _mappings(top: _Node) -> Iterator[tuple[str, datetime.date, str | None]]:
    known: list[tuple[str, datetime.date]] = []
    for node in top.nodes("school_categories", required=False):
        code, day, category = node.text("type_code", most=8), node.date("valid_from"), None
        category = node.nullable("category")
        _once(node, "valid_from", (code, day), known)
        known.append((code, day))
        if category in {OUTSIDE, UNALLOCATED}:
            told = _("This name is taken: the report uses it for pupils that are not counted.")
            node.fault("category", category, told, _("Choose another name for the category."))
        yield code, day, category


def _goal(node: _Node, group: int, known: list[str]) -> GoalRow:
    measures: list[MeasureRow] = []
    for child in node.nodes("measures"):
        measure = _measure(child)
        _once(child, "code", measure.code, [*known, *(m.code for m in measures)])
        measures.append(measure)
    return GoalRow(
        group=group,
        code=node.text("code", most=60),
        title=node.text("title"),
        text=node.text("text", most=4000, required=False),
        rule=node.choice("rule", RULES),
        measures=tuple(measures),
    )


def _measure(node: _Node) -> MeasureRow:
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
        text=node.text("text", most=4000, required=False),
        target_min=node.number("target_min"),
        target_max=node.number("target_max"),
    )
    low, high = measure.target_min, measure.target_max
    if low is not None and high is not None and high < low:
        told = _("The upper bound is below the lower one.")
        node.fault("target_max", high, told, _("Write target_min first, then target_max."))
    if measure.school_category and measure.audience not in {"", "elever"}:
        told = _("A school category goes with pupils only.")
        cure = _("Write the audience “elever”, or leave the category out.")
        node.fault("school_category", measure.school_category, told, cure)
    return measure


def _initiatives(top: _Node) -> Iterator[tuple[str, str, str, str]]:
    known: list[str] = []
    for node in top.nodes("initiatives_without_target", required=False):
        code = node.text("code", most=60)
        _once(node, "code", code, known)
        known.append(code)
        level = node.text("level", most=80, required=False)
        yield code, level, node.text("title"), node.text("text", most=8000, required=False)


def _warn_of_unknown_categories(top: _Node, plan: PlanFile) -> None:
    mapped = {category for _type, _day, category in plan.mappings}
    for measure in (measure for goal in plan.goals for measure in goal.measures):
        if measure.school_category and measure.school_category not in mapped:
            told = _("No school type is mapped to this category, so it counts nobody.")
            cure = _("Add the type to school_categories.")
            top.warning(f"{measure.code}.school_category", measure.school_category, told, cure)
