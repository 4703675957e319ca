"""The status report for managers: both tables on a page, and to take away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from goals.models import PlanVersion
from goals.reports import board
from goals.reports.annual import AnnualReport, report_of
from goals.reports.standing import standing
from goals.views.levels import level_of, may_see, shown, whole


@require_safe
@may_see
def reports(request: HttpRequest) -> HttpResponse:
    """List every plan and year."""
    versions = PlanVersion.objects.select_related("plan").order_by("-year", "plan__code")
    return render(request, "goals/manager/reports.html", {"versions": versions})


@require_safe
@may_see
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show both tables of one plan and year at the level asked for."""
    version = whole(pk)
    found, context = shown(request, version)
    context |= {
        "groups": board.groups(version, found, today=timezone.localdate()),
        "uncounted": board.uncounted(found.uncounted),
        "digest": report_of(version, found).content["digest"],
    }
    return render(request, "goals/manager/report.html", context)


@require_safe
@may_see
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out what the page shows as JSON, in the form that `annual_report` prints."""
    version = whole(pk)
    text = _taken(request, version).as_json()
    return _download(text, "application/json", f"{version.plan.code}-{version.year}.json")


@require_safe
@may_see
def report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out what the page shows for a spreadsheet."""
    version = whole(pk)
    text = _taken(request, version).as_csv()
    return _download(text, "text/csv; charset=utf-8", f"{version.plan.code}-{version.year}.csv")


def _taken(request: HttpRequest, version: PlanVersion) -> AnnualReport:
    return report_of(version, standing(version, level_of(request, version)))


def _download(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{_ascii(name)}"'
    return response


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in name)
