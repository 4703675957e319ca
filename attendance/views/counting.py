"""The page on which one session is counted: for who leads it, and for a coordinator."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.actions import counting
from attendance.forms.counts import CountForm
from attendance.reports import counts, needs
from attendance.reports.counts import SessionCounts
from workshops.models import Session
from workshops.views.asked import me


@dataclass(frozen=True)
class Door:
    """Where the page stands, and the page it leads back to."""

    page: str
    submit: str
    back: str
    back_text: Promise


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
    request: HttpRequest, session: Session, *, submit: bool, door: Door = FACILITATOR
) -> HttpResponse:
    """Show the page, or save what was typed; *submit* hands it over for approval too."""
    found = counts.of_session(session)
    if request.method != "POST":
        return _page(request, found, CountForm(counts=found, by=me(request)), door)
    form = CountForm(request.POST, counts=found, by=me(request), submit=submit)
    if form.is_valid():
        held = form.was_held() if submit else None
        try:
            saved = counting.save(session, form.details(), held=held, by=me(request))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _said(len(saved), submit=submit))
            return redirect(door.page, pk=session.pk)
    return _page(request, found, form, door)


def _said(saved: int, *, submit: bool) -> str:
    if submit:
        return _("The counts are handed over. A coordinator decides them now.")
    if saved:
        return _("The counts are saved. Hand them over when everybody is counted.")
    return _("Nothing was changed.")


def _page(request: HttpRequest, found: SessionCounts, form: CountForm, door: Door) -> HttpResponse:
    now, session = timezone.now(), found.session
    back = reverse(door.back, args=[] if door is FACILITATOR else [session.pk])
    context = {
        "counts": found,
        "session": session,
        "form": form,
        "stage": needs.stage_of(found, now),
        "can_count": session.state not in Session.OVER and session.starts <= now,
        "back": {"address": back, "text": door.back_text},
        "address": reverse(door.page, args=[session.pk]),
        "submit_address": reverse(door.submit, args=[session.pk]),
    }
    status = 422 if form.errors else 200
    return render(request, "attendance/facilitator/session_count.html", context, status=status)
