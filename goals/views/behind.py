"""The sessions behind a figure, and those behind the pupils that no figure holds."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from goals.models import PlanVersion
from goals.progress import APPROVED, Progress, progress
from goals.reports import wording
from goals.reports.sessions import behind
from goals.reports.standing import PUBLISHED
from goals.views.levels import LEVELS, level_of, may_see, whole

UNITS = {"survey_share": "answers", "sessions_held": "sessions"}


@require_safe
@may_see
def figure(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """List the sessions that sum to one figure, as counted now."""
    version = whole(pk)
    row = get_object_or_404(version.measures.select_related("goal"), pk=measure)
    adds = _counted(request, version).figures[row.code].sessions
    context = {"measure": row, "unit": UNITS.get(row.kind, "people")}
    return _sessions(request, version, adds, context)


@require_safe
@may_see
def uncounted(request: HttpRequest, pk: int) -> HttpResponse:
    """List the sessions whose pupils no figure holds, for the reason asked for."""
    version, reason = whole(pk), request.GET.get("reason", "")
    adds = _counted(request, version).uncounted.get(reason)
    if adds is None:
        raise Http404
    return _sessions(request, version, adds, {"reason": reason, "name": wording.reason(reason)})


def _counted(request: HttpRequest, version: PlanVersion) -> Progress:
    """Count now; what is behind a published figure, as approved."""
    level = level_of(request, version)
    return progress(version, APPROVED if level == PUBLISHED else level)


def _sessions(
    request: HttpRequest, version: PlanVersion, adds: dict[int, int], context: dict[str, Any]
) -> HttpResponse:
    found, level = behind(adds), level_of(request, version)
    context |= {"version": version, "list": found, "total": wording.number(found.total)}
    context |= {"level": level, "level_name": LEVELS.get(level, LEVELS[APPROVED])}
    return render(request, "goals/manager/sessions.html", context)
