"""What stands beside ours: a Django view on the same servers that asks one indexed question.

No middleware, no template; the row it asks for is one that every database of ours has.
"""

from __future__ import annotations

import os

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = "x" * 10_000

settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["localhost"],
    SECRET_KEY="bare",
    LOGGING_CONFIG=None,
    INSTALLED_APPS=["django.contrib.contenttypes"],
    DATABASES={
        "default": {
            **environ.Env.db_url_config(os.environ["DATABASE_URL"]),
            "OPTIONS": {"pool": {"min_size": 1, "max_size": int(os.environ["DB_POOL"])}},
        }
    },
)
application = get_wsgi_application()


def page(_request: HttpRequest) -> HttpResponse:
    """The whole of it."""
    from django.contrib.contenttypes.models import ContentType

    return HttpResponse(ContentType.objects.get(pk=1).model + BODY)


urlpatterns = [path("", page)]
