"""Pages and pieces of them, rendered once for everybody and remembered by everything they say.

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
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

Context = dict[str, Any]
MESSAGES = CookieStorage.cookie_name
MOST = 120  # pages of at most some hundred kilobytes, and pieces of one
# In parts: between them stands the reader's CSRF token, if the page has a form that needs one.
_KEPT: OrderedDict[tuple[Hashable, ...], list[str]] = OrderedDict()
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

    def render() -> list[str]:
        html = render_to_string(template, context() | {"csrf_token": _ANY_TOKEN}, request)
        return tight(html).split(_ANY_TOKEN)

    is_somebody = {settings.SESSION_COOKIE_NAME, MESSAGES} & request.COOKIES.keys()
    place = (template, request.get_full_path(), said)
    parts = render() if is_somebody else _kept(place, render)
    return parts[0] if len(parts) == 1 else get_token(request).join(parts)


def piece(template: str, name: str, said: Hashable) -> SafeString:
    """Render a piece of such a page, which knows nothing but what is *said* under this name."""

    def render() -> list[str]:
        return [tight(render_to_string(template, {name: said}))]

    return mark_safe(_kept((template, said), render)[0])  # noqa: S308 - a template of ours has escaped it


def _kept(place: tuple[Hashable, ...], render: Callable[[], list[str]]) -> list[str]:
    """Return what is kept for *place*, else render and keep it; what was kept first goes first."""
    key = (*place, get_language(), timezone.localdate().year)
    parts = _KEPT.get(key)
    if parts is None:
        parts = _KEPT[key] = render()
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return parts


def tight(html: str) -> str:
    """Leave out indents: they would be a third of the page."""
    return "\n".join(line for part in html.splitlines() if (line := part.strip()))
