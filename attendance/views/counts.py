"""A coordinator's sessions: what each needs, who came, and approving what others counted."""

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from attendance.actions import approvals, headcounts, reopening
from attendance.forms.correction import CorrectionForm
from attendance.models import Headcount
from attendance.models.headcount import HeadcountQuerySet
from attendance.reports import counts, needs
from attendance.reports.counts import Line, SessionCounts
from attendance.reports.needs import Stage
from attendance.views.counting import COORDINATOR, counting_page
from booking.forms.decisions import ReasonForm, SessionFilterForm
from booking.models import Booking
from booking.reports import search
from workshops import moments
from workshops.models import Session, User
from workshops.views import answered
from workshops.views.asked import GET_OR_POST, me, typed

may_approve = permission_required("attendance.approve_headcount", raise_exception=True)
A_PAGE = 25
MOST_AT_ONCE = 200
TABS = {
    "approval": gettext_lazy("To approve"),
    "counts": gettext_lazy("Missing counts"),
    "bookings": gettext_lazy("Bookings to decide"),
    "upcoming": gettext_lazy("Upcoming"),
    "all": gettext_lazy("All"),
}
KEPT = ("needs", "workshop", "leader", "school", "since", "until")
LONGEST_KEY = 10
HELD = {"True": True, "False": False, "None": None}
NEWEST_FIRST = frozenset({"all"})


@dataclass(frozen=True)
class Tab:
    """One way to look at the sessions, with how many there are."""

    name: str
    label: Promise
    number: int
    is_here: bool


@dataclass(frozen=True)
class Row:
    """One session of the list."""

    counts: SessionCounts
    stage: Stage
    late: str
    is_own: bool
    deciding: int

    @property
    def may_choose(self) -> bool:
        """Whether it can be approved together with others."""
        return not self.is_own

    @property
    def is_chosen(self) -> bool:
        """Whether nothing speaks against approving it unseen."""
        return self.may_choose and not self.counts.warnings

    @property
    def value(self) -> str:
        """What the checkbox sends."""
        return _look(self.counts)


@require_safe
@may_approve
def sessions(request: HttpRequest) -> HttpResponse:
    """List sessions by what they need."""
    now = timezone.now()
    form = SessionFilterForm(request.GET)
    form.is_valid()
    found = search.sessions(Session.objects.all(), form.filters())
    wanted = {
        "approval": needs.is_to_approve(),
        "counts": needs.is_missing(now),
        "bookings": needs.is_to_decide(now),
        "upcoming": needs.is_upcoming(now),
        "all": ~Q(state=Session.State.WITHDRAWN),
    }
    tab = request.GET.get("needs", "approval")
    tab = tab if tab in TABS else "approval"
    numbers = found.aggregate(**{name: Count("pk", filter=q) for name, q in wanted.items()})
    order = "-starts" if tab in NEWEST_FIRST else "starts"
    listed = needs.for_pages(found.filter(wanted[tab])).order_by(order, "pk")
    pages = Paginator(listed, A_PAGE)
    pages.__dict__["count"] = numbers[tab]  # known already
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": [Tab(name, label, numbers[name], name == tab) for name, label in TABS.items()],
        "page": page,
        "rows": _rows(list(page), me(request)),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "filters": urlencode(
            {name: request.GET[name] for name in KEPT[1:] if request.GET.get(name)}
        ),
        "query": _query(request.GET),
    }
    return render(request, "attendance/manager/sessions.html", context)


@require_safe
@may_approve
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one session: particulars, bookings, and every count with its history."""
    row = get_object_or_404(needs.for_pages(Session.objects.all()), pk=pk)
    found, now = counts.of_session(row), timezone.now()
    user = me(request)
    bookings = row.bookings.current().select_related("contact").order_by("created_at", "pk")
    context = {
        "session": row,
        "counts": found,
        "lines": [_decidable(line, user) for line in found.lines],
        "stage": needs.stage_of(found, now),
        "late": needs.is_late(row, now) if not found.is_submitted else "",
        "look": _look(found),
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
    row = get_object_or_404(needs.for_pages(Session.objects.all()), pk=pk)
    return counting_page(request, row, submit=False, door=COORDINATOR)


@GET_OR_POST
@may_approve
def register_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save these counts and hand them over."""
    row = get_object_or_404(needs.for_pages(Session.objects.all()), pk=pk)
    if request.method != "POST":  # after logging in, or choosing another language
        return redirect("manage:session-count", pk=pk)
    return counting_page(request, row, submit=True, door=COORDINATOR)


@GET_OR_POST
@may_approve
def register_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open an approved register, with the reason."""
    row = get_object_or_404(Session.objects.select_related("workshop"), pk=pk)
    form = ReasonForm(typed(request), hint=_("Write no names of pupils."))
    if request.method == "POST" and form.is_valid():
        try:
            reopening.reopen(row, why=form.cleaned_data["why"], by=me(request))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(
                request, _("The attendance is open again. It can be handed over anew.")
            )
            return redirect("manage:session-count", pk=pk)
    context = {"session": row, "form": form}
    status = 422 if form.errors else 200
    return render(request, "attendance/manager/reopen.html", context, status=status)


@require_POST
@may_approve
def counts_approve(request: HttpRequest) -> HttpResponse:
    """Approve the sessions that were ticked; say which were refused, and why."""
    wanted = dict(_chosen(request.POST.getlist("session")[:MOST_AT_ONCE]))
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
    return redirect(f"{reverse('manage:sessions')}?{_query(request.POST)}")


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
    form = ReasonForm(request.POST if request.method == "POST" else None, hint=hint)
    if request.method == "POST" and form.is_valid():
        try:
            approvals.reject(headcount, why=form.cleaned_data["why"], by=me(request))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _rejected(headcount))
            return redirect("manage:session", pk=headcount.party.session_id)
    return _decision(request, headcount, form, "attendance/manager/reject.html")


@GET_OR_POST
@may_approve
def headcount_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a party's approved count; the approved one stands until somebody else agrees."""
    headcount = get_object_or_404(_whole(), pk=pk)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        headcount=headcount,
        initial={"client_id": uuid.uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            headcounts.correct(headcount.party, by=me(request), **form.details())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("The correction waits for somebody else to approve it."))
            return redirect("manage:session", pk=headcount.party.session_id)
    return _decision(request, headcount, form, "attendance/manager/correct.html")


# --- what the pages are made of ----------------------------------------------------------------


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


def _rows(page: list[Session], user: User) -> list[Row]:
    now = timezone.now()
    pending = Booking.objects.awaiting_decision(now).filter(session__in=page)
    deciding = Counter(pending.values_list("session_id", flat=True))
    return [
        Row(
            counts=each,
            stage=(stage := needs.stage_of(each, now)),
            late=needs.is_late(each.session, now) if stage in needs.TO_COUNT else "",
            is_own=each.is_own(user),
            deciding=deciding[each.session.pk],
        )
        for each in counts.of_sessions(page)
    ]


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
    session = needs.for_pages(Session.objects.all()).get(pk=headcount.party.session_id)
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


def _look(seen: counts.SessionCounts) -> str:
    """Write what was on the page: the session, its latest count, and whether it was held."""
    held = seen.register.held if seen.register else None
    return f"{seen.session.pk}:{seen.latest}:{held}"


def _chosen(values: list[str]) -> Iterator[tuple[int, approvals.Look]]:
    """Read the keys of sessions, each with what was seen of it; what is neither is left out."""
    for value in values:
        if found := re.fullmatch(r"([0-9]{1,9}):([0-9]{1,9}):(True|False|None)", value):
            session, latest, held = found.groups()
            yield int(session), approvals.Look(int(latest), HELD[held])


def _query(asked: QueryDict) -> str:
    """Return the filters and the tab as a query, and nothing else that was sent."""
    kept = {name: asked[name] for name in KEPT if asked.get(name)}
    return urlencode(kept)
