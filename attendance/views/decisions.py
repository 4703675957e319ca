"""Deciding what others counted: approving, rejecting and correcting."""

import uuid
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from attendance.actions import approvals, headcounts
from attendance.forms.correction import CorrectionForm
from attendance.models import Headcount
from attendance.models.headcount import HeadcountQuerySet
from attendance.reports import counts, waiting
from attendance.views import approvers, sessions
from attendance.views.approvers import may_approve
from booking.forms.decisions import ReasonForm
from workshops import moments
from workshops.models import Session
from workshops.views import answered
from workshops.views.asked import GET_OR_POST, me, typed

MOST_AT_ONCE = 200
LONGEST_KEY = 10


@require_POST
@may_approve
def counts_approve(request: HttpRequest) -> HttpResponse:
    """Approve the sessions that were ticked; say which were refused, and why."""
    wanted = dict(approvers.chosen(request.POST.getlist("session")[:MOST_AT_ONCE]))
    found = Session.objects.filter(pk__in=wanted).select_related("workshop").order_by("starts")
    done = approvals.approve_many([(each, wanted[each.pk]) for each in found], by=me(request))
    if done.approved:
        number = len(done.approved)
        said = ngettext(
            "%(number)s session is approved.", "%(number)s sessions are approved.", number
        )
        messages.success(request, said % {"number": number})
    for each, refusal in done.refused:
        day = moments.day(each.local_date, short=True)
        words = {"session": f"{each.workshop.title}, {day}", "why": " ".join(refusal.messages)}
        messages.error(request, _("%(session)s is not approved. %(why)s") % words)
    if not done.approved and not done.refused:
        messages.warning(request, _("Nothing was approved: tick at least one session."))
    one = request.POST.get("back", "")
    if one.isdecimal() and len(one) < LONGEST_KEY:
        return redirect("manage:session", pk=int(one))
    return redirect(f"{reverse('manage:sessions')}?{sessions.kept(request.POST)}")


@require_POST
@may_approve
def headcount_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve one count."""
    headcount = get_object_or_404(Headcount.objects.select_related("party"), pk=pk)
    act = partial(approvals.approve_count, headcount, by=me(request))
    answered.attempt(request, act, done=_("The count is approved."))
    return redirect("manage:session", pk=headcount.party.session_id)


@GET_OR_POST
@may_approve
def headcount_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject one count, with the reason that who counted will read."""
    headcount = get_object_or_404(_whole(), pk=pk)
    hint = _("Who counted reads it. Write no names of pupils.")
    form = ReasonForm(typed(request), hint=hint)
    if answered.by_form(
        form, lambda: approvals.reject(headcount, why=form.cleaned_data["why"], by=me(request))
    ):
        messages.success(request, _rejected(headcount))
        return redirect("manage:session", pk=headcount.party.session_id)
    return _decision(request, headcount, form, "attendance/manager/reject.html")


@GET_OR_POST
@may_approve
def headcount_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a party's approved count; the approved one stands until somebody else agrees."""
    headcount = get_object_or_404(_whole(), pk=pk)
    initial = {"client_id": uuid.uuid4()}
    form = CorrectionForm(typed(request), headcount=headcount, initial=initial)
    if answered.by_form(
        form, lambda: headcounts.correct(headcount.party, by=me(request), **form.details())
    ):
        messages.success(request, _("The correction waits for somebody else to approve it."))
        return redirect("manage:session", pk=headcount.party.session_id)
    return _decision(request, headcount, form, "attendance/manager/correct.html")


def _rejected(headcount: Headcount) -> str:
    """Say what stands now: what stood before, such as the count that was to be corrected."""
    others = Headcount.objects.registered().filter(party=headcount.party_id)
    if others.exists():
        return _("The count is rejected. The one before it stands again.")
    return _("The count is rejected. It is to be counted again.")


def _whole() -> HeadcountQuerySet:
    return Headcount.objects.select_related("party__session__workshop", "recorded_by")


def _decision(
    request: HttpRequest, headcount: Headcount, form: ReasonForm, template: str
) -> HttpResponse:
    """Show the form that asks for a reason, beside what has been counted."""
    session = waiting.for_pages(Session.objects.all()).get(pk=headcount.party.session_id)
    found = counts.of_session(session)
    lines = (line for line in found.lines if line.party == headcount.party)
    context = {
        "headcount": headcount,
        "session": session,
        "line": next(lines, None),
        "is_own": headcount.recorded_by_id == me(request).pk,
        "form": form,
    }
    return render(request, template, context, status=422 if form.errors else 200)
