"""The town that is measured: `python -m tests.benching WHAT …` in the project's environment.

town                 a catalogue of 30 workshops, 200 wide sessions, one hot one, one with 25 seats
forms NUMBER WHERE   that many filled-in forms that wait for their last button; prints their links
counts NUMBER        sessions that have ended, with a class each, for one facilitator
history NUMBER       that many bookings at once, for the export
set STATE            publishes or pauses the workshop of those sessions
slug, letters, ring  a workshop's name in addresses; letters waiting; a bell for the worker
statements           what the database is asked when one form is placed, as SQL
"""

from __future__ import annotations

import datetime
import json
import random
import string
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from booking.actions import drafts, parties
from booking.models import Booking, Contact, Draft, Hold, Mailbox, Party, Transition
from notifications.models import Notice
from notifications.tasks import deliver_due
from tests import factories as make
from workshops.folding import fold_label
from workshops.models import Plan, School, Session, Workshop

HIDDEN = "Measured"  # its hundreds of sessions are no part of the catalogue that is measured
WIDE, HOT, RACE, EXPORT = "wide", "hot", "race", "export"
SEEN = 8_123_457  # the key of the form whose statements are taken down; it occurs nowhere else


def town() -> None:
    """Rows that stay the same for the whole run."""
    soon = timezone.now() + datetime.timedelta(days=30)
    plan, school = make.create_plan(code="bench"), make.create_school(number="101001")
    shown = [make.create_workshop() for _number in range(30)]
    for number, workshop in enumerate(shown):
        for later in range(4):
            starts = soon + datetime.timedelta(days=number + 7 * later)
            make.create_session(workshop=workshop, plan=plan, starts=starts)
    hidden = make.create_workshop(title=HIDDEN)
    kinds = [(WIDE, 200, 1_000_000), (HOT, 1, 10_000_000), (RACE, 1, 25), (EXPORT, 1, 1_000_000)]
    for name, number, capacity in kinds:
        for place in range(number):
            make.create_session(
                workshop=hidden,
                plan=plan,
                starts=soon,
                capacity=capacity,
                reference=f"{name}-{place}",
            )
    school_version = school.versions.get()
    school_version.mailbox = "school@bench.example"
    school_version.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def forms(number: int, where: str, *, held: bool = True, first: int = 0) -> list[str]:
    """Filled-in forms of one seat, spread over the sessions of that name; returns their tokens."""
    now = timezone.now()
    sessions = list(Session.objects.filter(reference__startswith=f"{where}-").order_by("pk"))
    school = School.objects.get(number="101001")
    soon = now + drafts.LIFETIME
    rows, kept = [], []
    for place in range(number):
        session, key = sessions[place % len(sessions)], uuid.uuid4()
        row = Draft(
            pk=first + place if first else None,
            session=session,
            request_key=key,
            expires_at=soon,
            answers=_answers(place, school),
        )
        row.token = drafts._token(row)
        row.token_key = drafts._key(row.token)
        if held:
            kept.append(
                Hold(
                    pk=first + place if first else None,
                    session=session,
                    seats=1,
                    client_key=uuid.uuid4().hex,
                    token=uuid.uuid4().hex,
                    expires_at=soon,
                    created_at=now,
                )
            )
        rows.append(row)
    _save(rows, kept)
    return [row.token for row in rows]


def _word() -> str:
    """Letters alone: ten digits in a row would be taken for a CPR number."""
    return "".join(random.choices(string.ascii_lowercase, k=12))


def _answers(place: int, school: School) -> dict[str, Any]:
    return {
        "seats": 1,
        "school": {"pk": school.pk, "number": school.number, "name": "Skolen"},
        "classes": [[_word(), 1]],
        "adults": 2,
        "meeting_place": "Lokale 12",
        "name": "Mette Holm",
        "email": f"{_word()}@bench.example",
        "mobile": "33663366",
        "equipment_confirmed": True,
        "needs": [],
    }


def _save(rows: list[Draft], kept: list[Hold]) -> None:
    """All at once; the counter of each session follows its holds."""
    known = {parties.person_key(row.answers["email"]) for row in rows}
    with transaction.atomic():
        Mailbox.objects.bulk_create(
            (Mailbox(key=key, confirmed_at=timezone.now()) for key in known), ignore_conflicts=True
        )
        Hold.objects.bulk_create(kept)
        for row, hold in zip(rows, kept, strict=False):
            row.hold = hold
        Draft.objects.bulk_create(rows)
        held = {hold.session_id: 0 for hold in kept}
        for hold in kept:
            held[hold.session_id] += 1
        for session, seats in held.items():
            assert Session.objects.get(pk=session).take_seats(seats)


def counts(number: int) -> dict[str, Any]:
    """Sessions of yesterday with one class each; a facilitator's cookie and their addresses."""
    leader = make.create_user(role="facilitator", email="facilitator@bench.example")
    school = School.objects.get(number="101001")
    yesterday = timezone.now() - datetime.timedelta(days=1)
    workshop, plan = Workshop.objects.get(title=HIDDEN), Plan.objects.get(code="bench")
    found = []
    for _place in range(number):
        session = make.create_session(workshop=workshop, plan=plan, starts=yesterday, leader=leader)
        booking = make.create_booking(session=session, school=school)
        key = f"party-{booking.parties.get().pk}"
        body = f"{key}-present=18&{key}-adults=2&{key}-client_id={uuid.uuid4()}"
        found.append({"path": f"/facilitate/sessions/{session.pk}/", "body": body})
    return {"cookie": _cookie(leader), "rows": found}


def history(number: int) -> dict[str, Any]:
    """Bookings of one session in bulk, and a coordinator's cookie."""
    session = Session.objects.get(reference=f"{EXPORT}-0")
    school, now = School.objects.get(number="101001"), timezone.now()
    with transaction.atomic():
        rows = Booking.objects.bulk_create(
            Booking(session=session, seats=20, state="confirmed", created_at=now)
            for _place in range(number)
        )
        Party.objects.bulk_create(
            Party(
                booking=row,
                session=session,
                kind="class",
                school=school,
                seats=20,
                label=f"{place}.x",
                folded_label=fold_label(f"{place}.x"),
            )
            for place, row in enumerate(rows)
        )
        Contact.objects.bulk_create(
            Contact(booking=row, name="Mette Holm", email="m@bench.example", expires_on=now.date())
            for row in rows
        )
        Transition.objects.bulk_create(
            Transition(booking=row, target="confirmed", at=now) for row in rows
        )
        assert session.take_seats(20 * number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    coordinator = make.create_user(role="coordinator", email="coordinator@bench.example")
    return {"cookie": _cookie(coordinator), "path": "/manage/bookings/bookings.csv"}


def _cookie(user: Any) -> str:
    browser = Client()
    browser.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"


def statements() -> dict[str, Any]:
    """Place one form through the real view and take down every statement, values filled in."""
    import psycopg

    (token,) = forms(1, HOT, first=SEEN)
    seen: list[str] = []

    def take_down(execute: Any, sql: Any, values: Any, many: Any, context: Any) -> Any:
        cursor = psycopg.ClientCursor(context["connection"].connection)
        seen.append(cursor.mogrify(sql, values))
        return execute(sql, values, many, context)

    browser = Client(SERVER_NAME="localhost", headers={"X-Forwarded-For": "10.9.9.9"})
    with connection.execute_wrapper(take_down):
        answer = browser.post(f"/book/{token}/check/", secure=True)
    assert answer.status_code == 302, answer.status_code
    booking = Booking.objects.latest("pk")
    session = Session.objects.get(reference=f"{HOT}-0")
    return {
        "statements": seen,
        "booking": booking.pk,
        "draft": SEEN,
        "session": session.pk,
        "unique": [
            booking.reference,
            booking.request_key.hex,
            *booking.parties.values_list("label", flat=True),
            "@localhost>",
        ],
        "token_key": drafts._key(token),
        "first_session": Session.objects.filter(reference__startswith="wide-").order_by("pk")[0].pk,
    }


DONE: dict[str, Callable[..., Any]] = {
    "town": town,
    "forms": lambda number, where: forms(int(number), where, held=where != RACE),
    "counts": lambda number: counts(int(number)),
    "history": lambda number: history(int(number)),
    "slug": lambda: Workshop.objects.published().order_by("pk")[0].slug,
    "set": lambda state: Workshop.objects.filter(title=HIDDEN).update(state=state),
    "letters": lambda: Notice.objects.exclude(state__in=["sent", "failed"]).count(),
    "ring": lambda: deliver_due.delay() and None,
    "statements": statements,
}


def main(words: list[str]) -> None:
    """One word says what; the answer is JSON."""
    what, *rest = words
    print(json.dumps(DONE[what](*rest)))
