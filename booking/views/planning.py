"""The page on which coordinators plan sessions, in two steps."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from workshops import holidays
from workshops.actions import planning
from workshops.forms.crew import NewCrewForm
from workshops.forms.sessions import SeriesForm
from workshops.models import Session, Workshop
from workshops.views import answered
from workshops.views.asked import me, typed
from workshops.views.catalogue import may_edit


@may_edit
def session_new(request: HttpRequest) -> HttpResponse:
    """Plan a series: first when and where, then the days it comes to and who holds it.

    The first step is sent by GET, so that its answers stand in the address; the second by POST.
    """
    asked = request.POST if request.method == "POST" else request.GET
    is_sent = request.method == "POST" or "day" in asked
    series = SeriesForm(asked if is_sent else None, initial=_known(request.GET))
    if not series.is_bound or not series.is_valid() or "change" in request.GET:
        status = 422 if series.errors else 200
        return render(request, "booking/manager/session_new.html", {"form": series}, status=status)
    crew = NewCrewForm(typed(request))
    days = planning.series(series.cleaned_data["day"], times=series.cleaned_data["times"])
    made = answered.by_form(crew, lambda: _plan(request, series, crew, days))
    if made:
        return _planned(request, made)
    context = _days_shown(series, days) | {"form": crew, "series": series}
    context["query"] = _as_query(series)
    status = 422 if crew.errors else 200
    return render(request, "booking/manager/session_days.html", context, status=status)


def _known(asked: QueryDict) -> dict[str, Any]:
    """Return what the form begins with: the workshop of the link, our usual number of places."""
    pk = asked.get("workshop", "")
    workshop = Workshop.objects.filter(pk=pk).first() if pk.isdecimal() and len(pk) < 10 else None
    return {"workshop": workshop and workshop.pk, "language": "da", "capacity": 28, "times": 1}


def _plan(
    request: HttpRequest, series: SeriesForm, crew: NewCrewForm, days: list[planning.Day]
) -> list[Session]:
    slots = [series.slot(day.date) for day in days if not day.skipped]
    return planning.plan(
        series.cleaned_data["workshop"],
        slots,
        crew=crew.crew(),
        is_open=crew.cleaned_data["opening"] == "open",
        request_key=crew.cleaned_data["request_key"],
        by=me(request),
    )


def _planned(request: HttpRequest, made: list[Session]) -> HttpResponse:
    said = ngettext("%(number)d session is planned.", "%(number)d sessions are planned.", len(made))
    messages.success(request, said % {"number": len(made)})
    return redirect("manage:workshop-sessions", pk=made[0].workshop_id)


def _as_query(series: SeriesForm) -> str:
    """Return the first step's answers as the address that shows them filled in."""
    asked = QueryDict(mutable=True)
    for name in series.fields:
        asked[name] = str(series.data.get(name, ""))
    asked["change"] = "1"
    return asked.urlencode()


def _days_shown(series: SeriesForm, days: list[planning.Day]) -> dict[str, Any]:
    kept = [day for day in days if not day.skipped]
    last = kept[-1].date
    return {
        "days": days,
        "number": len(kept),
        "workshop": series.cleaned_data["workshop"],
        "sample": series.slot(),
        "today": timezone.localdate(),
        "unknown_after": holidays.known_until() if last > holidays.known_until() else None,
    }
