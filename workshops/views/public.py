"""Pages for everybody: the catalogue and one workshop."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from workshops.forms import filters
from workshops.reports import offers, particulars
from workshops.reports.offers import CatalogueTables, Wanted
from workshops.views import remembered

_CARD = "workshops/public/card.html"


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
        request,
        "workshops/public/workshop.html",
        tables,
        lambda: {"workshop": particulars.of(tables)},
    )
    return HttpResponse(html)


def _found(tables: CatalogueTables, wanted: Wanted) -> dict[str, Any]:
    found = offers.found_in(tables, wanted)
    return {
        "cards": [remembered.piece(_CARD, "offer", offer) for offer in found.offers],
        "choices": found.choices,
        "wanted": wanted,
        "grades": filters.GRADES,
        "audiences": filters.AUDIENCES.items(),
    }
