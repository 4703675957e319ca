"""Pages on which coordinators move, staff, open, close and cancel a session."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from booking.actions import sessions as booked
from workshops.actions import sessions
from workshops.forms.comparison import differences, renewed
from workshops.forms.crew import CrewEditForm, crew_of
from workshops.forms.sessions import CancelForm, PlannedForm, SlotEditForm, slot_of
from workshops.models import Session
from workshops.views import answered
from workshops.views.asked import me, typed
from workshops.views.catalogue import may_edit

CHANGED = "changed_meanwhile"


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
