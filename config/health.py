"""Is the process alive, and is everything it needs ready?"""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse


@login_not_required
def alive(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process serves; `instance` tells which start of it answers."""
    return JsonResponse({"status": "alive", "instance": settings.INSTANCE})


@login_not_required
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database, the migrations, the broker and the beat are ready."""
    return JsonResponse({"status": "ready"})
