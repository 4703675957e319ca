"""The start page, the language switch, and what every page knows."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import i18n

from workshops.models import User

set_language = login_not_required(i18n.set_language)


@dataclass(frozen=True)
class Entry:
    """One thing somebody can do, with the permission it takes."""

    address: str
    permission: str
    title: Promise
    about: Promise


ENTRIES = (
    Entry(
        "manage:reports",
        "goals.view_report",
        _("Status reports"),
        _("The goals of each year and the sessions behind every figure."),
    ),
    Entry(
        "manage:staff-list",
        "workshops.manage_staff",
        _("Staff"),
        _("Invite people, give them roles and end their access."),
    ),
)
ADMINISTRATION = Entry(
    "admin:index",
    "",
    _("Administration"),
    _("Every table, for what the pages cannot do."),
)


def home(request: HttpRequest) -> HttpResponse:
    """List what the signed-in person can do."""
    return render(request, "start.html", {"entries": entries_for(request.user)})


def entries_for(user: object) -> list[dict[str, object]]:
    """Return title, address and text of what *user* may do, leaving out pages not yet built."""
    if not isinstance(user, User):
        return []
    mine = [entry for entry in ENTRIES if user.has_perm(entry.permission)]
    if user.is_staff:
        mine.append(ADMINISTRATION)
    found = ((entry, _address(entry.address)) for entry in mine)
    return [
        {"title": entry.title, "about": entry.about, "address": address}
        for entry, address in found
        if address
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def brand(_request: HttpRequest) -> dict[str, str]:
    """Tell every template what the platform is called here."""
    return {"BRAND_NAME": settings.BRAND_NAME}
