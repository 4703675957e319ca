"""Who asks."""

from django.http import HttpRequest

from workshops.models import User


def me(request: HttpRequest) -> User:
    """Return the signed-in user; LoginRequiredMiddleware closes every page to others."""
    assert isinstance(request.user, User)  # noqa: S101 - see above
    return request.user
