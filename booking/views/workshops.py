"""Pages that list workshops and their sessions for those who plan."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from booking.reports import planning
from workshops.actions import publishing
from workshops.models import Workshop
from workshops.views.catalogue import may_edit


@require_safe
@may_edit
def workshops(request: HttpRequest) -> HttpResponse:
    """List the workshops of one state with what lies ahead of them."""
    state = request.GET.get("state", Workshop.State.PUBLISHED)
    if state not in Workshop.State.values:
        raise Http404
    context = {
        "tabs": planning.tabs(),
        "state": state,
        "rows": planning.workshops(state, now=timezone.now()),
    }
    return render(request, "booking/manager/workshops.html", context)


@require_safe
@may_edit
def workshop_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the sessions of one workshop: to come, or past."""
    workshop = get_object_or_404(Workshop, pk=pk)
    past = request.GET.get("when") == "past"
    rows = planning.sessions_of(workshop, now=timezone.now(), past=past)
    context = {
        "workshop": workshop,
        "rows": rows,
        "past": past,
        "page": "manage:workshop-sessions",
        "missing": publishing.missing(workshop),
    }
    return render(request, "booking/manager/workshop_sessions.html", context)
