"""A booking's own page, opened by its secret link alone: see, confirm, cancel, calendar, lost link.

A GET only shows, since mail scanners follow links. A dead link gets one and the same plain page,
whatever it is dead of.
"""

import functools

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from booking import appointments, links
from booking.actions import guests, mailboxes, throttles
from booking.forms.lost import LostForm
from booking.models import Booking
from booking.reports import own
from booking.views.clients import client_of
from booking.views.drafting import throttled
from booking.views.unlisted import View, secret
from notifications import ics
from workshops.views.asked import GET_OR_POST


def with_booking(view: View) -> View:
    """Hand the view the booking that the link opens; every dead link gets the same answer."""

    @secret
    @functools.wraps(view)
    def answer(request: HttpRequest, reference: str, token: str) -> HttpResponse:
        booking = links.find(reference, token)
        if booking is None:
            return render(request, "booking/mine/dead.html", status=404)
        return view(request, booking)

    return answer


def _page(request: HttpRequest, name: str, booking: Booking, *, status: int = 200) -> HttpResponse:
    context = {
        "page": own.of(booking, now=timezone.now()),
        "address": links.path(booking),
        "calendar": links.path(booking, "booking.ics"),
        "confirm": links.path(booking, "confirm/"),
        "cancel": links.path(booking, "cancel/"),
    }
    return render(request, f"booking/mine/{name}.html", context, status=status)


@with_booking
@require_safe
def booking(request: HttpRequest, found: Booking) -> HttpResponse:
    """Show the booking: its state, what, when, where, how many, and what is kept until when."""
    return _page(request, "booking", found)


@with_booking
@GET_OR_POST
def confirm(request: HttpRequest, found: Booking) -> HttpResponse:
    """Show the button that confirms the mailbox; pressing it confirms the booking."""
    if request.method != "POST":
        return _page(request, "confirm", found)
    try:
        mailboxes.confirm(found, timezone.now())
    except ValidationError:
        return _page(request, "confirm", found, status=409)
    return redirect(links.path(found))


@with_booking
@GET_OR_POST
def cancel(request: HttpRequest, found: Booking) -> HttpResponse:
    """Ask once whether the booking is to be cancelled; the button does it."""
    if request.method != "POST":
        return _page(request, "cancel", found)
    try:
        guests.cancel(found)
    except ValidationError:
        return _page(request, "cancel", found, status=409)
    return redirect(links.path(found))


@with_booking
@require_safe
def calendar(_request: HttpRequest, found: Booking) -> HttpResponse:
    """Hand out the booking as a calendar file: the same bytes until the booking changes."""
    with translation.override(found.language):
        content = ics.render(appointments.of(found))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="workshop.ics"'
    return response


@secret
@GET_OR_POST
def link_lost(request: HttpRequest) -> HttpResponse:
    """Send the links of an address to it; the answer is the same for one that nobody knows."""
    form = LostForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "is_sent": "sent" in request.GET}
        status = 422 if form.errors else 200
        return render(request, "booking/mine/lost.html", context, status=status)
    email = form.cleaned_data["email"]
    try:
        throttles.spend_all([("lost", client_of(request)), ("mail", email)])
    except ValidationError as refusal:
        return throttled(request, refusal)
    mailboxes.send_links(email)
    return redirect(f"{request.path}?sent")
