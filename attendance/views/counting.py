"""The page on which one session is counted: for who leads it, and for a coordinator."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.actions import counting, sheets
from attendance.actions.sheets import Sheet
from attendance.forms.counts import CountForm
from attendance.reports import counts, waiting
from attendance.reports.lines import SessionCounts
from workshops.models import Session, User
from workshops.models.session import SessionQuerySet
from workshops.views.asked import me


@dataclass(frozen=True)
class Door:
    """Where the page stands, and the page it leads back to."""

    page: str
    submit: str
    back: str
    back_text: Promise

    def sessions(self, user: User) -> SessionQuerySet:
        """What *user* finds behind it."""
        return Session.objects.led_by(user) if self is FACILITATOR else Session.objects.all()


FACILITATOR = Door(
    "facilitate:session-count",
    "facilitate:register-submit",
    "facilitate:sessions",
    gettext_lazy("Back to my sessions"),
)
COORDINATOR = Door(
    "manage:session-count",
    "manage:register-submit",
    "manage:session",
    gettext_lazy("Back to the session"),
)


def counting_page(
    request: HttpRequest, pk: int, *, submit: bool, door: Door = FACILITATOR
) -> HttpResponse:
    """Show the page, or save what was typed; *submit* hands it over for approval too."""
    if request.method == "POST":
        return _save(request, pk, submit=submit, door=door)
    session = get_object_or_404(waiting.for_pages(door.sessions(me(request))), pk=pk)
    found = counts.of_session(session)
    return _page(request, found, CountForm(counts=found, by=me(request)), door)


def _save(request: HttpRequest, pk: int, *, submit: bool, door: Door) -> HttpResponse:
    """Read and write the session under one lock, so that nothing is asked for twice."""
    user = me(request)
    try:
        with transaction.atomic():
            sheet = _sheet(pk, user, door)
            found = counts.of_session(sheet.session, counts=sheet.counts)
            form = CountForm(request.POST, counts=found, by=user, submit=submit)
            if form.is_valid():
                held = form.was_held() if submit else None
                rows = form.details()
                saved = counting.save(sheet.session, rows, held=held, sheet=sheet, by=user)
                messages.success(request, _said(len(saved), submit=submit))
                return redirect(door.page, pk=pk)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        if refusal.code == "client_id_reused":  # by a page that was gone back to: it is a new count
            form.renew()
    return _page(request, found, form, door)


def _sheet(pk: int, user: User, door: Door) -> Sheet:
    """Open the sheet of a session that *user* sees through this door, or answer 404."""
    try:
        sheet = sheets.open_sheet(pk, by=user)
    except Session.DoesNotExist as error:
        raise Http404 from error
    if door is FACILITATOR and not sheet.leads:
        raise Http404
    return sheet


def _said(saved: int, *, submit: bool) -> str:
    if submit:
        return _("The counts are handed over. A coordinator decides them now.")
    if saved:
        return _("The counts are saved. Hand them over when everybody is counted.")
    return _("Nothing was changed.")


def _page(request: HttpRequest, found: SessionCounts, form: CountForm, door: Door) -> HttpResponse:
    now, session = timezone.now(), found.session
    counts.with_needs([found])
    back = reverse(door.back, args=[] if door is FACILITATOR else [session.pk])
    context = {
        "counts": found,
        "session": session,
        "form": form,
        "stage": waiting.stage_of(found, now),
        "can_count": session.state not in Session.OVER and session.starts <= now,
        "back": {"address": back, "text": door.back_text},
        "address": reverse(door.page, args=[session.pk]),
        "submit_address": reverse(door.submit, args=[session.pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "attendance/facilitator/session_count.html", context, status=status)
