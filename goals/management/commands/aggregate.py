"""Run the aggregation now, in the foreground."""

import dataclasses
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from goals.actions import aggregation
from goals.models import PlanVersion
from workshops.folding import nfc
from workshops.management import base
from workshops.models import Plan


class Command(base.Command):
    """`aggregate [--plan CODE] [--year YYYY]`; without arguments every plan and year."""

    help = "Asks for every figure again and keeps what it came to. Without arguments: all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--plan", type=nfc, help="only this plan (its code)")
        parser.add_argument("--year", type=int, help="only this year")

    def handle(self, *_args: Any, plan: str | None, year: int | None, **_options: Any) -> None:
        if plan is None and year is None:
            done = aggregation.aggregate_everything()
        else:
            done = aggregation.aggregate_versions(_versions(plan, year))
        line = _("versions %(versions)d, snapshots %(snapshots)d, marks %(marks)d")
        self.stdout.write(line % dataclasses.asdict(done))


def _versions(plan: str | None, year: int | None) -> Any:
    versions = PlanVersion.objects.all()
    if plan is not None:
        if not Plan.objects.filter(code=plan).exists():
            message = _("There is no plan with the code “%(plan)s”. Check --plan.")
            raise CommandError(message % {"plan": plan}, returncode=2)
        versions = versions.filter(plan__code=plan)
    if year is not None:
        versions = versions.filter(year=year)
    if not versions.exists():
        message = _("There is no version of the plan for that year. Import it with import_plan.")
        raise CommandError(message)
    return versions
