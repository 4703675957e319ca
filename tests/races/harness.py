"""Many at once, each in a thread of its own on a real connection, and what is true afterwards."""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.db.models import F, QuerySet, Sum

from booking.actions import bookings, seats
from booking.actions.parties import Booker, ClassParty
from booking.models import Booking, Hold
from booking.states import HOLDING
from workshops.models import School, Session
from workshops.prepared import Prepared

POOL = 16  # connections that all threads share, on PostgreSQL


@dataclass(frozen=True, slots=True)
class Answer:
    """What one thread got: a value, the code of a refusal, or an error, which is a fault."""

    value: Any = None
    code: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What all threads got."""

    rows: tuple[Answer, ...]
    seconds: float

    @property
    def values(self) -> list[Any]:
        return [row.value for row in self.rows if not row.code and not row.error]

    @property
    def refused(self) -> dict[str, int]:
        return dict(Counter(row.code for row in self.rows if row.code))

    @property
    def errors(self) -> dict[str, int]:
        return dict(Counter(row.error for row in self.rows if row.error))


def hang_up() -> None:
    """Close what this thread has open to Redis: each thread has a cache of its own."""
    for cache in caches.all(initialized_only=True):
        for pool in getattr(getattr(cache, "_cache", None), "_pools", {}).values():
            pool.disconnect()


def all_at_once(attempts: Sequence[Callable[[], object]]) -> Answers:
    """Start every attempt at the same moment and wait for all of them."""
    gate = threading.Barrier(len(attempts) + 1)
    rows: list[Answer] = [Answer(error="no answer")] * len(attempts)

    def attend(place: int, attempt: Callable[[], object]) -> None:
        gate.wait()
        try:
            rows[place] = Answer(value=attempt())
        except ValidationError as refusal:
            rows[place] = Answer(code=refusal.code or "no code")
        except Exception as error:  # noqa: BLE001 - any other error is what a race may bring out
            rows[place] = Answer(error=f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()
            hang_up()

    threads = [threading.Thread(target=attend, args=pair) for pair in enumerate(attempts)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    return Answers(tuple(rows), time.monotonic() - began)


def claim(
    session: Session,
    school: School,
    number: int,
    *,
    seats_wanted: int = 1,
    key: uuid.UUID | None = None,
    label: str = "",
    hold: Hold | None = None,
) -> Booking:
    """Book a class by the action itself, as the page and the API do."""
    party = ClassParty(school=school, label=label or f"{number}.x", seats=seats_wanted)
    contact = Booker(name=f"Lærer {number}", email=f"teacher{number}@example.org")
    return bookings.place(
        session, parties=[party], contact=contact, request_key=key or uuid.uuid4(), hold=hold
    )


def faults(session: Session) -> list[str]:
    """Say what is untrue about the seats of a session; an empty list when all is well."""
    session = Session.objects.get(pk=session.pk)
    booked = session.bookings.filter(state__in=HOLDING).aggregate(seats=Sum("seats"))["seats"] or 0
    held = Hold.objects.filter(session=session).aggregate(seats=Sum("seats"))["seats"] or 0
    found = []
    if booked + held > session.capacity:
        found.append("overbooked")
    if session.seats_taken != booked + held:
        found.append("the counter is not the sum")
    return found


# --- faults planted on purpose -----------------------------------------------------------------


def drop_check() -> None:
    """Take the truth `session_never_overbooked` out of the database of this test.

    SQLite makes the table anew for it, and must not mind that triggers of other tables name it.
    """
    named = {constraint.name: constraint for constraint in Session._meta.constraints}
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA legacy_alter_table = ON")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, named["session_never_overbooked"])


def read_then_write(session: Session, wanted: int) -> bool:
    """Session.take_seats as it must not be: looks, waits a moment, then writes what it saw."""
    taken, capacity = Session.objects.values_list("seats_taken", "capacity").get(pk=session.pk)
    if taken + wanted > capacity:
        return False
    time.sleep(0.002)
    return Session.objects.filter(pk=session.pk).update(seats_taken=taken + wanted) == 1


def write_unasked(session: Session, wanted: int) -> bool:
    """Session.take_seats that leaves it all to the CHECK."""
    return Session.objects.filter(pk=session.pk).update(seats_taken=F("seats_taken") + wanted) == 1


def look_without_lock(pks: Sequence[int]) -> dict[int, Session]:
    """`seats.lock` that locks nothing."""
    return {session.pk: session for session in Session.objects.filter(pk__in=pks)}


def to_book_without_lock(**asked: Any) -> QuerySet[Session, Session]:
    """What `seats.lock_to_book` asks, locking nothing."""
    sessions = seats._to_book(**asked)
    sessions.query.select_for_update = False
    return sessions


def plant_no_lock(monkeypatch: Any) -> None:
    """Let every verb go on without waiting for the session."""
    monkeypatch.setattr(seats, "lock", look_without_lock)
    stand_ins = seats._TO_BOOK.stand_ins
    monkeypatch.setattr(seats, "_TO_BOOK", Prepared(to_book_without_lock, **stand_ins))


def clear_nothing(session: Session, *, now: object) -> None:
    """`seats.clear` that clears nothing."""


@contextlib.contextmanager
def no_transaction() -> Iterator[None]:
    """`transaction.atomic` that makes none: every statement is on its own."""
    yield


def plant_carelessness(monkeypatch: Any) -> None:
    """Book without lock, without transaction, by read-then-write."""
    monkeypatch.setattr(Session, "take_seats", read_then_write)
    plant_no_lock(monkeypatch)
    monkeypatch.setattr(seats, "clear", clear_nothing)
    monkeypatch.setattr(bookings, "transaction", SimpleNamespace(atomic=no_transaction))
