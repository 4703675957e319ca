"""The plan of this year and of the last: targets, stated totals, decisions, a published report."""

import datetime
from typing import Any

from demo import sources
from demo.stage import Town
from goals.actions.plans import import_plan
from goals.models import Decision, Goal, PlanVersion, StatedTotal, StatusReport
from goals.progress import progress
from goals.readers.plan import GoalRow, MeasureRow, PlanFile
from goals.reports.annual import annual_report, digest
from goals.reports.standing import PUBLISHED
from workshops.folding import fold_title

# A year is closed at the end of January: from then on last year's report is published.
_CLOSED_FROM = (2, 1)


def play(stage: Town) -> None:
    """Add both versions of the plan, with targets that the counts reach as far as it says."""
    plan, year = sources.read("plan"), stage.now.year
    for row in plan["stated"]:
        _state(stage, row)
    for of_year, reach in ((year - 1, "last_reach"), (year, "reach")):
        import_plan(
            _plan_file(plan, of_year), file_name=f"demo-plan-{of_year}.json", digest="", by=None
        )
        _aim(plan, PlanVersion.objects.whole().get(plan=stage.plan, year=of_year), reach)
    if is_closed(stage.now):
        _close(stage, plan, year - 1)


def is_closed(day: datetime.date) -> bool:
    """Say whether last year's report is published by that day."""
    return (day.month, day.day) >= _CLOSED_FROM


def _plan_file(plan: dict[str, Any], year: int) -> PlanFile:
    return PlanFile(
        code=plan["code"],
        title=plan["title"],
        year=year,
        municipality_code=plan["municipality_code"],
        mappings=tuple(
            (row["type_code"], datetime.date.fromisoformat(row["valid_from"]), row["category"])
            for row in plan["school_categories"]
        ),
        groups=tuple((group["number"], group["title"]) for group in plan["target_groups"]),
        goals=tuple(
            _goal(group["number"], goal)
            for group in plan["target_groups"]
            for goal in group["goals"]
        ),
        initiatives=tuple(
            (row["code"], row["level"], row["title"], row["text"])
            for row in plan["initiatives_without_target"]
        ),
    )


def _goal(group: int, goal: dict[str, Any]) -> GoalRow:
    measures = tuple(_measure(row) for row in goal["measures"])
    return GoalRow(group, goal["code"], goal["title"], goal["text"], goal["rule"], measures)


def _measure(row: dict[str, Any]) -> MeasureRow:
    texts = ("audience", "school_category", "workshop", "question", "answer", "text")
    return MeasureRow(
        code=row["code"],
        kind=row["kind"],
        **{name: row.get(name, "") for name in texts},
        target_min=row.get("target_min"),
        target_max=row.get("target_max"),
    )


def _aim(plan: dict[str, Any], version: PlanVersion, reach: str) -> None:
    """Set the targets so that the figures of today reach them as far as the plan's file says.

    So the goals stand at the same heights on whatever day the demo is loaded.
    """
    rows = {
        m["code"]: m for g in plan["target_groups"] for goal in g["goals"] for m in goal["measures"]
    }
    figures = progress(version).figures
    for measure in version.measures.all():
        row = rows[measure.code]
        if reach in row:
            value = figures[measure.code].printed["value"]
            measure.target_min = rounded(value / row[reach], up=row[reach] < 1)
            if "width" in row:
                measure.target_max = rounded(measure.target_min * row["width"], up=False)
            measure.save(update_fields=["target_min", "target_max"])


def rounded(value: float, *, up: bool) -> int:
    """Round to two digits, as targets are written; at least 1."""
    step = 100 if value >= 1000 else 10 if value >= 100 else 5 if value >= 40 else 1
    steps = int(value // step) + (up and value % step > 0)
    return max(steps * step, 1)


def _state(stage: Town, row: dict[str, Any]) -> None:
    """Add a stated total, unless its day is in a year that it was not meant for."""
    today = stage.now.date()
    if "days_ago" in row:
        day = max(today - datetime.timedelta(days=row["days_ago"]), today.replace(month=1, day=1))
    else:
        day = datetime.date(today.year + row["year"], row["month"], row["day"])
    stated, approved = (
        stage.staff[row[name]].name if row[name] else "" for name in ("by", "approved_by")
    )
    StatedTotal.objects.create(
        plan=stage.plan,
        code=row["code"],
        date=day,
        value=row["value"],
        denominator=row.get("denominator"),
        pending=row.get("pending"),
        stated_by_name=stated,
        stated_by_key=fold_title(stated),
        approved_by_name=approved,
        approved_by_key=fold_title(approved),
        stated_at=stage.now,
    )


def _close(stage: Town, plan: dict[str, Any], year: int) -> None:
    """Let the manager decide on every goal of a year and publish its report."""
    manager = stage.staff["manager"]
    at = stage.now.replace(month=1, day=29, hour=10, minute=0, second=0, microsecond=0)
    goals = {goal.code: goal for goal in Goal.objects.filter(version__year=year)}
    Decision.objects.bulk_create(
        Decision(goal=goals[row["goal"]], verdict=row["verdict"], why=row["why"], by=manager, at=at)
        for row in plan["decisions"]
    )
    version = PlanVersion.objects.whole().get(plan=stage.plan, year=year)
    content = {**annual_report(version, "approved").content, "level": PUBLISHED}
    del content["digest"]
    content["digest"] = digest(content)
    StatusReport.objects.create(version=version, revision=1, content=content, by=manager, at=at)
