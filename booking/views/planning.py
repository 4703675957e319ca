"""Pages on which coordinators plan, move, open, close and cancel sessions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.actions import sessions as booked
from booking.reports import planning
from workshops import holidays
from workshops.actions import catalogue, sessions
from workshops.forms.comparison import differences, renewed
from workshops.forms.sessions import (
    CancelForm,
    CrewEditForm,
    NewCrewForm,
    PlannedForm,
    SeriesForm,
    SlotEditForm,
    crew_of,
    slot_of,
)
from workshops.models import Session, Workshop
from workshops.views import answered
from workshops.views.asked import me, typed

may_edit = permission_required("workshops.edit_catalogue", raise_exception=True)
CHANGED = "changed_meanwhile"


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
        "missing": catalogue.missing(workshop),
    }
    return render(request, "booking/manager/workshop_sessions.html", context)


# --- new ones ----------------------------------------------------------------------------------


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
    crew = NewCrewForm(request.POST if request.method == "POST" else None)
    days = sessions.series(series.cleaned_data["day"], times=series.cleaned_data["times"])
    if request.method == "POST" and crew.is_valid():
        try:
            made = _plan(request, series, crew, days)
        except ValidationError as refusal:
            crew.refuse(refusal)
        else:
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
    request: HttpRequest, series: SeriesForm, crew: NewCrewForm, days: list[sessions.Day]
) -> list[Session]:
    slots = [series.slot(day.date) for day in days if not day.skipped]
    return sessions.plan(
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


def _days_shown(series: SeriesForm, days: list[sessions.Day]) -> dict[str, Any]:
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


# --- existing ones -----------------------------------------------------------------------------


@may_edit
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when and where a session is; everybody who booked it is told."""
    session = _session(pk)
    form = SlotEditForm(typed(request), initial=slot_of(session))
    context = {"session": session, "form": form, "page": "manage:session-edit"}
    if request.method == "POST" and form.is_valid():
        try:
            booked.reschedule(session, form.slot(), revision=form.opened_with, by=me(request))
        except ValidationError as refusal:
            if refusal.code == CHANGED:
                return _both(request, context, slot_of(_session(pk)))
            form.refuse(refusal)
        else:
            messages.success(request, _("The session is saved."))
            return redirect("manage:session-edit", pk=pk)
    return _edited(request, context, form)


@may_edit
def session_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a session counts for and who holds it."""
    session = _session(pk)
    form = CrewEditForm(typed(request), initial=crew_of(session), session=session)
    context = {"session": session, "form": form, "page": "manage:session-staff"}
    if request.method == "POST" and form.is_valid():
        try:
            sessions.staff(session, form.crew(), revision=form.opened_with, by=me(request))
        except ValidationError as refusal:
            if refusal.code == CHANGED:
                return _both(request, context, crew_of(_session(pk)))
            form.refuse(refusal)
        else:
            messages.success(request, _("The session is saved."))
            return redirect("manage:session-staff", pk=pk)
    return _edited(request, context, form)


def _edited(request: HttpRequest, context: dict[str, Any], form: PlannedForm) -> HttpResponse:
    context |= _shown(context["session"])
    status = 422 if form.errors else 200
    return render(request, "booking/manager/session_edit.html", context, status=status)


def _both(request: HttpRequest, context: dict[str, Any], saved: dict[str, Any]) -> HttpResponse:
    """Show what is saved now beside what was typed, to be saved over it knowingly or left.

    Where both are the same there is nothing to decide: a second click is saved already.
    """
    form, session = context["form"], _session(context["session"].pk)
    context["differences"] = differences(form, saved)
    if not context["differences"]:
        messages.success(request, _("The session is saved."))
        return redirect(context["page"], pk=session.pk)
    renewed(form, revision=session.revision)
    context |= {"session": session, **_shown(session)}
    return render(request, "booking/manager/session_edit.html", context, status=409)


def _shown(session: Session) -> dict[str, Any]:
    return {
        "live": session.bookings.live().count(),
        "is_over": session.state in Session.OVER,
        "has_begun": session.starts <= timezone.now(),
    }


@require_POST
@may_edit
def session_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the session be booked."""
    return _switched(request, pk, sessions.open_booking, _("The session is open for booking."))


@require_POST
@may_edit
def session_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take no further bookings."""
    done = _("The session takes no more bookings. Those it has stay.")
    return _switched(request, pk, sessions.close_booking, done)


def _switched(
    request: HttpRequest, pk: int, verb: Callable[..., Session], done: Any
) -> HttpResponse:
    answered.attempt(request, partial(verb, _session(pk), by=me(request)), done=done)
    return redirect("manage:session-edit", pk=pk)


@may_edit
def session_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session with its bookings, for a reason that all bookers are told."""
    session = _session(pk)
    form = CancelForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            booked.cancel(session, why=form.cleaned_data["why"], by=me(request))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The session is cancelled, and all bookers are told."))
            return redirect("manage:workshop-sessions", pk=session.workshop_id)
    context = {"session": session, "form": form, "live": session.bookings.live().count()}
    context["refusal"] = booked.why_not_cancel(session)
    status = 422 if form.errors else 200
    return render(request, "booking/manager/session_cancel.html", context, status=status)


def _session(pk: int) -> Session:
    rows = Session.objects.select_related("workshop", "venue", "school", "plan", "deliverer")
    return get_object_or_404(rows.prefetch_related("facilitators", "further_plans"), pk=pk)
