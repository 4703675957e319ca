"""What the pages of figures share: who sees them, at which level, and of when the figures are."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from goals.models import PlanVersion, Snapshot
from goals.progress import APPROVED
from goals.reports.standing import PUBLISHED, Standing, standing
from workshops.models import Mark, Tick

LEVELS = dict(Snapshot.Level.choices)
may_see = permission_required("goals.view_report", raise_exception=True)


def whole(pk: int) -> PlanVersion:
    """Return a plan version with everything that is shown of it, or answer 404."""
    return get_object_or_404(PlanVersion.objects.whole().prefetch_related("reports"), pk=pk)


def level_of(request: HttpRequest, version: PlanVersion) -> str:
    """Return the level asked for; without one the published figures, else the approved ones."""
    level = request.GET.get("level", PUBLISHED if version.published else APPROVED)
    if level not in LEVELS and not (level == PUBLISHED and version.published):
        raise Http404
    return level


def shown(request: HttpRequest, version: PlanVersion) -> tuple[Standing, dict[str, Any]]:
    """Return the figures at the level asked for, and what every page says beside them."""
    found = standing(version, level_of(request, version))
    context = {"version": version, "found": found, "level": found.level, "levels": LEVELS}
    return found, {**context, "published": version.published, **as_of()}


def as_of() -> dict[str, Any]:
    """Return when the figures were last aggregated, and how many changes wait."""
    ticks = Tick.objects.filter(job__startswith="aggregate").order_by("-finished")
    return {"tick": ticks.first(), "waiting": Mark.objects.count()}
