"""Addresses that browsers, crawlers, auditors and people try without having been told of them."""

import datetime
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from workshops.models import Workshop

DAY, HOUR = 24 * 3600, 3600
# RFC 9116 wants less than a year; whoever reads an old copy is to ask again.
SECURITY_DAYS = 180
# Where nothing stands for a search engine: staff, signing in, forms, own pages, data for scripts.
CLOSED = (
    "/accounts/",
    "/admin/",
    "/book/",
    "/facilitate/",
    "/healthz",
    "/language/",
    "/login/",
    "/manage/",
    "/my/",
    "/readyz",
    "/schools/",
    "/workshops/*/sessions/",
)
# RFC 3986: what a contact begins with when it is an address already.
SCHEMES = ("mailto:", "tel:", "https://")
ICONS = (
    ("icon.svg", "any", "image/svg+xml", "any"),
    ("icon-192.png", "192x192", "image/png", "any"),
    ("icon-512.png", "512x512", "image/png", "any"),
    ("icon-maskable-192.png", "192x192", "image/png", "maskable"),
    ("icon-maskable-512.png", "512x512", "image/png", "maskable"),
)
View = Callable[..., HttpResponse]


def kept(seconds: int) -> Callable[[View], View]:
    """Open a view to everybody, for reading; whoever has the answer may keep it for *seconds*."""

    def open_it(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest) -> HttpResponse:
            response = view(request)
            response.headers["Cache-Control"] = f"public, max-age={seconds}"
            return response

        return login_not_required(require_safe(answer))

    return open_it


# --- for crawlers, and for whoever has found a hole ----------------------------------------------


@kept(DAY)
def robots(_request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is not for them, and where the list of pages is (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {place}" for place in CLOSED)]
    return _text(*lines, "", f"Sitemap: {_whole('sitemap')}")


@kept(HOUR)
def sitemap(request: HttpRequest) -> HttpResponse:
    """List the pages for everybody and every published workshop; one question."""
    pages = ["public:catalogue", "public:privacy", *([] if settings.WAS_URL else ["public:was"])]
    slugs = Workshop.objects.published().order_by("slug").values_list("slug", flat=True)
    addresses = [_whole(page) for page in pages]
    addresses += [_whole("public:workshop", slug) for slug in slugs]
    context = {"addresses": addresses}
    return render(request, "sitemap.xml", context, content_type="application/xml")


@kept(DAY)
def security(_request: HttpRequest) -> HttpResponse:
    """Tell where to report a hole (RFC 9116); nothing where nobody is named who would read it."""
    contacts = settings.SECURITY_CONTACT or [settings.BRAND_EMAIL]
    lines = [f"Contact: {_as_address(contact)}" for contact in contacts if contact]
    if not lines:
        raise Http404
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = today + datetime.timedelta(days=SECURITY_DAYS)
    lines += [f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: da, en"]
    if settings.SITE_URL.startswith("https://"):  # no other may stand there
        lines.append(f"Canonical: {_whole('security')}")
    return _text(*lines)


def _as_address(contact: str) -> str:
    return contact if contact.startswith(SCHEMES) else f"mailto:{contact}"


def _text(*lines: str) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _whole(name: str, *keys: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=keys)}"


# --- for browsers and telephones -----------------------------------------------------------------


@kept(DAY)
def manifest(_request: HttpRequest) -> HttpResponse:
    """Tell a telephone what to call the site on its home screen, and its icons and colours.

    Always in Danish: browsers ask without the cookie of the chosen language.
    """
    answer = {
        "id": "/",
        "name": settings.BRAND_NAME,
        "short_name": settings.BRAND_NAME,
        "description": settings.BRAND_TAGLINE,
        "lang": settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",  # the way back stays on the screen
        "background_color": "#ffffff",
        "theme_color": settings.BRAND_COLOUR,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": kind, "purpose": purpose}
            for name, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(answer, content_type="application/manifest+json")


def _leading_to(find: Callable[[], str]) -> View:
    @kept(HOUR)
    def lead(_request: HttpRequest) -> HttpResponse:
        return redirect(find())

    return lead


def page(name: str) -> View:
    """Return a view that leads to the page of that name."""
    return _leading_to(lambda: reverse(name))


def file(name: str) -> View:
    """Return a view that leads to the static file of that name, whatever it is called now."""
    return _leading_to(lambda: static(name))


# --- the addresses -------------------------------------------------------------------------------

urls: list[URLPattern] = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("favicon.ico", file("favicon.ico"), name="favicon"),
    # Telephones look for both when a page is put on the home screen.
    path("apple-touch-icon.png", file("apple-touch-icon.png"), name="apple-touch-icon"),
    path(
        "apple-touch-icon-precomposed.png",
        file("apple-touch-icon.png"),
        name="apple-touch-icon-old",
    ),
    path(".well-known/security.txt", security, name="security"),
    path("security.txt", page("security"), name="security-old"),  # where it was before RFC 9116
    # Keepers of passwords send people here (W3C: a well-known URL for changing passwords).
    path(".well-known/change-password", page("account_change_password"), name="change-password"),
    path("login/", page("account_login"), name="login"),
    path("was/", page("public:was"), name="was-slash"),
]
