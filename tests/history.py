"""Sessions that are over and done with, in bulk; and how many rows a statement looked at."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import Headcount, Register
from booking.models import Booking, Party
from tests.factories import (
    create_batch,
    create_plan,
    create_school,
    create_user,
    create_workshop,
)
from workshops.models import Batch, School, Session, User

# How each of them went. In all of them nothing waits for anybody.
STORIES = ("approved", "recounted", "rejected", "corrected", "imported", "unbooked", "cancelled")
WORKSHOPS = 10
VERDICTS = {
    "approved": ["approved"],
    "recounted": ["", "approved"],
    "rejected": ["rejected", "approved"],
    "corrected": ["approved", "approved"],
    "imported": ["approved"],
}


@dataclass(frozen=True)
class Office:
    """Who counted, who approved, who came, and what was imported."""

    leader: User
    coordinator: User
    school: School
    batch: Batch


def make_history(number: int) -> list[Session]:
    """That many sessions of a year and more ago, of every story; PostgreSQL knows of them."""
    stories = [STORIES[place % len(STORIES)] for place in range(number)]
    people = create_user(role="facilitator"), create_user(role="coordinator")
    office = Office(*people, create_school(), create_batch())
    sessions = Session.objects.bulk_create(_sessions(stories))
    told = [pair for pair in zip(stories, sessions, strict=True) if pair[0] != "unbooked"]
    parties = {party.session_id: party for party in _parties(told, office.school)}
    counted = [(story, session) for story, session in told if story != "cancelled"]
    Headcount.objects.bulk_create(
        _count(parties[session.pk], verdict, office, imported=story == "imported")
        for story, session in counted
        for verdict in VERDICTS[story]
    )
    Register.objects.bulk_create(
        _register(session, office, imported=story == "imported") for story, session in counted
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return sessions


def _sessions(stories: list[str]) -> Iterator[Session]:
    workshops, plan = [create_workshop() for _number in range(WORKSHOPS)], create_plan()
    now = timezone.now()
    for place, story in enumerate(stories):
        workshop = workshops[place * WORKSHOPS // len(stories)]
        starts = now - datetime.timedelta(days=365, hours=place)
        yield Session(
            workshop=workshop,
            plan=plan,
            audience=workshop.audience,
            starts=starts,
            ends=starts + datetime.timedelta(minutes=90),
            capacity=30,
            seats_taken=20 if story in VERDICTS else 0,
            state="cancelled" if story == "cancelled" else "open",
            over_at=starts if story == "cancelled" else None,
        )


def _parties(told: list[tuple[str, Session]], school: School) -> list[Party]:
    bookings = Booking.objects.bulk_create(
        Booking(session=session, seats=20, created_at=session.starts, **_state(story, session))
        for story, session in told
    )
    return Party.objects.bulk_create(
        Party(
            booking=booking,
            session=booking.session,
            live=booking.state == "confirmed",
            kind=Party.Kind.CLASS,
            school=school,
            seats=20,
            label="7.A",
            folded_label="7a",
        )
        for booking in bookings
    )


def _state(story: str, session: Session) -> dict[str, Any]:
    if story != "cancelled":
        return {"state": "confirmed"}
    return {"state": "cancelled", "over_at": session.starts, "over_reason": "organiser"}


def _count(party: Party, verdict: str, office: Office, *, imported: bool) -> Headcount:
    at = party.session.ends
    return Headcount(
        party=party,
        present=20,
        recorded_by=None if imported else office.leader,
        recorded_at=at,
        batch=office.batch if imported else None,
        verdict=verdict,
        decided_by=office.coordinator if verdict else None,
        decided_at=at if verdict else None,
    )


def _register(session: Session, office: Office, *, imported: bool) -> Register:
    """An import hands over what nobody here approves as a whole."""
    return Register(
        session=session,
        held=True,
        state="submitted" if imported else "approved",
        submitted_at=session.ends,
        submitted_by=None if imported else office.leader,
        approved_by=None if imported else office.coordinator,
        approved_at=None if imported else session.ends,
        batch=office.batch if imported else None,
    )


# --- what a statement looked at ----------------------------------------------------------------


class Looking(CaptureQueriesContext):
    """`with Looking() as looked:` …; then `looked.rows`: the most rows one statement looked at.

    Of one *table* alone where it is named.
    """

    def __init__(self, table: str = "") -> None:
        super().__init__(connection)
        self.table = table

    @property
    def rows(self) -> int:
        """Of the SELECTs, by running each once more; PostgreSQL only."""
        return max(_looked_at(query["sql"], self.table) for query in self.captured_queries)


def _looked_at(statement: str, table: str) -> int:
    """Where there is an index to go by: of three thousand rows PostgreSQL would rather read all."""
    if not statement.startswith(("SELECT", "(SELECT")):
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (answer,) = cursor.fetchone()
        cursor.execute("RESET enable_seqscan")
    (plan,) = json.loads(answer) if isinstance(answer, str) else answer
    return sum(_scanned(plan["Plan"], table))


def _scanned(node: dict[str, Any], table: str) -> Iterator[int]:
    """Rows that each scan has found in tables and indexes, those it threw away too."""
    is_scan = "Scan" in node["Node Type"] and node["Node Type"] != "Bitmap Index Scan"  # its heap's
    if is_scan and table in {"", node.get("Relation Name")}:
        thrown = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
        each = node["Actual Rows"] + sum(node.get(name, 0) for name in thrown)
        yield round(max(each, 1) * node["Actual Loops"])  # a look that finds nothing is one
    for below in node.get("Plans", ()):
        yield from _scanned(below, table)
