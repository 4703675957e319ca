"""A bare Django view, to stand beside ours: as many bytes, no middleware, no template, no row."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"x" * int(os.environ.get("BARE_BYTES", "20000"))


def page(_request: HttpRequest) -> HttpResponse:
    """The whole of it."""
    return HttpResponse(BODY)


urlpatterns = [path("", page)]
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["localhost"], SECRET_KEY="bare", LOGGING_CONFIG=None
)
application = get_wsgi_application()
