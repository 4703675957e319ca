"""A plan from a file becomes the version of its year."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from goals.models import (
    CategoryMapping,
    Decision,
    Goal,
    Initiative,
    Measure,
    PlanVersion,
    Snapshot,
    TargetGroup,
)
from goals.readers.plan import PlanFile, read_plan
from workshops.actions.outcomes import Outcome
from workshops.actions.turns import take_turn
from workshops.cpr import hide_cpr
from workshops.models import Batch, Mark, Plan, User
from workshops.readers.problems import CannotRead
from workshops.readers.tables import digest_of


@dataclass
class Imported:
    """What an import of a plan did, or would do: the lines of each kind of change."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """The figures of the batch."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "same": self.same,
        }


def run(path: Path, *, by: User | None, apply: bool) -> Outcome:
    """Say what a plan changes; with *apply*, and without a fault, do as `import_plan`."""
    outcome, done, plan = Outcome(), Imported(), None
    try:
        plan = read_plan(path, outcome.problems)
        if plan is not None:
            with transaction.atomic():
                done = import_plan(plan, file_name=path.name, digest=digest_of(path), by=by)
                transaction.set_rollback(not apply)
    except CannotRead as fault:
        outcome.problems.take(fault.problem)
    except ValidationError as refusal:
        outcome.refusal = " ".join(refusal.messages)
        return outcome
    outcome.tell((kind, getattr(done, kind)) for kind in ("new", "changed", "removed"))
    outcome.counts[path.name] = {**done.counts, "errors": len(outcome.errors)}
    return outcome


def import_plan(plan: PlanFile, *, file_name: str, digest: str, by: User | None) -> Imported:
    """Make the version of the plan's year what the file says, matched by number and code.

    In one transaction, one import after the other: the plan, its version, target groups, goals,
    measures, categories and initiatives; measures that the file no longer has go with their
    snapshots; then a mark when anything changed, and the batch. The same file again changes nothing
    but the list of batches.

    Raises ValidationError with the code ``report_published`` when a report of that year is
    published, and ``goal_decided`` when a goal that was decided on is no longer in the file.
    """
    with transaction.atomic():
        take_turn()
        done = _write(plan)
        if any((done.new, done.changed, done.removed)):
            Mark.objects.create(session=None, reason="plan")
        kind = Batch.Kind.PLAN
        Batch.objects.create(
            kind=kind, by=by, file_name=hide_cpr(file_name), digest=digest, counts=done.counts
        )
    return done


def _write(plan: PlanFile) -> Imported:
    done = Imported()
    _match(done, Plan.objects.filter(code=plan.code), {plan.code: {"title": plan.title}}, _by_code)
    of = Plan.objects.get(code=plan.code)
    fields = {"title": plan.title, "municipality_code": plan.municipality_code}
    versions = of.versions.select_for_update().filter(year=plan.year)
    if versions.filter(reports__isnull=False).exists():
        message = _("The report of %(plan)s for %(year)d is published, so the plan stands.")
        raise ValidationError(
            message, code="report_published", params={"plan": plan.code, "year": plan.year}
        )
    _match(done, versions, {plan.year: fields}, _by_year, plan=of)
    version = of.versions.get(year=plan.year)
    _write_goals(done, version, plan)
    _match(
        done,
        version.mappings.all(),
        {(code, day): {"category": category} for code, day, category in plan.mappings},
        lambda row: (row.type_code, row.valid_from),
        version=version,
    )
    _match(
        done,
        version.initiatives.all(),
        {
            code: {"level": level, "title": title, "text": text, "position": place}
            for place, (code, level, title, text) in enumerate(plan.initiatives)
        },
        _by_code,
        version=version,
    )
    return done


def _write_goals(done: Imported, version: PlanVersion, plan: PlanFile) -> None:
    groups = version.target_groups.all()
    wanted = {number: {"title": title} for number, title in plan.groups}
    _match(done, groups, wanted, lambda row: row.number, version=version, keep=True)
    numbers = {group.number: group for group in groups.all()}
    goals = {
        goal.code: {
            "target_group": numbers[goal.group],
            "position": place,
            "title": goal.title,
            "text": goal.text,
            "rule": goal.rule,
        }
        for place, goal in enumerate(plan.goals)
    }
    _match(done, version.goals.all(), goals, _by_code, version=version, keep=True)
    codes = {goal.code: goal for goal in version.goals.all()}
    measures: dict[object, dict[str, Any]] = {}
    for goal in plan.goals:
        for measure in goal.measures:
            own = {"goal": codes[goal.code], "position": len(measures)}
            measures[measure.code] = {**vars(measure), **own}
    _match(done, version.measures.all(), measures, _by_code, version=version)
    _drop(done, version.goals.exclude(code__in=goals))
    _drop(done, groups.exclude(number__in=wanted))


def _by_code(row: Any) -> object:
    return row.code


def _by_year(row: Any) -> object:
    return row.year


_KEYS: Mapping[type[models.Model], tuple[str, ...]] = {
    Plan: ("code",),
    PlanVersion: ("year",),
    TargetGroup: ("number",),
    Goal: ("code",),
    Measure: ("code",),
    CategoryMapping: ("type_code", "valid_from"),
    Initiative: ("code",),
}


def _match(
    done: Imported,
    rows: models.QuerySet[Any],
    wanted: Mapping[Any, Mapping[str, Any]],
    key: Callable[[Any], object],
    *,
    keep: bool = False,
    **parent: Any,
) -> None:
    """Make *rows* what *wanted* says, matched by *key*; surplus rows are dropped unless *keep*."""
    model = rows.model
    known = {key(row): row for row in rows}
    for name, fields in wanted.items():
        row = known.pop(name, None)
        label = f"{model._meta.verbose_name} {_label(name)}"  # noqa: SLF001 - Django's public _meta
        if row is None:
            values = name if isinstance(name, tuple) else (name,)
            named = dict(zip(_KEYS[model], values, strict=True))
            model._default_manager.create(**{**named, **fields}, **parent)  # noqa: SLF001 - as above
            done.new.append(label)
        elif any(getattr(row, column) != value for column, value in fields.items()):
            for column, value in fields.items():
                setattr(row, column, value)
            row.save(update_fields=list(fields))
            done.changed.append(label)
        else:
            done.same += 1
    if not keep:
        _drop(done, rows.filter(pk__in=[row.pk for row in known.values()]))


def _label(name: object) -> str:
    return " ".join(str(part) for part in name) if isinstance(name, tuple) else str(name)


def _drop(done: Imported, rows: models.QuerySet[Any]) -> None:
    for row in rows:
        if isinstance(row, Measure):
            Snapshot.objects.filter(measure=row).delete()
        if isinstance(row, Goal) and Decision.objects.filter(goal=row).exists():
            message = _("The goal %(goal)s has been decided on, so the plan must keep it.")
            raise ValidationError(message, code="goal_decided", params={"goal": row.code})
        done.removed.append(f"{row._meta.verbose_name} {row}")  # noqa: SLF001 - as above
        row.delete()
