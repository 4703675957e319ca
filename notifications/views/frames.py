"""A letter's HTML in a frame of a page of ours: shown as it stands, and able to do nothing."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp, csp_update
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.clickjacking import xframe_options_sameorigin

View = Callable[..., HttpResponseBase]
# No script, form, picture, font or other page; its own inline style alone; in our frames alone.
_POLICY: dict[str, Any] = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}
# Its links would load other pages into the frame; the text beside it has what they lead to.
_INERT = "<body inert"


def alone(view: View) -> View:
    """Mark a view whose answer stands in a frame; no other address of ours may."""
    return csp(_POLICY)(xframe_options_sameorigin(view))


def around(view: View) -> View:
    """Mark a view whose page holds such frames."""
    return csp_update({"frame-src": ["'self'"]})(view)


def answer(html: str) -> HttpResponse:
    """Return the letter as a picture: nothing in it is pressed, and no key leads into it."""
    return HttpResponse(html.replace("<body", _INERT, 1))
