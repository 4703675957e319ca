"""One session, for a coordinator: what came of it, counting it, and opening it again."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from attendance.actions import reopening
from attendance.reports import counts, waiting
from attendance.reports.lines import Line
from attendance.views import approvers
from attendance.views.approvers import may_approve
from attendance.views.counting import COORDINATOR, counting_page
from booking.forms.decisions import ReasonForm
from workshops.models import Session, User
from workshops.views import answered
from workshops.views.asked import GET_OR_POST, me, typed


@require_safe
@may_approve
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one session: particulars, bookings, and every count with its history."""
    row = get_object_or_404(waiting.for_pages(Session.objects.all()), pk=pk)
    found, now = counts.of_session(row), timezone.now()
    user = me(request)
    bookings = row.bookings.current().select_related("contact").order_by("created_at", "pk")
    context = {
        "session": row,
        "counts": found,
        "lines": [_decidable(line, user) for line in found.lines],
        "stage": waiting.stage_of(found, now),
        "late": waiting.is_late(row, now) if not found.is_submitted else "",
        "look": approvers.look(found),
        "is_own": found.is_own(user),
        "single": found.is_own(user) or len(found.awaiting) > 1,
        "can_approve": found.is_submitted and (found.awaiting or not found.is_approved),
        "can_count": row.state not in Session.OVER and row.starts <= now and not found.is_approved,
        "bookings": bookings.prefetch_related("parties"),
        "leaders": row.facilitators.order_by("name"),
    }
    return render(request, "attendance/manager/session.html", context)


@GET_OR_POST
@may_approve
def session_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count in the place of who leads the session; somebody else approves it then."""
    return counting_page(request, pk, submit=False, door=COORDINATOR)


@GET_OR_POST
@may_approve
def register_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save these counts and hand them over."""
    if request.method != "POST":  # after logging in, or choosing another language
        get_object_or_404(Session, pk=pk)
        return redirect("manage:session-count", pk=pk)
    return counting_page(request, pk, submit=True, door=COORDINATOR)


@GET_OR_POST
@may_approve
def register_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an approved register, with the reason."""
    row = get_object_or_404(Session.objects.select_related("workshop"), pk=pk)
    form = ReasonForm(typed(request), hint=_("Write no names of pupils."))
    if answered.by_form(
        form, lambda: reopening.reopen(row, why=form.cleaned_data["why"], by=me(request))
    ):
        messages.success(request, _("The attendance is open again. It can be handed over anew."))
        return redirect("manage:session-count", pk=pk)
    context = {"session": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "attendance/manager/reopen.html", context, status=status)


@dataclass(frozen=True)
class Decidable:
    """One line with what this user may decide of it."""

    line: Line
    is_own: bool
    may_approve: bool
    may_correct: bool


def _decidable(line: Line, user: User) -> Decidable:
    waiting = line.awaiting
    own = waiting is not None and waiting.recorded_by_id == user.pk
    return Decidable(
        line=line,
        is_own=own,
        may_approve=waiting is not None and not own,
        may_correct=line.approved is not None and waiting is None,
    )
