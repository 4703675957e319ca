"""Headers that every answer carries, besides those of Django and django-csp."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

UNUSED_FEATURES = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class PrivatePagesMiddleware:
    """Pages of a signed-in person are kept by no cache and no back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", UNUSED_FEATURES)
        session = getattr(request, "session", None)
        # Asks nobody who has not been asked: a page that never looked at the session shows nobody.
        if session is not None and session.accessed and SESSION_KEY in session:
            response.headers["Cache-Control"] = "no-store, private"
        return response
