"""Danish first: a page is Danish unless its reader has chosen English."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views import i18n
from django.views.decorators.csrf import csrf_exempt

FOUND, SEND_ON = 302, 307


class ChosenLanguageMiddleware:
    """Speaks the language of the reader's own choice, which a cookie keeps for a year.

    What the browser asks for is not looked at: see docs/decisions/0009.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.known = frozenset(code for code, _name in settings.LANGUAGES)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        translation.activate(language)  # stays on for answers that are written bit by bit
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Cookie"])
        return response


@csrf_exempt
@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice of language and return to the page it was made on.

    What was typed into a form there goes along (307 sends it on), and is shown again, not judged.

    Stands without a key, so that pages for everybody need neither cookie nor key for it; other
    sites are kept out by what the browser says of itself.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return HttpResponseForbidden()
    answer = i18n.set_language(request)
    if answer.status_code == FOUND and set(request.POST) - {"language", "next"}:
        answer.status_code = SEND_ON
    return answer
