"""The cache of Redis, and what becomes of it while Redis is down."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class ForgivingCache(RedisCache):
    """A cache that is empty while Redis is down.

    It counts attempts and keeps nothing that cannot be asked for again: without it attempts are not
    counted, and signing in, booking and counting go on.
    """

    def add(self, key: str, *args: Any, **options: Any) -> bool:
        """Say that *key* is new, as in an empty cache."""
        return bool(
            _tried(lambda: super(ForgivingCache, self).add(key, *args, **options), instead=1)
        )

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """Return *default*."""
        return _tried(lambda: super(ForgivingCache, self).get(key, default, version), default)

    def set(self, key: str, *args: Any, **options: Any) -> None:
        """Keep nothing."""
        _tried(lambda: super(ForgivingCache, self).set(key, *args, **options), None)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Say that there was nothing."""
        return bool(_tried(lambda: super(ForgivingCache, self).delete(key, version), instead=0))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raise ValueError, as for a key that is not there."""
        found = _tried(lambda: super(ForgivingCache, self).incr(key, delta, version), None)
        if found is None:
            message = f"Key {key!r} not found"
            raise ValueError(message)
        return int(found)

    def count(self, windows: Mapping[str, int]) -> list[int]:
        """Add one to each of these numbers, in one round trip, and return what they are now.

        *windows* are keys, each with the seconds for which it is counted; a number is kept twice as
        long. While Redis is down each is the first.
        """
        return list(_tried(lambda: self._counted(windows), [1] * len(windows)))

    def _counted(self, windows: Mapping[str, int]) -> list[int]:
        with self._cache.get_client(write=True).pipeline(transaction=False) as pipeline:
            for key, seconds in windows.items():
                known = self.make_and_validate_key(key)
                pipeline.set(known, 0, ex=2 * seconds, nx=True)
                pipeline.incr(known)
            return [int(number) for number in pipeline.execute()[1::2]]


def _tried(ask: Callable[[], Answer], instead: Any) -> Any:
    try:
        return ask()
    except (RedisError, OSError) as error:
        logger.warning("Attempts are not counted, the cache is down: %s", type(error).__name__)
        return instead
