"""Who asks, as far as it can be known of somebody without an account."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_of(request: HttpRequest) -> str:
    """Return the client's address behind our own proxies; of IPv6 the network a household has.

    The proxies nearest to us have written the last TRUSTED_PROXY_COUNT entries of
    X-Forwarded-For; everything before those the client can invent.
    """
    address = request.META.get("REMOTE_ADDR", "")
    trusted = settings.TRUSTED_PROXY_COUNT
    written = request.headers.get("X-Forwarded-For", "").split(",")
    passed = [entry.strip() for entry in written if entry.strip()]
    if len(passed) >= trusted > 0:
        address = passed[-trusted]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address or "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def browser_of(request: HttpRequest) -> str:
    """Return what tells this browser from others: its CSRF cookie, which every form needs anyway.

    It is random, anonymous and set before the first form is sent, so that even the first double
    click comes from one and the same browser. Without it, the address stands for the browser.
    """
    secret = request.META.get("CSRF_COOKIE")
    return f"cookie:{secret}" if secret else f"address:{client_of(request)}"
