"""What every request and answer goes through, besides Django's own and django-csp."""

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


class AnonymousProbesMiddleware:
    """Probes are nobody: a browser's session must not make them ask a database that is down."""

    PATHS = frozenset({"/healthz", "/readyz"})

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in self.PATHS:
            request.COOKIES.clear()
        return self.get_response(request)
