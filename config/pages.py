"""The start page of the staff, plain pages, and what every page knows."""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from attendance.reports import needs
from config import brand as brands
from config import statement
from goals.views import imports
from workshops import telephones
from workshops.models import User

YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Entry:
    """One thing somebody can do, with the permissions of which it takes any one."""

    address: str
    permissions: tuple[str, ...]
    title: Promise
    about: Promise
    icon: str = "list-bulleted"


SESSIONS = Entry(
    "manage:sessions",
    ("attendance.approve_headcount",),
    _("Sessions"),
    _("What waits for you: counts to approve, counts that are missing, and what comes up."),
    "calendar-month",
)
OWN_SESSIONS = Entry(
    "facilitate:sessions",
    ("attendance.record_headcount",),
    _("My sessions"),
    _("The sessions you lead, today's first, and how many came."),
    "how-to-reg",
)
ENTRIES = (
    SESSIONS,
    OWN_SESSIONS,
    Entry(
        "manage:bookings",
        ("booking.manage_bookings",),
        _("Bookings"),
        _("Find a booking, accept or decline it, or cancel it with a reason."),
        "assignment",
    ),
    Entry(
        "manage:errands",
        ("booking.manage_bookings",),
        _("Errands"),
        _("Schools without a mailbox that are to be told of a booking in their name."),
        "checklist",
    ),
    Entry(
        "manage:workshops",
        ("workshops.edit_catalogue",),
        _("Workshops"),
        _("Write what the catalogue offers, plan sessions, publish and pause."),
        "student",
    ),
    Entry(
        "manage:imports",
        tuple(imports.KINDS),
        _("Imports"),
        _("Load the school register, an action plan or past registrations from a file."),
        "upload",
    ),
    Entry(
        "manage:goals",
        ("goals.view_report",),
        _("Goals"),
        _("How far each goal of the year has come, and what it is made of."),
        "analytics",
    ),
    Entry(
        "manage:reports",
        ("goals.view_report",),
        _("Status reports"),
        _("The goals of each year and the sessions behind every figure."),
        "document",
    ),
    Entry(
        "manage:letters",
        ("notifications.read_letters",),
        _("Letters"),
        _("What has been sent to whom, and what waits to be sent."),
        "email",
    ),
    Entry(
        "manage:staff-list",
        ("workshops.manage_staff",),
        _("Staff"),
        _("Invite people, give them roles and end their access."),
        "groups",
    ),
)
ADMINISTRATION = Entry(
    "admin:index",
    (),
    _("Administration"),
    _("Every table, for what the pages cannot do."),
    "settings",
)


# What needs.counts counts: at which entry it is shown, and in which words.
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
    entries = entries_for(request.user)
    if [entry["name"] for entry in entries] == [OWN_SESSIONS.address]:
        return redirect(OWN_SESSIONS.address)
    waiting = waiting_for(request.user, timezone.now())
    for entry in entries:
        entry["waiting"] = waiting[entry["name"]]
    return render(request, "start.html", {"entries": entries})


def waiting_for(user: object, now: datetime.datetime) -> dict[str, list[str]]:
    """Return how much waits for *user*, in words, by the entry that shows it."""
    found: dict[str, list[str]] = defaultdict(list)
    if isinstance(user, User):
        for kind, number in needs.counts(user, now).items():
            name, words = WAITING[kind]
            if number:
                found[name].append(words % {"n": number})
    return found


def entries_for(user: object) -> list[dict[str, Any]]:
    """Return title, address and text of what *user* may do, leaving out pages not yet built."""
    if not isinstance(user, User):
        return []
    mine = [entry for entry in ENTRIES if any(map(user.has_perm, entry.permissions))]
    if user.is_staff:
        mine.append(ADMINISTRATION)
    return [
        {
            "name": entry.address,
            "title": entry.title,
            "about": entry.about,
            "icon": entry.icon,
            "address": address_of(entry.address),
        }
        for entry in mine
        if address_of(entry.address)
    ]


@lru_cache(maxsize=64)
def address_of(name: str) -> str:
    """Return the address of a page without parameters, or nothing while it is not built."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


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
        "menu": SimpleLazyObject(lambda: menu_for(request)),
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
        "lost_address": address_of("public:link-lost"),
    }


def _sheet() -> str:
    return brands.sheet(settings.BRAND_COLOUR, settings.BRAND_ACCENT)


def menu_for(request: HttpRequest) -> dict[str, Any]:
    """Return who is signed in and what stands in the menu; asks nothing of nobody's session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"user": None, "entries": []}
    user = request.user if isinstance(getattr(request, "user", None), User) else None
    entries = entries_for(user)
    here = max(
        (entry["address"] for entry in entries if request.path.startswith(entry["address"])),
        key=len,
        default="",
    )
    for entry in entries:
        entry["is_here"] = entry["address"] == here
    return {"user": user, "entries": entries}
