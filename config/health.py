"""Is the process alive, and is everything it needs ready?"""

import datetime
import os
import time
from collections.abc import Callable
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from notifications.models import Notice
from workshops.actions import ticks
from workshops.models import Tick

PATIENCE_SECONDS = 2
BEAT_STALE = datetime.timedelta(minutes=5)
LETTER_LATE = datetime.timedelta(minutes=5)
# So long somebody may still be making the tables that this process was started beside.
STARTING_SECONDS = 120
BEGAN = time.monotonic()
Finding = dict[str, Any]


@login_not_required
def alive(_request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process serves; `instance` tells which start of it answers."""
    return JsonResponse({"status": "alive", "instance": settings.INSTANCE})


@login_not_required
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 503 when the database or its tables are missing: nothing works without them.

    While the site starts it says so: tables that are being made with 503, for no page can be shown;
    a beat whose first job has not finished with 200.

    A broker that is down, a beat that stands still and letters that wait are *degraded* with 200:
    booking goes on, and a load balancer must not take the last process away for them.
    """
    now, began = timezone.now(), time.monotonic()
    checks: dict[str, Finding] = {"database": _asked(_database)}
    if checks["database"]["status"] == "ok":
        checks["migrations"] = _asked(_migrations)
    needed = all(check["status"] == "ok" for check in checks.values())
    if needed:
        checks["beat"] = _asked(lambda: _beat(now))
        checks["letters"] = _asked(lambda: _letters(now))
    checks["broker"] = _asked(_broker)
    status = _in_a_word({check["status"] for check in checks.values()}, needed=needed)
    took_ms = int((time.monotonic() - began) * 1000)
    answer = {"status": status, "instance": settings.INSTANCE, "took_ms": took_ms, **checks}
    return JsonResponse(answer, status=200 if needed else 503)


def _in_a_word(found: set[str], *, needed: bool) -> str:
    if found == {"ok"}:
        return "ready"
    if found <= {"ok", "starting"}:
        return "starting"
    return "degraded" if needed else "unavailable"


def _asked(check: Callable[[], Finding]) -> Finding:
    """Return what *check* finds; what it raises is a finding too, named without its details."""
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError, ValueError) as error:
        return {"status": "down", "error": type(error).__name__}


def _database() -> Finding:
    """Knock beside the pool first: the pool itself would wait ten times as long."""
    if connection.vendor == "postgresql":
        address = connection.get_connection_params() | {"connect_timeout": PATIENCE_SECONDS}
        with connection.wrap_database_errors:
            psycopg.connect(**address).close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"status": "ok", "kind": connection.vendor}


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    missing = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
    if not missing:
        return {"status": "ok", "missing": missing}
    return {"status": "starting" if _is_young() else "missing", "missing": missing}


def _is_young() -> bool:
    return time.monotonic() - BEGAN < STARTING_SECONDS


def _broker() -> Finding:
    if not settings.REDIS_URL:
        writable = os.access(settings.BROKER_DIR / "queue", os.W_OK)
        return {"status": "ok" if writable else "down", "kind": "filesystem"}
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=PATIENCE_SECONDS, socket_timeout=PATIENCE_SECONDS
    ) as broker:
        broker.ping()
    return {"status": "ok", "kind": "redis"}


def _beat(now: datetime.datetime) -> Finding:
    """Tell how long ago any job last finished; the slowest beat is far within the limit.

    A start stands there like a job that finished then: it has as long to bring the first one. What
    finished before any start was a command's, such as the demo's: no beat has been seen by that.
    """
    newest = Tick.objects.order_by("-finished").first()
    if newest is None:
        status = "starting" if _is_young() else "never"
        return {"status": status, "age_seconds": None, "job": None}
    age = now - newest.finished
    begins = newest.job == ticks.START or (_is_young() and not _has_begun())
    going = "starting" if begins else "ok"
    return {
        "status": "stale" if age > BEAT_STALE else going,
        "age_seconds": round(age.total_seconds(), 1),
        "job": newest.job,
    }


def _has_begun() -> bool:
    return Tick.objects.filter(job=ticks.START).exists()


def _letters(now: datetime.datetime) -> Finding:
    """Tell how long the oldest unsent letter has waited, and how many have failed."""
    unsent = Notice.objects.filter(state__in=[Notice.State.QUEUED, Notice.State.SENDING])
    oldest = unsent.aggregate(oldest=Min("created_at"))["oldest"]
    age = now - oldest if oldest else datetime.timedelta()
    return {
        "status": "late" if age > LETTER_LATE else "ok",
        "oldest_seconds": round(age.total_seconds(), 1) if oldest else None,
        "failed": Notice.objects.filter(state=Notice.State.FAILED).count(),
    }
