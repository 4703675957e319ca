"""The booking, step by step: pick, details, check, receipt. Each POST ends in a redirect."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from booking.actions import answers, drafts, filling, placing, throttles
from booking.forms.details import form_for, kept_form, lines_of
from booking.forms.pick import SeatsForm
from booking.forms.rows import DetailsForm
from booking.models import Draft
from booking.reports import receipts
from booking.views.clients import browser_of, client_of
from booking.views.drafting import OpenDraft, refused, with_draft
from booking.views.unlisted import personal
from workshops import grades
from workshops.models import Session, Workshop
from workshops.views.asked import GET_OR_POST


@personal
@GET_OR_POST
def begin(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Hold the seats of the session that was picked, and open the form."""
    session = offered(reference, workshop__slug=slug)
    if request.method != "POST":
        return redirect("public:workshop", slug=slug)
    form = SeatsForm(request.POST, session=session)
    if not form.is_valid():
        return _pick_again(request, session, form)
    wanted, now = form.cleaned_data["seats"], timezone.now()
    try:
        throttles.spend("begin", who=client_of(request), now=now)
        _draft, token = drafts.begin(
            session, seats_wanted=wanted, client_key=browser_of(request), now=now
        )
    except ValidationError as refusal:
        if refusal.code == "too_many_people":
            form.add_error("seats", refusal)
            return _pick_again(request, session, form)
        return refused(request, refusal, session=session, seats=wanted)
    return redirect("public:booking-details", token=token)


def offered(reference: str, **where: str) -> Session:
    """Return the session of a published workshop, or answer 404."""
    if "\0" in reference:  # PostgreSQL would not even look for it
        raise Http404
    published = Session.objects.filter(workshop__state=Workshop.State.PUBLISHED, **where)
    known = published.select_related("workshop", "venue", "school")
    return get_object_or_404(known, reference=reference)


def _pick_again(request: HttpRequest, session: Session, form: SeatsForm) -> HttpResponse:
    context = {"session": session, "form": form}
    return render(request, "booking/public/pick.html", context, status=422)


@with_draft
@GET_OR_POST
def details(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Ask for the details; valid ones are kept and shown for checking."""
    draft = opened.draft
    if draft.references:
        return redirect("public:booking-receipt", token=opened.token)
    if request.method != "POST":
        return _ask(request, opened, form_for(draft))
    if {"add_row", "language"} & set(request.POST):
        more = int("add_row" in request.POST)
        return _ask(request, opened, form_for(draft, request.POST, more=more))
    form = form_for(draft, request.POST)
    if not form.is_valid():
        return _ask(request, opened, form)
    return keep(request, opened, form)


def keep(request: HttpRequest, opened: OpenDraft, form: DetailsForm) -> HttpResponse:
    """Save what was typed and go on to look it through."""
    try:
        filling.save_answers(opened.draft, answers=form.answers(), client_key=browser_of(request))
    except ValidationError as refusal:
        return _not_kept(request, opened, form, refusal)
    return redirect("public:booking-check", token=opened.token)


def _not_kept(
    request: HttpRequest, opened: OpenDraft, form: DetailsForm, refusal: ValidationError
) -> HttpResponse:
    """Show a refusal at its field; where no answer helps, other dates or the forms left open."""
    if refusal.code in filling.KEPT and not (refusal.params or {}).get("left"):
        seats = form.answers()["seats"]
        return refused(request, refusal, session=opened.draft.session, seats=seats, opened=opened)
    form.refuse(refusal)
    return _ask(request, opened, form)


def _ask(request: HttpRequest, opened: OpenDraft, form: DetailsForm) -> HttpResponse:
    context = {**_about(opened.draft), "token": opened.token, "form": form, "open_form": "details"}
    status = 422 if form.errors else 200
    return render(request, "booking/public/details.html", context, status=status)


def _about(draft: Draft) -> dict[str, object]:
    """Return what stands beside the form: the session, how long it is held, what we keep."""
    now = timezone.now()
    held = drafts.live_hold(draft, now=now)
    return {
        "session": draft.session,
        "hold": held,
        "seats": held.seats if held else draft.answers.get("seats"),
        "may_extend": bool(held and not held.extended),
        "deleted_on": drafts.deleted_on(draft.session),
    }


@with_draft
@GET_OR_POST
def check(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Show every answer; the button books what was shown, and nothing else.

    A class outside the grades is asked about once.
    """
    draft = opened.draft
    if draft.references:
        return redirect("public:booking-receipt", token=opened.token)
    if not answers.is_filled(draft):
        return redirect("public:booking-details", token=opened.token)
    outside, shown = answers.outside_grades(draft), answers.shown(draft)
    if request.method != "POST":
        return _show_answers(request, opened, outside)
    asked = request.POST.getlist("go_on")
    if request.POST.get("shown", shown) != shown or set(outside) - set(asked):
        return _show_answers(request, opened, outside, changed=True)
    if outside:
        filling.accept_grades(draft)
    try:
        _spend(request, draft)
        placing.place(draft, language=get_language() or "da")
    except ValidationError as refusal:
        return _not_placed(request, opened, refusal)
    return redirect("public:booking-receipt", token=opened.token)


def _show_answers(
    request: HttpRequest, opened: OpenDraft, outside: list[str], *, changed: bool = False
) -> HttpResponse:
    draft = opened.draft
    context = {**_about(draft), "token": opened.token, "lines": lines_of(draft)}
    context |= {"shown": answers.shown(draft), "changed": changed}
    named = [grade for label in outside for grade in grades.named(label)]
    context |= {"outside": outside, "grade": min(named, default=None)}
    return render(request, "booking/public/check.html", context, status=409 if changed else 200)


def _spend(request: HttpRequest, draft: Draft) -> None:
    """Count the attempt for the client, and for each address that a letter would go to."""
    letters = [("mail", email) for email in answers.addresses(draft)]
    throttles.spend_all([("place", client_of(request)), *letters])


def _not_placed(request: HttpRequest, opened: OpenDraft, refusal: ValidationError) -> HttpResponse:
    """Say why nothing was booked; everything typed stays."""
    draft = opened.draft
    if refusal.code in filling.LOST or refusal.code == "too_many_attempts":
        seats = draft.answers["seats"]
        return refused(request, refusal, session=draft.session, seats=seats, opened=opened)
    if refusal.code == "session_changed":
        drafts.look_again(draft)
        return _show_answers(request, opened, answers.outside_grades(draft), changed=True)
    form = kept_form(draft)
    form.is_valid()
    form.refuse(refusal)
    return _ask(request, opened, form)


@with_draft
@require_safe
def receipt(request: HttpRequest, opened: OpenDraft) -> HttpResponse:
    """Say what was booked and what happens now; looking again books nothing."""
    if not opened.draft.references:
        return redirect("public:booking-details", token=opened.token)
    found = receipts.receipt_of(opened.draft.references)
    if found is None:
        return render(request, "booking/public/gone.html", status=404)
    context = {"receipt": found, "session": found.session}
    return render(request, "booking/public/receipt.html", context)
