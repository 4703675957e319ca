"""How often one client or one address may do what sends letters or takes seats."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

_TEN_MINUTES = 600
_HOUR = 3600
# What is counted → the setting with the limit, and the length of the window in seconds.
LIMITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "begin": ("THROTTLE_ADDRESS", _TEN_MINUTES),
        "place": ("THROTTLE_ADDRESS", _TEN_MINUTES),
        "lost": ("THROTTLE_ADDRESS", _TEN_MINUTES),
        "confirm": ("THROTTLE_ADDRESS", _TEN_MINUTES),
        "search": ("THROTTLE_SEARCH", _TEN_MINUTES),
        "mail": ("THROTTLE_EMAIL", _HOUR),
    }
)


def spend(kind: str, *, who: str, now: datetime.datetime | None = None) -> None:
    """Count one attempt of *who* at *kind* (see LIMITS) in the window of *now*.

    One atomic increment in the cache, under a keyed hash of *who*. While the cache is down nothing
    is counted and booking goes on: the seats are guarded by holds, letters by their mailboxes.

    Refuses with ``too_many_attempts``.
    """
    setting, seconds = LIMITS[kind]
    window = int((now or timezone.now()).timestamp()) // seconds
    digest = salted_hmac("booking.throttle", who.strip().casefold(), algorithm="sha256").hexdigest()
    if _count(f"throttle:{kind}:{window}:{digest}", seconds=seconds) > getattr(settings, setting):
        message = _("There have been too many attempts. Wait %(minutes)s minutes, then try again.")
        params = {"minutes": seconds // 60}
        raise ValidationError(message, code="too_many_attempts", params=params)


def _count(key: str, *, seconds: int) -> int:
    """Return how many attempts there have been in this window, this one among them."""
    try:
        cache.add(key, 0, timeout=2 * seconds)
        return int(cache.incr(key))
    except ValueError:  # evicted between the two, or the cache is down: as good as the first
        return 1
