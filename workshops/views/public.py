"""Pages for everybody: the catalogue and one workshop."""

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from workshops.forms import filters
from workshops.reports import offers, particulars
from workshops.reports.offers import Choices, Offer, Read, Wanted
from workshops.reports.particulars import Date
from workshops.views import remembered


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List what is offered and fits the filters of the address; to htmx only the list."""
    wanted = filters.read(request.GET)
    tables = offers.read(wanted, now=timezone.now())
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        found = render_to_string("workshops/public/found.html", _found(tables, wanted), request)
        html = remembered.tight(found)
    else:
        html = remembered.page(
            request, "workshops/public/catalogue.html", tables, lambda: _found(tables, wanted)
        )
    answer = HttpResponse(html)
    patch_vary_headers(answer, ["HX-Request"])
    return answer


@login_not_required
@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one workshop and its sessions; one that is no longer offered says so."""
    tables = particulars.read(slug, now=timezone.now())
    if tables is None:
        raise Http404
    if not tables.is_offered:
        gone = {"workshop": particulars.of(tables)}
        return render(request, "workshops/public/not_offered.html", gone, status=404)
    html = remembered.page(
        request, "workshops/public/workshop.html", tables, lambda: _about(tables)
    )
    return HttpResponse(html)


# --- what the pages are made of: remembered piece by piece, since most change seldom -------------


def _found(tables: Read, wanted: Wanted) -> dict[str, Any]:
    found = offers.found_in(tables, wanted)
    language, year = get_language() or "", timezone.localdate().year
    return {
        "cards": [_card(offer, language, year) for offer in found.offers],
        "wanted": wanted,
        "filters": _filters(found.choices, wanted, language),
    }


@lru_cache(maxsize=1024)
def _card(offer: Offer, _language: str, _year: int) -> SafeString:
    return remembered.piece("workshops/public/card.html", {"offer": offer})


@lru_cache(maxsize=512)
def _filters(choices: Choices, wanted: Wanted, _language: str) -> SafeString:
    context = {
        "choices": choices,
        "wanted": wanted,
        "grades": filters.GRADES,
        "audiences": filters.AUDIENCES.items(),
    }
    return remembered.piece("workshops/public/filters.html", context)


def _about(tables: particulars.Read) -> dict[str, Any]:
    about = particulars.of(tables)
    language, year = get_language() or "", timezone.localdate().year
    picks = [_pick(date, about.slug, about.audience, language, year) for date in about.dates]
    return {"workshop": about, "picks": picks}


@lru_cache(maxsize=1024)
def _pick(date: Date, slug: str, audience: str, _language: str, _year: int) -> SafeString:
    context = {"date": date, "session": date.session, "slug": slug, "audience": audience}
    return remembered.piece("workshops/public/pick.html", context)
