"""What the pages of a form being filled in share: finding it, and saying no politely."""

import functools
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from booking.actions import drafts, filling
from booking.models import Draft
from booking.reports import dates
from booking.views.clients import browser_of
from booking.views.unlisted import View, personal
from workshops.models import Session


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft and the token in the address that opened it."""

    draft: Draft
    token: str


def with_draft(view: View) -> View:
    """Hand the view the form that the token opens; a dead token gets a page of help.

    Who loses to another tab is sent to what that tab booked.
    """

    @personal
    @functools.wraps(view)
    def answer(request: HttpRequest, token: str) -> HttpResponse:
        draft = drafts.find(token, now=timezone.now())
        try:
            if draft:
                return view(request, OpenDraft(draft, token))
        except Draft.DoesNotExist:  # left or placed in another tab meanwhile
            draft = drafts.find(token, now=timezone.now())
            if draft and draft.references:
                return redirect("public:booking-receipt", token=token)
        return render(request, "booking/public/gone.html", status=404)

    return answer


def refused(
    request: HttpRequest,
    refusal: ValidationError,
    *,
    session: Session,
    seats: int,
    opened: OpenDraft | None = None,
) -> HttpResponse:
    """Answer a refusal that no field can cure: 429, or 409 with the nearest free dates."""
    if refusal.code == "too_many_attempts":
        return throttled(request, refusal)
    now = timezone.now()
    is_lost, is_full = refusal.code in filling.LOST, refusal.code == "session_full"
    mine: list[tuple[Draft, str]] = []
    if refusal.code == "too_many_holds":
        mine = drafts.open_forms(client_key=browser_of(request), now=now)
    near = dates.nearest(session, seats=seats, now=now) if is_lost else dates.Nearest()
    context = {
        "refusal": refusal,
        "mine": mine,
        "lost": is_lost,
        "full": is_full,
        "few": is_full and near.left > 0,
        "left": near.left,
        "session": session,
        "seats": seats,
        "dates": near.dates,
        "opened": opened,
    }
    return render(request, "booking/public/taken.html", context, status=409)


def throttled(request: HttpRequest, refusal: ValidationError) -> HttpResponse:
    """Answer somebody who asks too often."""
    params = refusal.params or {}
    context = {"message": " ".join(refusal.messages)}
    response = render(request, "429.html", context, status=429)
    response.headers["Retry-After"] = str(60 * int(params.get("minutes", 10)))
    return response
