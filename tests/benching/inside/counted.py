"""Sessions that wait to be counted, and bookings for the export: in bulk, as the actions leave them."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from booking.models import Booking, Contact, Party, Transition
from tests import factories as make
from tests.benching.inside.rows import ROOM, SCHOOL, analyse, word
from workshops.folding import fold_label
from workshops.models import Plan, School, Session, Workshop


def counts(number: int) -> dict[str, Any]:
    """Sessions of yesterday with one class each; their leader's cookie, and what is typed."""
    leader = make.create_user(role="facilitator", email=f"{word()}@bench.example")
    plan, school = Plan.objects.get(code="bench"), School.objects.get(number=SCHOOL)
    workshop = Workshop.objects.order_by("pk")[0]
    yesterday = timezone.now() - datetime.timedelta(days=1)
    sessions = Session.objects.bulk_create(
        Session(
            workshop=workshop,
            plan=plan,
            audience=workshop.audience,
            starts=yesterday,
            ends=yesterday + datetime.timedelta(minutes=90),
            capacity=30,
            seats_taken=20,
            state=Session.State.OPEN,
        )
        for _place in range(number)
    )
    leads = Session.facilitators.through
    leads.objects.bulk_create(leads(session=row, user=leader) for row in sessions)
    classes = _booked(sessions, school)
    return {
        "cookie": cookie(leader),
        "rows": [
            {
                "path": f"/facilitate/sessions/{row.session_id}/",
                "body": _typed(row),
                "party": row.pk,
            }
            for row in classes
        ],
    }


def _typed(row: Party) -> str:
    key = f"party-{row.pk}"
    return f"{key}-present=18&{key}-adults=2&{key}-client_id={uuid.uuid4()}"


def history(number: int) -> dict[str, Any]:
    """Bookings of one past session in bulk, and a coordinator's cookie."""
    session = make.create_session(
        workshop=Workshop.objects.order_by("pk")[0],
        plan=Plan.objects.get(code="bench"),
        starts=timezone.now() - datetime.timedelta(days=2),
        capacity=ROOM,
    )
    _booked([session] * number, School.objects.get(number=SCHOOL))
    assert session.take_seats(20 * number)
    analyse()
    return {
        "cookie": cookie(make.create_user(role="coordinator", email=f"{word()}@bench.example")),
        "path": "/manage/bookings/bookings.csv",
    }


def _booked(sessions: Sequence[Session], school: School) -> list[Party]:
    """One confirmed class in each session; the seats are taken by the caller."""
    now = timezone.now()
    with transaction.atomic():
        rows = Booking.objects.bulk_create(
            Booking(session=session, seats=20, state="confirmed", created_at=now)
            for session in sessions
        )
        Contact.objects.bulk_create(
            Contact(booking=row, name="Mette Holm", email="m@bench.example", expires_on=now.date())
            for row in rows
        )
        Transition.objects.bulk_create(
            Transition(booking=row, target="confirmed", at=now) for row in rows
        )
        return Party.objects.bulk_create(
            Party(
                booking=row,
                session=row.session,
                kind="class",
                school=school,
                seats=20,
                label=f"{place}.x",
                folded_label=fold_label(f"{place}.x"),
            )
            for place, row in enumerate(rows)
        )


def cookie(user: Any) -> str:
    """Of somebody signed in."""
    browser = Client()
    browser.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
