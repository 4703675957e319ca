"""Pages on which coordinators move, staff, open, close and cancel a session."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from booking.actions import sessions as booked
from workshops.actions import sessions
from workshops.forms.crew import CrewEditForm, crew_of
from workshops.forms.sessions import CancelForm, SlotEditForm, slot_of
from workshops.models import Session
from workshops.views import answered
from workshops.views.asked import me, typed
from workshops.views.catalogue import may_edit


@may_edit
def session_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when and where a session is; everybody who booked it is told."""
    session = _session(pk)
    form = SlotEditForm(typed(request), initial=slot_of(session))

    def save() -> Session:
        return booked.reschedule(session, form.slot(), revision=form.opened_with, by=me(request))

    return _edit(request, session, form, save, held=slot_of, page="manage:session-edit")


@may_edit
def session_staff(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a session counts for and who holds it."""
    session = _session(pk)
    form = CrewEditForm(typed(request), initial=crew_of(session), session=session)

    def save() -> Session:
        return sessions.staff(session, form.crew(), revision=form.opened_with, by=me(request))

    return _edit(request, session, form, save, held=crew_of, page="manage:session-staff")


def _edit(
    request: HttpRequest,
    session: Session,
    form: SlotEditForm | CrewEditForm,
    save: Callable[[], Session],
    *,
    held: Callable[[Session], dict[str, Any]],
    page: str,
) -> HttpResponse:
    def show(found: dict[str, Any], status: int) -> HttpResponse:
        now = _session(session.pk) if found else session
        context = {
            "session": now,
            "form": form,
            "page": page,
            "live": now.bookings.live().count(),
            "is_over": now.state in Session.OVER,
            "has_begun": now.starts <= timezone.now(),
            **found,
        }
        return render(request, "booking/manager/session_edit.html", context, status=status)

    return answered.revised(
        request,
        form,
        save,
        saved=lambda: held(_session(session.pk)),
        done=_("The session is saved."),
        page=(page, session.pk),
        show=show,
    )


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
    cancelled = answered.by_form(
        form, lambda: booked.cancel(session, why=form.cleaned_data["why"], by=me(request))
    )
    if cancelled:
        messages.success(request, _("The session is cancelled, and all bookers are told."))
        return redirect("manage:workshop-sessions", pk=session.workshop_id)
    context = {"session": session, "form": form, "live": session.bookings.live().count()}
    context["refusal"] = booked.why_not_cancel(session)
    status = 422 if form.errors else 200
    return render(request, "booking/manager/session_cancel.html", context, status=status)


def _session(pk: int) -> Session:
    rows = Session.objects.select_related("workshop", "venue", "school", "plan", "deliverer")
    return get_object_or_404(rows.prefetch_related("facilitators", "further_plans"), pk=pk)
