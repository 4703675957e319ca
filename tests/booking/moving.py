"""Moving booked sessions: the verb, its refusals, and who was told."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from django.core.exceptions import ValidationError

from booking.actions import sessions
from notifications.models import Notice
from tests.factories import local
from workshops.actions.sessions import Slot
from workshops.models import Mark, Session

MONDAY, NEXT_WEEK = local(2027, 1, 11, 10), local(2027, 1, 18, 10)
WEEK = datetime.timedelta(days=7)


def slot_of(session, **changed) -> Slot:
    """What the session is, but for what *changed* says; a new start moves the end along."""
    slot = Slot(
        starts=session.starts,
        ends=session.ends,
        venue=session.venue,
        room=session.room,
        capacity=session.capacity,
        language=session.language,
    )
    if "starts" in changed and "ends" not in changed:
        changed["ends"] = changed["starts"] + (session.ends - session.starts)
    return dataclasses.replace(slot, **changed)


def moved(session, *, by=None, revision=None, now=None, **changed) -> Session:
    revision = session.revision if revision is None else revision
    return sessions.reschedule(
        session, slot_of(session, **changed), revision=revision, by=by, now=now
    )


def refused(code, verb, *args, **kwargs) -> str:
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code
    return " ".join(refusal.value.messages)


def letters() -> list[tuple[str, str]]:
    return sorted(Notice.objects.values_list("recipient", "kind"))


def marks() -> list[tuple[int | None, str]]:
    return list(Mark.objects.order_by("pk").values_list("session", "reason"))
