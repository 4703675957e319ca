"""The seats a form holds: for longer, given back, or those of another date."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.actions import answers, drafts, filling, throttles
from booking.forms.details import kept_form
from booking.views import book
from booking.views.clients import browser_of, client_of
from booking.views.drafting import OpenDraft, refused, with_draft
from workshops import grades
from workshops.views.asked import GET_OR_POST


@with_draft
@GET_OR_POST
def extend(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Give the form its time once more."""
    if request.method == "POST":
        try:
            drafts.extend(opened.draft)
        except ValidationError as refusal:
            messages.warning(request, " ".join(refusal.messages))
    return redirect(_back_to(request), token=opened.token)


def _back_to(request: HttpRequest) -> str:
    return "public:booking-check" if "check" in request.POST else "public:booking-details"


@with_draft
@GET_OR_POST
def leave(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Give the seats back and forget what was typed; go on to other workshops for a grade."""
    slug = opened.draft.session.workshop.slug
    if request.method != "POST":
        return redirect("public:booking-details", token=opened.token)
    if not drafts.leave(opened.draft):  # booked meanwhile, in another tab
        return redirect("public:booking-receipt", token=opened.token)
    grade = request.POST.get("grade", "")
    if grade in map(str, range(grades.HIGHEST + 1)):
        return redirect(f"{reverse('public:catalogue')}?audience=pupils&grade={grade}")
    return redirect("public:workshop", slug=slug)


@with_draft
@GET_OR_POST
def switch(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Take another date with everything that was typed."""
    draft = opened.draft
    if request.method != "POST" or draft.references:
        return redirect("public:booking-details", token=opened.token)
    to = book.offered(request.POST.get("session", ""))
    try:
        throttles.spend("begin", who=client_of(request))
        filling.switch(draft, to=to, client_key=browser_of(request))
    except ValidationError as refusal:
        seats = draft.answers["seats"]
        return refused(request, refusal, session=to, seats=seats, opened=opened)
    return _look_through(request, opened)


def _look_through(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Keep what the new date asks for and nothing else; go back to the form for what it lacks."""
    draft = opened.draft
    form = kept_form(draft)
    if form.is_valid():
        return book.keep(request, opened, form)
    if answers.is_filled(draft):
        messages.warning(
            request, _("This date needs more than the other. Fill in what is missing.")
        )
    return redirect("public:booking-details", token=opened.token)
