"""How often one client or one address may do what sends letters or takes seats."""

import datetime
from collections.abc import Mapping, Sequence
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
    """Count one attempt of *who* at *kind*, as `spend_all` does."""
    spend_all([(kind, who)], now=now)


def spend_all(attempts: Sequence[tuple[str, str]], *, now: datetime.datetime | None = None) -> None:
    """Count an attempt at each kind (see LIMITS) by each who, in the window of *now*.

    Atomic increments in the cache, in one round trip, under a keyed hash of who it was. All are
    counted, also when one of them is refused. While the cache is down nothing is counted and
    booking goes on: the seats are guarded by holds, letters by their mailboxes.

    Refuses with ``too_many_attempts``.
    """
    moment = int((now or timezone.now()).timestamp())
    windows = {_key(kind, who, moment): kind for kind, who in attempts}
    numbers = _count({key: LIMITS[kind][1] for key, kind in windows.items()})
    for kind, number in zip(windows.values(), numbers, strict=True):
        setting, seconds = LIMITS[kind]
        if number > getattr(settings, setting):
            message = _(
                "There have been too many attempts. Wait %(minutes)s minutes, then try again."
            )
            params = {"minutes": seconds // 60}
            raise ValidationError(message, code="too_many_attempts", params=params)


def _key(kind: str, who: str, moment: int) -> str:
    digest = salted_hmac("booking.throttle", who.strip().casefold(), algorithm="sha256").hexdigest()
    return f"throttle:{kind}:{moment // LIMITS[kind][1]}:{digest}"


def _count(windows: Mapping[str, int]) -> list[int]:
    """Return how many attempts there have been under each key, this one among them.

    *windows* are keys, each with the length of its window in seconds.
    """
    if hasattr(cache, "count"):  # Redis, which takes them all at once
        return list(cache.count(windows))
    return [_count_one(key, seconds=seconds) for key, seconds in windows.items()]


def _count_one(key: str, *, seconds: int) -> int:
    try:
        cache.add(key, 0, timeout=2 * seconds)
        return int(cache.incr(key))
    except ValueError:  # evicted between the two: as good as the first
        return 1
