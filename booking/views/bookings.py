"""A coordinator's bookings: find, look at, accept, decline, cancel, take along as a spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from booking.actions import bookings as actions
from booking.forms.decisions import BookingFilterForm, ReasonForm
from booking.models import Booking
from booking.models.booking import BookingQuerySet
from booking.reports import bookings as export
from booking.reports import decisions, schools, search
from booking.states import OverReason
from workshops import places
from workshops.models import User
from workshops.views.asked import GET_OR_POST, me
from workshops.views.paging import Pages

may_manage = permission_required("booking.manage_bookings", raise_exception=True)
A_PAGE = 50
KEPT = ("q", "state", "workshop", "since", "until")


@dataclass(frozen=True)
class BookingRow:
    """One booking of the list, with the schools as they were called on its day."""

    booking: Booking
    schools: str
    classes: str


@dataclass(frozen=True)
class Verb:
    """What can be done with a booking: its words, and whether a reason is asked for."""

    title: Promise
    done: Promise
    hint: Promise | str = ""


VERBS = {
    "accept": Verb(gettext_lazy("Accept the booking"), gettext_lazy("The booking is accepted.")),
    "decline": Verb(
        gettext_lazy("Decline the booking"),
        gettext_lazy("The booking is declined."),
        gettext_lazy("Who booked reads it in the letter."),
    ),
    "cancel": Verb(
        gettext_lazy("Cancel the booking"),
        gettext_lazy("The booking is cancelled."),
        gettext_lazy("Who booked reads it in the letter."),
    ),
}


@require_safe
@may_manage
def bookings(request: HttpRequest) -> HttpResponse:
    """List bookings, the latest sessions first, as narrowed."""
    form = BookingFilterForm(request.GET)
    listed = _found(form).order_by("-session__starts", "-pk")
    whole = Booking.objects.select_related("session__workshop", "contact")
    pages = Pages(listed, A_PAGE, rows=whole.prefetch_related("parties"))
    page = pages.get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": _rows(list(page)), "query": _query(request.GET)}
    return render(request, "booking/manager/bookings.html", context)


@require_safe
@may_manage
def bookings_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out the narrowed list for a spreadsheet."""
    found = _found(BookingFilterForm(request.GET))
    answer = StreamingHttpResponse(export.lines(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="bookings.csv"'
    return answer


@GET_OR_POST
@may_manage
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one booking, and do what can be done with it."""
    whole = Booking.objects.select_related("session__workshop", "session__venue", "contact")
    row = get_object_or_404(whole, reference=reference)
    offered = decisions.offered(row, timezone.now())
    forms = {verb: ReasonForm(prefix=verb, hint=VERBS[verb].hint) for verb in offered}
    verb = request.POST.get("verb", "")
    if request.method == "POST":
        if verb not in offered:
            messages.error(request, _("This cannot be done with the booking any more. Look again."))
            return redirect("manage:booking", reference=row.reference)
        form = forms[verb] = ReasonForm(request.POST, prefix=verb, hint=VERBS[verb].hint)
        if (verb == "accept" or form.is_valid()) and _done(request, row, verb, form):
            return redirect("manage:booking", reference=row.reference)
    return _booking_page(request, row, forms, failed=forms.get(verb))


def _done(request: HttpRequest, row: Booking, verb: str, form: ReasonForm) -> bool:
    """Do it and say so; put a refusal on the form."""
    try:
        _action(verb, row, by=me(request), why=form.data.get(f"{verb}-why", ""))()
    except ValidationError as refusal:
        if form.is_bound and verb != "accept":
            form.add_error(None, refusal)
            return False
        messages.error(request, " ".join(refusal.messages))
        return True
    messages.success(request, str(VERBS[verb].done))
    return True


def _action(verb: str, row: Booking, *, by: User, why: str) -> Callable[[], Booking]:
    if verb == "accept":
        return partial(actions.confirm, row, by=by)
    if verb == "decline":
        return partial(actions.decline, row, by=by, why=why)
    return partial(actions.cancel, row, by=by, why=why, reason=OverReason.BY_ORGANISER)


def _booking_page(
    request: HttpRequest,
    row: Booking,
    forms: dict[str, ReasonForm],
    *,
    failed: ReasonForm | None,
) -> HttpResponse:
    parties = list(row.parties.order_by("pk"))
    wanted = [row.session.school_id, *(party.school_id for party in parties)]
    names = schools.entries_of([pk for pk in wanted if pk])
    day = row.session.local_date
    context = {
        "booking": row,
        "session": row.session,
        "place": places.told(
            str(row.session.venue or schools.name_on(names, row.session.school_id, day)),
            row.session.room,
            row.session.audience,
            to_staff=True,
        ),
        "parties": [(party, names.on(party.school_id, day)) for party in parties],
        "needs": row.needs.all(),
        "transitions": row.transitions.select_related("by").order_by("at", "pk"),
        "verbs": [(verb, VERBS[verb], form) for verb, form in forms.items()],
        "form": failed,
        "is_over": row.session.starts <= timezone.now(),
    }
    status = 422 if failed and failed.errors else 200
    return render(request, "booking/manager/booking.html", context, status=status)


def _found(form: BookingFilterForm) -> BookingQuerySet:
    form.is_valid()
    return search.bookings(Booking.objects.all(), form.filters(), timezone.now())


def _rows(page: list[Booking]) -> list[BookingRow]:
    parties = [party for row in page for party in row.parties.all()]
    names = schools.entries_of({party.school_id for party in parties if party.school_id})
    found = []
    for row in page:
        day = row.session.local_date
        own = {schools.name_on(names, party.school_id, day): None for party in row.parties.all()}
        classes = [party.label for party in row.parties.all() if party.label]
        found.append(BookingRow(row, ", ".join(name for name in own if name), ", ".join(classes)))
    return found


def _query(asked: QueryDict) -> str:
    return urlencode({name: asked[name] for name in KEPT if asked.get(name)})
