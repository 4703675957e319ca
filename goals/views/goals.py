"""The manager's goal pages: every plan and year, the goals of one, and deciding on a goal."""

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.actions import decisions
from goals.forms.decisions import DecisionForm
from goals.measures.pace import pace
from goals.models import Decision, Goal, PlanVersion
from goals.progress import APPROVED, goals_of
from goals.reports import board, months, wording
from goals.reports.missing import missing
from goals.reports.standing import Standing, of_versions, standing
from goals.views.levels import as_of, may_see, shown, whole
from workshops.views import answered
from workshops.views.asked import GET_OR_POST, me, typed

may_decide = permission_required("goals.publish_report", raise_exception=True)


@require_safe
@may_see
def goals(request: HttpRequest) -> HttpResponse:
    """List every plan and year with how many of its goals are met."""
    every = PlanVersion.objects.whole().prefetch_related("reports")
    versions = list(every.order_by("-year", "plan__code"))
    kept = of_versions(versions)
    today = timezone.localdate()
    rows = [_row(version, kept[version.pk], today) for version in versions]
    return render(request, "goals/manager/goals.html", {"rows": rows, **as_of()})


@require_safe
@may_see
def goal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every goal of one plan and year at the level asked for, and what is missing."""
    version, now = whole(pk), timezone.now()
    found, context = shown(request, version)
    lacking, today = missing(version, now=now), timezone.localdate(now)
    context |= {
        "groups": board.groups(version, found, today=today, missing=lacking),
        "tally": board.tally(version, found),
        "missing": lacking,
        "people": wording.number(lacking.people),
        "uncounted": board.uncounted(found.uncounted),
        "gone": _gone(version, today),
        "year": months.year(version, found.level),
        "chart": (months.WIDTH, months.HEIGHT),
    }
    return render(request, "goals/manager/goal_page.html", context)


@GET_OR_POST
@may_decide
def goal_decide(request: HttpRequest, pk: int, goal: int) -> HttpResponse:
    """Let a manager decide on one goal, with the reason."""
    version = whole(pk)
    chosen = next((found for found in goals_of(version) if found.pk == goal), None)
    if chosen is None:
        raise Http404
    form = DecisionForm(typed(request))
    if answered.by_form(form, lambda: _decide(chosen, form, request)):
        messages.success(request, _("Your verdict on goal %(goal)s is saved.") % {"goal": chosen})
        return redirect("manage:goal-page", pk=pk)
    return _decision(request, version, chosen, form)


def _decision(
    request: HttpRequest, version: PlanVersion, goal: Goal, form: DecisionForm
) -> HttpResponse:
    found = standing(version, APPROVED)
    context = {
        "version": version,
        "goal": goal,
        "row": board.row(version, goal, found, today=timezone.localdate()),
        "earlier": list(reversed(goal.decisions.all())),
        "published": version.published,
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return render(request, "goals/manager/goal_decide.html", context, status=status)


def _decide(goal: Goal, form: DecisionForm, request: HttpRequest) -> Decision:
    verdict = Decision.Verdict(form.cleaned_data["verdict"])
    return decisions.decide(goal, verdict=verdict, why=form.cleaned_data["why"], by=me(request))


def _row(version: PlanVersion, kept: Standing | None, today: datetime.date) -> dict[str, Any]:
    """Return what the list shows of one plan and year."""
    tally = board.tally(version, kept) if kept else None
    return {
        "version": version,
        "tally": tally,
        "goals": len(goals_of(version)),
        "gone": _gone(version, today),
        "published": version.published,
    }


def _gone(version: PlanVersion, today: datetime.date) -> int:
    """Return the whole percent of the plan's year that has gone."""
    return pace(0, 1, year=version.year, day=today).gone
