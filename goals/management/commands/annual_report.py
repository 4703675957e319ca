"""Print the yearly status report."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from goals.models import PlanVersion, Snapshot, StatusReport
from goals.reports.annual import AnnualReport, annual_report
from goals.reports.standing import PUBLISHED
from workshops.folding import nfc
from workshops.management import base
from workshops.models import Plan


class Command(base.Command):
    """`annual_report PLAN YEAR --format json|csv [--level L] [--output FILE]`."""

    help = "Prints the status report of a plan and year: the published one, else as of now."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", type=nfc, help="the code of the plan")
        parser.add_argument("year", type=int)
        parser.add_argument("--format", choices=["json", "csv"], default="json")
        levels = [*Snapshot.Level.values, PUBLISHED]
        parser.add_argument("--level", choices=levels, help="approved unless told otherwise")
        parser.add_argument("--output", type=Path, help="write to this file instead of the screen")

    def handle(self, *_args: Any, **options: Any) -> None:
        report = _report(options["plan"], options["year"], options["level"])
        text = report.as_csv() if options["format"] == "csv" else report.as_json()
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_bytes(text.encode())
        except OSError as fault:
            message = _("The file %(file)s cannot be written. Choose another --output.")
            if not options["output"].parent.is_dir():
                message = _("There is no folder for the file %(file)s. Choose another --output.")
            details = {"file": options["output"]}
            raise CommandError(message % details, returncode=2) from fault


def _report(plan: str, year: int, level: str | None) -> AnnualReport:
    if not Plan.objects.filter(code=plan).exists():
        message = _("There is no plan with the code “%(plan)s”. Check the code.")
        raise CommandError(message % {"plan": plan}, returncode=2)
    version = PlanVersion.objects.whole().filter(plan__code=plan, year=year).first()
    details = {"plan": plan, "year": year}
    if version is None:
        message = _("The plan %(plan)s has no version for %(year)d. Import it with import_plan.")
        raise CommandError(message % details)
    try:
        return annual_report(version, level)
    except StatusReport.DoesNotExist as fault:
        message = _("No report of %(plan)s for %(year)d is published. Choose another --level.")
        raise CommandError(message % details) from fault
