"""Pages for who leads a session: what is mine, and who came."""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.reports import counts, waiting
from attendance.reports.lines import SessionCounts
from attendance.reports.waiting import Stage
from attendance.views.counting import counting_page
from workshops.models import Session
from workshops.views.asked import GET_OR_POST, me

may_count = permission_required("attendance.record_headcount", raise_exception=True)
COMING = datetime.timedelta(days=60)
DONE = datetime.timedelta(days=30)


@dataclass(frozen=True)
class LedSession:
    """One session of the list, with what it needs."""

    counts: SessionCounts
    stage: Stage
    late: str


@dataclass(frozen=True)
class Mine:
    """My sessions, in the order in which they matter."""

    today: list[LedSession] = field(default_factory=list)
    missing: list[LedSession] = field(default_factory=list)
    coming: list[LedSession] = field(default_factory=list)
    done: list[LedSession] = field(default_factory=list)


@require_safe
@may_count
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions that I lead: today, missing counts, coming, done."""
    now = timezone.now()
    everything = "coming" in request.GET
    start, until = waiting.day_start(now), None if everything else now + COMING
    wanted = Q(starts__gte=start - DONE) | waiting.is_missing(now)
    if until:
        wanted &= Q(starts__lt=until)
    hidden = [Session.State.DRAFT, Session.State.WITHDRAWN]
    led = (
        Session.objects.led_by(me(request))
        .exclude(state__in=hidden)
        .filter(wanted)
        .order_by("starts", "pk")
    )
    found = counts.of_sessions(list(waiting.for_pages(led)))
    counts.with_needs(found)
    context = {"mine": _grouped(found, now), "everything": everything, "now": now}
    return render(request, "attendance/facilitator/sessions.html", context)


@GET_OR_POST
@may_count
def session_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count who came to one session; a saved count can be changed until it is approved."""
    return counting_page(request, pk, submit=False)


@GET_OR_POST
@may_count
def register_submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the counts and hand them over for approval."""
    if request.method != "POST":  # after logging in, or choosing another language
        get_object_or_404(Session.objects.led_by(me(request)), pk=pk)
        return redirect("facilitate:session-count", pk=pk)
    return counting_page(request, pk, submit=True)


def _grouped(found: list[SessionCounts], now: datetime.datetime) -> Mine:
    mine, today = Mine(), timezone.localdate(now)
    for each in found:
        stage = waiting.stage_of(each, now)
        late = waiting.is_late(each.session, now) if stage in waiting.TO_COUNT else ""
        row = LedSession(each, stage, late)
        if each.session.local_date == today:
            mine.today.append(row)
        elif each.session.starts > now:
            mine.coming.append(row)
        elif stage in waiting.TO_COUNT and each.session.ends <= now:
            mine.missing.append(row)
        else:
            mine.done.insert(0, row)
    return mine
