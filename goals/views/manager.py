"""The status report for managers: both tables, and the sessions behind each figure."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from goals.models import PlanVersion
from goals.progress import APPROVED, progress
from goals.reports import tables, wording
from goals.reports.annual import PUBLISHED, AnnualReport, annual_report
from goals.reports.sessions import behind
from goals.views.levels import LEVELS, may_see
from workshops.models import Mark, Tick

UNITS = {"survey_share": "answers", "sessions_held": "sessions"}


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
    version = get_object_or_404(PlanVersion.objects.whole(), pk=pk)
    found = _report(request, version)
    context = {
        "version": version,
        "groups": tables.groups(version, found.content),
        "uncounted": tables.uncounted(found.content["not_counted"]),
        "level": found.content["level"],
        "digest": found.content["digest"],
        "levels": LEVELS,
        "published": version.reports.last(),
        "tick": Tick.objects.filter(job__startswith="aggregate").order_by("-finished").first(),
        "waiting": Mark.objects.count(),
    }
    return render(request, "goals/manager/report.html", context)


@require_safe
@may_see
def report_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the report as JSON, byte for byte what `annual_report` prints."""
    version = get_object_or_404(PlanVersion.objects.whole(), pk=pk)
    text = _report(request, version).as_json()
    return _download(text, "application/json", f"{version.plan.code}-{version.year}.json")


@require_safe
@may_see
def report_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the report for a spreadsheet."""
    version = get_object_or_404(PlanVersion.objects.whole(), pk=pk)
    text = _report(request, version).as_csv()
    return _download(text, "text/csv; charset=utf-8", f"{version.plan.code}-{version.year}.csv")


@require_safe
@may_see
def figure(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """List the sessions that sum to one figure, as counted now."""
    version = get_object_or_404(PlanVersion.objects.whole(), pk=pk)
    row = get_object_or_404(version.measures.select_related("goal"), pk=measure)
    level = _level(request) or APPROVED
    adds = progress(version, level).figures[row.code].sessions
    unit = UNITS.get(row.kind, "people")
    context = {"version": version, "measure": row, "unit": unit}
    return _sessions(request, adds, level, context | _published(request, version))


@require_safe
@may_see
def uncounted(request: HttpRequest, pk: int) -> HttpResponse:
    """List the sessions whose pupils no figure holds, for the reason asked for."""
    version = get_object_or_404(PlanVersion.objects.whole(), pk=pk)
    level, reason = _level(request) or APPROVED, request.GET.get("reason", "")
    adds = progress(version, level).uncounted.get(reason)
    if adds is None:
        raise Http404
    context = {"version": version, "reason": reason, "name": wording.reason(reason)}
    return _sessions(request, adds, level, context | _published(request, version))


def _sessions(
    request: HttpRequest, adds: dict[int, int], level: str, context: dict[str, Any]
) -> HttpResponse:
    found = behind(adds)
    context |= {"list": found, "total": wording.number(found.total)}
    context |= {"level": level, "level_name": LEVELS[level]}
    context["back"] = PUBLISHED if context["published"] else level
    return render(request, "goals/manager/sessions.html", context)


def _published(request: HttpRequest, version: PlanVersion) -> dict[str, Any]:
    """Say that a published figure stands while its sessions are counted anew, where one does."""
    return {"published": None if _level(request) else version.reports.last()}


def _level(request: HttpRequest) -> str | None:
    """Return the level asked for; None: the published report where there is one, else approved."""
    level = request.GET.get("level", PUBLISHED)
    if level != PUBLISHED and level not in LEVELS:
        raise Http404
    return level if level in LEVELS else None


def _report(request: HttpRequest, version: PlanVersion) -> AnnualReport:
    level = _level(request)
    if request.GET.get("level") == PUBLISHED and not version.reports.exists():
        raise Http404
    return annual_report(version, level)


def _download(text: str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text.encode(), content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{_ascii(name)}"'
    return response


def _ascii(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in name)
