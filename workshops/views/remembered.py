"""Pages rendered once for everybody, and remembered by everything they say.

What was read from the tables for this very request is part of that, free seats among it: so no
page is older than the request it answers.
"""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

Context = dict[str, Any]
MESSAGES = CookieStorage.cookie_name
MOST = 40  # of some hundred kilobytes each
# Each page in parts: between them stands its reader's CSRF token, if it has a form that needs one.
_PAGES: OrderedDict[tuple[Hashable, ...], list[str]] = OrderedDict()
# Stands in for that token while a page is rendered. Made anew by each process and shown to nobody,
# so that no text of a workshop can hold it.
_ANY_TOKEN = secrets.token_urlsafe(32)


def page(
    request: HttpRequest, template: str, said: Hashable, context: Callable[[], Context]
) -> str:
    """Render a page; for nobody in particular the same things *said* give the same page.

    *said* is all that *context* is made of, besides the language and the year. Who is signed in or
    is to be told something gets a page that is not kept. Forms have the token of this reader alone:
    it is asked for, and its cookie set, only where the page has one.
    """
    if {settings.SESSION_COOKIE_NAME, MESSAGES} & request.COOKIES.keys():
        return _for(request, _parts(request, template, context))
    key = (template, get_language(), timezone.localdate().year, request.get_full_path(), said)
    parts = _PAGES.get(key)
    if parts is None:
        parts = _parts(request, template, context)
        if len(_PAGES) >= MOST:
            _PAGES.popitem(last=False)
        _PAGES[key] = parts
    return _for(request, parts)


def _parts(request: HttpRequest, template: str, context: Callable[[], Context]) -> list[str]:
    html = render_to_string(template, context() | {"csrf_token": _ANY_TOKEN}, request)
    return tight(html).split(_ANY_TOKEN)


def _for(request: HttpRequest, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else get_token(request).join(parts)


def tight(html: str) -> str:
    """Leave out indents: they would be a third of the page."""
    return "\n".join(line for part in html.splitlines() if (line := part.strip()))
