"""A coordinator's list of sessions: what each needs, and which wait to be approved."""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from attendance.reports import counts, waiting
from attendance.reports.lines import SessionCounts
from attendance.reports.waiting import Stage
from attendance.views import approvers
from attendance.views.approvers import may_approve
from booking.forms.decisions import SessionFilterForm
from booking.models import Booking
from booking.reports import search
from workshops.models import Session, User
from workshops.views.asked import me
from workshops.views.paging import Pages

A_PAGE = 25
TABS = {
    "approval": gettext_lazy("To approve"),
    "counts": gettext_lazy("Missing counts"),
    "bookings": gettext_lazy("Bookings to decide"),
    "upcoming": gettext_lazy("Upcoming"),
    "all": gettext_lazy("All"),
}
KEPT = ("show", "workshop", "leader", "school", "since", "until")
NEWEST_FIRST = frozenset({"all"})


@dataclass(frozen=True)
class NeedTab:
    """One way to look at the sessions, with how many there are."""

    name: str
    label: Promise
    number: int
    is_here: bool


@dataclass(frozen=True)
class SessionRow:
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
        return approvers.look(self.counts)


@require_safe
@may_approve
def sessions(request: HttpRequest) -> HttpResponse:
    """List sessions by what they need."""
    now = timezone.now()
    form = SessionFilterForm(request.GET)
    form.is_valid()
    found = search.sessions(Session.objects.all(), form.filters())
    wanted = {
        "approval": waiting.is_to_approve(),
        "counts": waiting.is_missing(now),
        "bookings": waiting.is_to_decide(now),
        "upcoming": waiting.is_upcoming(now),
        "all": ~Q(state=Session.State.WITHDRAWN),
    }
    tab = request.GET.get("show", "approval")
    tab = tab if tab in TABS else "approval"
    numbers = waiting.numbers(found, **wanted)
    order = "-starts" if tab in NEWEST_FIRST else "starts"
    listed = found.filter(wanted[tab]).order_by(order, "pk")
    whole = waiting.for_pages(Session.objects.all())
    pages = Pages(listed, A_PAGE, rows=whole, count=numbers[tab])
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tab": tab,
        "tabs": [NeedTab(name, label, numbers[name], name == tab) for name, label in TABS.items()],
        "page": page,
        "rows": _rows(list(page), me(request)),
        "kept": [(name, request.GET[name]) for name in KEPT if request.GET.get(name)],
        "filters": urlencode(
            {name: request.GET[name] for name in KEPT[1:] if request.GET.get(name)}
        ),
        "query": kept(request.GET),
    }
    return render(request, "attendance/manager/sessions.html", context)


def _rows(page: list[Session], user: User) -> list[SessionRow]:
    now = timezone.now()
    pending = Booking.objects.awaiting_decision(now).filter(session__in=page)
    deciding = Counter(pending.values_list("session_id", flat=True))
    return [
        SessionRow(
            counts=each,
            stage=(stage := waiting.stage_of(each, now)),
            late=waiting.is_late(each.session, now) if stage in waiting.TO_COUNT else "",
            is_own=each.is_own(user),
            deciding=deciding[each.session.pk],
        )
        for each in counts.of_sessions(page)
    ]


def kept(asked: QueryDict) -> str:
    """Return the filters and the tab as a query, and nothing else that was sent."""
    return urlencode({name: asked[name] for name in KEPT if asked.get(name)})
