"""What a coordinator has to do by hand, such as telephoning a school without a mailbox."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.actions import errands as actions
from booking.models import Errand
from booking.reports import schools
from booking.reports.schools import Entry
from workshops.views.asked import me

may_manage = permission_required("booking.manage_bookings", raise_exception=True)
A_PAGE = 25
DONE_SHOWN = 20


@dataclass(frozen=True)
class ErrandRow:
    """One errand with what the register says of its school now."""

    errand: Errand
    school: Entry | None
    classes: str


@require_safe
@may_manage
def errands(request: HttpRequest) -> HttpResponse:
    """List what is to be done, the oldest first, and what was done lately."""
    whole = Errand.objects.select_related(
        "done_by", "booking__contact", "booking__session__workshop"
    ).prefetch_related("booking__parties")
    waiting = Paginator(whole.waiting().order_by("created_at", "pk"), A_PAGE)
    page = waiting.get_page(request.GET.get("page"))
    done = whole.exclude(done_at=None).order_by("-done_at", "-pk")[:DONE_SHOWN]
    rows = _rows([*page, *done])
    split = len(page.object_list)
    context = {"page": page, "rows": rows[:split], "done": rows[split:]}
    return render(request, "booking/manager/errands.html", context)


@require_POST
@may_manage
def errand_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that it is done, and by whom."""
    actions.done(get_object_or_404(Errand, pk=pk), by=me(request))
    messages.success(request, _("The errand is done."))
    return redirect("manage:errands")


def _rows(found: list[Errand]) -> list[ErrandRow]:
    names = schools.entries_of({errand.school_id for errand in found if errand.school_id})
    return [
        ErrandRow(
            errand=errand,
            school=names.on(errand.school_id, errand.booking.session.local_date),
            classes=", ".join(
                party.label
                for party in errand.booking.parties.all()
                if party.label and party.school_id == errand.school_id
            ),
        )
        for errand in found
    ]
