"""Every kind of letter as it will look, from its sample facts, in each language."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import kinds, rendering
from notifications.kinds import Kind
from notifications.views import frames
from notifications.views.letters import may_read


@may_read
@require_safe
def letter_kinds(request: HttpRequest) -> HttpResponse:
    """List the kinds of letters with the subject of each."""
    rows = [{"kind": kind, "samples": _samples(kind)} for kind in kinds.every().values()]
    return render(request, "notifications/letter_kinds.html", {"rows": rows})


@may_read
@require_safe
@frames.around
def letter_kind(request: HttpRequest, name: str) -> HttpResponse:
    """Show one kind of letter in each language."""
    kind = _kind(name)
    context = {"kind": kind, "samples": _samples(kind)}
    return render(request, "notifications/letter_kind.html", context)


@may_read
@require_safe
@frames.alone
def letter_kind_html(_request: HttpRequest, name: str, language: str) -> HttpResponse:
    """Serve the HTML of a sample for the frame on the page of its kind."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return frames.answer(rendering.sample(_kind(name).name, language=language).html)


def _kind(name: str) -> Kind:
    try:
        return kinds.find(name)
    except kinds.UnknownKindError as error:
        raise Http404 from error


def _samples(kind: Kind) -> list[dict[str, Any]]:
    return [
        {"code": code, "language": title, "words": rendering.sample(kind.name, language=code)}
        for code, title in settings.LANGUAGES
    ]
