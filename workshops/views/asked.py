"""Who asks, and what they sent."""

from django.http import HttpRequest, QueryDict
from django.views.decorators.http import require_http_methods

from workshops.models import User

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def me(request: HttpRequest) -> User:
    """Return the signed-in user; LoginRequiredMiddleware closes every page to others."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what was sent; a form sent with nothing ticked is empty but sent."""
    return request.POST if request.method == "POST" else None
