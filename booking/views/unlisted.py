"""Pages open to whoever has their address, and to no log-in, cache or index."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

View = Callable[..., HttpResponse]


def _unlisted(view: View, **caching: bool) -> View:
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        response = view(request, *args, **parts)
        patch_cache_control(response, private=True, **caching)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return login_not_required(answer)


def personal(view: View) -> View:
    """Mark a page of a form: the browser keeps what is typed for "back", and asks again."""
    return _unlisted(view, no_cache=True)


def secret(view: View) -> View:
    """Mark a page of a booking: nobody keeps it."""
    return _unlisted(view, no_store=True)
