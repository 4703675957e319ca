"""What each of the staff can do: the entries of their menu and of their start page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goals.views import imports
from workshops.models import User


@dataclass(frozen=True)
class MenuItem:
    """One thing somebody can do, with the permissions of which it takes any one."""

    address: str
    permissions: tuple[str, ...]
    title: Promise
    about: Promise
    icon: str = "list-bulleted"


SESSIONS = MenuItem(
    "manage:sessions",
    ("attendance.approve_headcount",),
    _("Sessions"),
    _("What waits for you: counts to approve, counts that are missing, and what comes up."),
    "calendar-month",
)
OWN_SESSIONS = MenuItem(
    "facilitate:sessions",
    ("attendance.record_headcount",),
    _("My sessions"),
    _("The sessions you lead, today's first, and how many came."),
    "how-to-reg",
)
ENTRIES = (
    SESSIONS,
    OWN_SESSIONS,
    MenuItem(
        "manage:bookings",
        ("booking.manage_bookings",),
        _("Bookings"),
        _("Find a booking, accept or decline it, or cancel it with a reason."),
        "assignment",
    ),
    MenuItem(
        "manage:errands",
        ("booking.manage_bookings",),
        _("Errands"),
        _("Schools without a mailbox that are to be told of a booking in their name."),
        "checklist",
    ),
    MenuItem(
        "manage:workshops",
        ("workshops.edit_catalogue",),
        _("Workshops"),
        _("Write what the catalogue offers, plan sessions, publish and pause."),
        "student",
    ),
    MenuItem(
        "manage:imports",
        tuple(imports.KINDS),
        _("Imports"),
        _("Load the school register, an action plan or past registrations from a file."),
        "upload",
    ),
    MenuItem(
        "manage:goals",
        ("goals.view_report",),
        _("Goals"),
        _("How far each goal of the year has come, and what it is made of."),
        "analytics",
    ),
    MenuItem(
        "manage:reports",
        ("goals.view_report",),
        _("Status reports"),
        _("The goals of each year and the sessions behind every figure."),
        "document",
    ),
    MenuItem(
        "manage:letters",
        ("notifications.read_letters",),
        _("Letters"),
        _("What has been sent to whom, and what waits to be sent."),
        "email",
    ),
    MenuItem(
        "manage:staff-list",
        ("workshops.manage_staff",),
        _("Staff"),
        _("Invite people, give them roles and end their access."),
        "groups",
    ),
)
ADMINISTRATION = MenuItem(
    "admin:index",
    (),
    _("Administration"),
    _("Every table, for what the pages cannot do."),
    "settings",
)


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
