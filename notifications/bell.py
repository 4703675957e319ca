"""The bell that wakes a worker: rung by every commit with a letter, heard five times a second."""

import logging
import threading
import time

from kombu.exceptions import OperationalError

from notifications import tasks

logger = logging.getLogger(__name__)
EVERY = 0.2  # seconds between two rings of one process

_guard = threading.Lock()
_next = 0.0  # the time of the latest ring: in the past, or still to come


def ring() -> None:
    """Wake a worker, now or within EVERY seconds.

    The first one after a while rings at once. The second one hands the broker a ring that is heard
    EVERY seconds after the first; until then everybody else keeps still, since that ring comes
    after their letters too. A dead broker only delays a letter: the beat rings every 30 seconds.
    """
    wait = _wait()
    if wait is None:
        return
    try:
        tasks.deliver_due.apply_async(retry=False, countdown=wait)
    except (OperationalError, OSError) as error:
        logger.warning("The broker did not hear the bell, the beat will deliver: %s", error)


def _wait() -> float | None:
    """Return in how many seconds to ring; None when a ring is on its way."""
    global _next  # noqa: PLW0603 - one bell for each process
    with _guard:
        now = time.monotonic()
        if now < _next <= now + EVERY:
            return None
        wait = max(0.0, _next + EVERY - now) if _next <= now else 0.0
        _next = now + wait
        return wait
