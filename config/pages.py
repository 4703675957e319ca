"""The start page of the staff, pages for everybody, and what every page knows."""

import datetime
from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, ngettext_lazy
from django.views.decorators.http import require_safe

from attendance.reports import waiting
from config import brand as brands
from config import menu, statement
from workshops import telephones
from workshops.models import User

YEAR = 365 * 24 * 3600

# What waiting.counts counts: at which entry it is shown, and in which words.
WAITING = {
    "own": ("facilitate:sessions", ngettext_lazy("%(n)s to count", "%(n)s to count", "n")),
    "approval": ("manage:sessions", ngettext_lazy("%(n)s to approve", "%(n)s to approve", "n")),
    "counts": (
        "manage:sessions",
        ngettext_lazy("%(n)s missing its counts", "%(n)s missing their counts", "n"),
    ),
    "bookings": ("manage:bookings", ngettext_lazy("%(n)s to decide", "%(n)s to decide", "n")),
    "errands": (
        "manage:errands",
        ngettext_lazy("%(n)s school to call", "%(n)s schools to call", "n"),
    ),
}


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """List what the signed-in person can do, and how much waits for them.

    Who only counts goes to the own sessions.
    """
    entries = menu.entries_for(request.user)
    if [entry["name"] for entry in entries] == [menu.OWN_SESSIONS.address]:
        return redirect(menu.OWN_SESSIONS.address)
    waiting = waiting_for(request.user, timezone.now())
    for entry in entries:
        entry["waiting"] = waiting[entry["name"]]
    return render(request, "start.html", {"entries": entries})


def waiting_for(user: object, now: datetime.datetime) -> dict[str, list[str]]:
    """Return how much waits for *user*, in words, by the entry that shows it."""
    found: dict[str, list[str]] = defaultdict(list)
    if isinstance(user, User):
        for kind, number in waiting.counts(user, now).items():
            name, words = WAITING[kind]
            if number:
                found[name].append(words % {"n": number})
    return found


# --- pages for everybody -----------------------------------------------------------------------


@login_not_required
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """Serve the municipality's colours; an address with their fingerprint is kept for ever."""
    answer = HttpResponse(_sheet(), content_type="text/css; charset=utf-8")
    is_exact = request.GET.get("v") == brands.fingerprint(_sheet())
    kept = f"public, max-age={YEAR}, immutable" if is_exact else "public, max-age=300"
    answer.headers["Cache-Control"] = kept
    return answer


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell who is responsible, what the data are for, and when they are deleted."""
    days = {"contact_days": settings.CONTACT_DAYS, "need_days": settings.NEED_DAYS}
    return render(request, "privacy.html", days)


@login_not_required
@require_safe
def was(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement, which the law wants at this address, or lead to it."""
    if settings.WAS_URL:
        return redirect(settings.WAS_URL)
    context = {"claim": settings.WAS_CLAIM, "examined": statement.examined()}
    return render(request, "was.html", context)


# --- what every page knows ---------------------------------------------------------------------


def brand(request: HttpRequest) -> dict[str, Any]:
    """Tell every template whom the platform serves, and the menu of who asks."""
    return {
        **_brand(get_language() or settings.LANGUAGE_CODE),
        "menu": SimpleLazyObject(lambda: menu.menu_for(request)),
    }


@lru_cache(maxsize=4)
def _brand(language: str) -> dict[str, Any]:
    english = language == "en"
    return {
        "BRAND_NAME": settings.BRAND_NAME,
        "BRAND_TAGLINE": (english and settings.BRAND_TAGLINE_EN) or settings.BRAND_TAGLINE,
        "BRAND_OWNER": settings.BRAND_OWNER,
        "BRAND_ADDRESS": settings.BRAND_ADDRESS,
        "BRAND_EMAIL": settings.BRAND_EMAIL,
        "BRAND_PHONE": telephones.unbroken(settings.BRAND_PHONE),
        "BRAND_TEL": telephones.dialled(settings.BRAND_PHONE),
        "BRAND_DPO_EMAIL": settings.BRAND_DPO_EMAIL,
        "BRAND_CSS": f"{reverse('brand_css')}?v={brands.fingerprint(_sheet())}",
        "BRAND_COLOUR": settings.BRAND_COLOUR,
        "SITE_URL": settings.SITE_URL,
        "LANGUAGE": language,
        "lost_address": menu.address_of("public:link-lost"),
    }


def _sheet() -> str:
    return brands.sheet(settings.BRAND_COLOUR, settings.BRAND_ACCENT)
