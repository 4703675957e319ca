"""The manager's goal pages: every plan and year, the goals of one, and deciding on a goal."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.actions import decisions
from goals.forms.decisions import DecisionForm
from goals.measures.pace import pace
from goals.models import Decision, Goal, PlanVersion
from goals.progress import APPROVED, goals_of
from goals.reports import board, months, tables, wording
from goals.reports.annual import PUBLISHED
from goals.reports.missing import missing
from goals.reports.standing import Standing, of_versions, standing
from goals.views.levels import LEVELS, may_see
from workshops.models import Mark, Tick
from workshops.views.asked import GET_OR_POST, me

may_decide = permission_required("goals.publish_report", raise_exception=True)


@require_safe
@may_see
def goals(request: HttpRequest) -> HttpResponse:
    """List every plan and year with how many of its goals are met."""
    versions = list(_whole().order_by("-year", "plan__code"))
    kept = of_versions(versions)
    today = timezone.localdate()
    rows = [_row(version, kept[version.pk], today) for version in versions]
    return render(request, "goals/manager/goals.html", {"rows": rows, **_as_of()})


@require_safe
@may_see
def goal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every goal of one plan and year at the level asked for, and what is missing."""
    version = get_object_or_404(_whole(), pk=pk)
    level = _level(request, version)
    found = standing(version, level)
    now = timezone.now()
    lacking = missing(version, now=now)
    context = {
        "version": version,
        "level": level,
        "levels": LEVELS,
        "published": next(reversed(version.reports.all()), None),
        "found": found,
        "groups": board.cards(version, found, lacking, today=timezone.localdate(now)),
        "tally": board.tally(version, found),
        "missing": lacking,
        "people": wording.number(lacking.people),
        "uncounted": tables.uncounted(found.uncounted),
        "gone": _gone(version, timezone.localdate(now)),
        "year": months.year(version, level),
        "chart": (months.WIDTH, months.HEIGHT),
        **_as_of(),
    }
    return render(request, "goals/manager/goal_page.html", context)


@GET_OR_POST
@may_decide
def goal_decide(request: HttpRequest, pk: int, goal: int) -> HttpResponse:
    """Let a manager decide on one goal, with the reason."""
    version = get_object_or_404(_whole(), pk=pk)
    row = next((found for found in goals_of(version) if found.pk == goal), None)
    if row is None:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(row, form, request)
        except ValidationError as refusal:
            form.add_error("why", refusal)
        else:
            messages.success(request, _("Your verdict on goal %(goal)s is saved.") % {"goal": row})
            return redirect("manage:goal-page", pk=pk)
    return _decision(request, version, row, form)


def _decision(
    request: HttpRequest, version: PlanVersion, goal: Goal, form: DecisionForm
) -> HttpResponse:
    found = standing(version, APPROVED)
    context = {
        "version": version,
        "goal": goal,
        "card": board.card(version, goal, found, today=timezone.localdate()),
        "earlier": list(reversed(goal.decisions.all())),
        "published": bool(version.reports.all()),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "goals/manager/goal_decide.html", context, status=status)


def _decide(goal: Goal, form: DecisionForm, request: HttpRequest) -> None:
    verdict = Decision.Verdict(form.cleaned_data["verdict"])
    decisions.decide(goal, verdict=verdict, why=form.cleaned_data["why"], by=me(request))


def _whole() -> Any:
    return PlanVersion.objects.whole().prefetch_related("reports")


def _row(version: PlanVersion, kept: Standing | None, today: datetime.date) -> dict[str, Any]:
    """Return what the list shows of one plan and year."""
    tally = board.tally(version, kept) if kept else None
    return {
        "version": version,
        "tally": tally,
        "goals": len(goals_of(version)),
        "gone": _gone(version, today),
        "published": next(reversed(version.reports.all()), None),
    }


def _gone(version: PlanVersion, today: datetime.date) -> int:
    """Return the whole percent of the plan's year that has gone."""
    return pace(0, 1, year=version.year, day=today).gone


def _as_of() -> dict[str, Any]:
    """Return when the figures were last aggregated, and how many changes wait."""
    ticks = Tick.objects.filter(job__startswith="aggregate").order_by("-finished")
    return {"tick": ticks.first(), "waiting": Mark.objects.count()}


def _level(request: HttpRequest, version: PlanVersion) -> str:
    """Return the level asked for; without one the published figures, else the approved ones."""
    is_published = bool(version.reports.all())
    level = request.GET.get("level", PUBLISHED if is_published else APPROVED)
    if level not in LEVELS and not (level == PUBLISHED and is_published):
        raise Http404
    return level
