"""The town whose hot paths are measured, by the code of the checkout it stands in.

Every table's keys begin far from those of the others, so that a number in a statement is the key
of one row (see `apart`), and rows that are made together have keys in a row.
"""

from __future__ import annotations

import datetime
import random
import string
import uuid
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from booking.actions import drafts, parties
from booking.models import Draft, Hold, Mailbox
from tests import factories as make
from workshops.models import Plan, School, Session, Workshop

WORKSHOPS, DATES, ROOM = 30, 4, 1_000_000
SCHOOL = "101001"


def town() -> dict[str, Any]:
    """A catalogue of 30 workshops with four dates each, where everybody finds a seat."""
    apart()
    soon = timezone.now() + datetime.timedelta(days=30)
    plan, school = make.create_plan(code="bench"), make.create_school(number=SCHOOL)
    shown = [make.create_workshop() for _number in range(WORKSHOPS)]
    for number, workshop in enumerate(shown):
        for later in range(DATES):
            starts = soon + datetime.timedelta(days=number + 7 * later)
            make.create_session(
                workshop=workshop,
                plan=plan,
                starts=starts,
                capacity=ROOM,
                reference=f"wide-{number}-{later}",
            )
    version = school.versions.get()
    name = "email" if hasattr(version, "email") else "mailbox"  # in a checkout of before
    setattr(version, name, "school@bench.example")
    version.save()
    analyse()
    return {"workshop": f"/workshops/{shown[0].slug}/"}


def apart() -> None:
    """Let the keys of each table begin at a million of its own."""
    with connection.cursor() as cursor:
        for place, model in enumerate(apps.get_models(include_auto_created=True), start=10):
            if isinstance(model._meta.pk, models.AutoField):
                table = model._meta.db_table
                name = f"pg_get_serial_sequence('{table}', 'id')"
                cursor.execute(f"SELECT setval({name}, {place * 10_000_000 + 1})")


def analyse() -> None:
    """Statistics, as the database's own housekeeping would have made them by now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def narrow(name: str, capacity: int, taken: int) -> int:
    """One more date of the first workshop, with that many seats; returns its key."""
    session = make.create_session(
        workshop=Workshop.objects.order_by("pk")[0],
        plan=Plan.objects.get(code="bench"),
        capacity=capacity,
        reference=f"{name}-0",
    )
    if taken:
        make.create_booking(session=session, seats=taken, school=School.objects.get(number=SCHOOL))
    return session.pk


def wide() -> models.QuerySet[Session]:
    """The dates of the catalogue, in the order in which forms are spread over them."""
    return Session.objects.filter(reference__startswith="wide-").order_by("pk")


# --- forms that wait for their last button -----------------------------------------------------


def forms(number: int, where: str, *, held: bool = True) -> list[Draft]:
    """Filled-in forms of one seat, spread over the dates whose reference begins so; with tokens."""
    now = timezone.now()
    sessions = list(Session.objects.filter(reference__startswith=f"{where}-").order_by("pk"))
    school = School.objects.get(number=SCHOOL)
    rows, kept = [], []
    for place in range(number):
        row = Draft(
            session=sessions[place % len(sessions)],
            request_key=uuid.uuid4(),
            expires_at=now + drafts.LIFETIME,
            answers=_answers(school),
        )
        row.token = drafts._token(row)
        row.token_key = drafts._key(row.token)
        rows.append(row)
        if held:
            kept.append(_hold(row.session, now))
    _save(rows, kept)
    return rows


def tokens(number: int, where: str, *, held: bool) -> list[str]:
    """The links of such forms."""
    return [row.token for row in forms(number, where, held=held)]


def _hold(session: Session, now: datetime.datetime) -> Hold:
    return Hold(
        session=session,
        seats=1,
        client_key=uuid.uuid4().hex,
        **({"token": uuid.uuid4().hex} if hasattr(Hold, "token") else {}),  # a checkout of before
        expires_at=now + drafts.LIFETIME,
        created_at=now,
    )


def word() -> str:
    """Letters alone: ten digits in a row would be taken for a CPR number."""
    return "".join(random.choices(string.ascii_lowercase, k=12))


def _answers(school: School) -> dict[str, Any]:
    return {
        "seats": 1,
        "school": {"pk": school.pk, "number": school.number, "name": "Skolen"},
        "classes": [[word(), 1]],
        "adults": 2,
        "meeting_place": "Lokale 12",
        "name": "Mette Holm",
        "email": f"{word()}@bench.example",
        "mobile": "33663366",
        "equipment_confirmed": True,
        "needs": [],
    }


def _save(rows: list[Draft], kept: list[Hold]) -> None:
    """All at once, with confirmed mailboxes; the counter of each session follows its holds."""
    keys = {parties.person_key(row.answers["email"]) for row in rows}
    with transaction.atomic():
        Mailbox.objects.bulk_create(
            Mailbox(key=key, confirmed_at=timezone.now()) for key in sorted(keys)
        )
        Hold.objects.bulk_create(kept)
        for row, hold in zip(rows, kept, strict=False):
            row.hold = hold
        Draft.objects.bulk_create(rows)
        held: dict[int, int] = {}
        for hold in kept:
            held[hold.session_id] = held.get(hold.session_id, 0) + 1
        for session, seats in held.items():
            assert Session.objects.get(pk=session).take_seats(seats)
