"""Two people editing one thing at the same moment: one save stands, the others are told."""

from __future__ import annotations

import dataclasses
from functools import partial

import pytest
from django.db.models import F

from booking.actions import sessions as booked
from booking.models import Booking
from notifications.models import Notice
from tests import factories
from tests.commands import SCHOOLS, school, write_table
from tests.races import harness
from workshops.actions import catalogue, planning, publishing, sessions, uploads
from workshops.actions.catalogue import Texts
from workshops.actions.school_register_imports import of_upload
from workshops.actions.sessions import Crew, Slot
from workshops.models import Batch, SchoolVersion, Session, Workshop

pytestmark = pytest.mark.usefixtures("wide_pool", "own_database")
MONDAY = factories.local(2027, 1, 11)


def slot(session, **changed) -> Slot:
    slot = Slot(starts=session.starts, ends=session.ends, capacity=session.capacity)
    return dataclasses.replace(slot, **changed)


@pytest.mark.parametrize("editors", [2, 20])
def test_workshop_when_many_save_one_revision(editors):
    workshop = factories.create_workshop()
    attempts = [
        partial(
            catalogue.update,
            Workshop.objects.get(),
            Texts(summary=f"Fra {number}"),
            revision=0,
            by=None,
        )
        for number in range(editors)
    ]

    answers = harness.all_at_once(attempts)

    workshop.refresh_from_db()
    assert answers.errors == {}
    assert answers.refused == {"changed_meanwhile": editors - 1}
    assert workshop.revision == 1
    assert workshop.summary == answers.values[0].summary


@pytest.mark.parametrize("editors", [2, 20])
def test_session_when_many_move_one_revision(editors):
    session = factories.create_session(starts=MONDAY)
    factories.create_booking(session=session)
    attempts = [
        partial(
            booked.reschedule,
            Session.objects.get(),
            slot(session, room=f"Lokale {number}"),
            revision=0,
            by=None,
        )
        for number in range(editors)
    ]

    answers = harness.all_at_once(attempts)

    session.refresh_from_db()
    assert answers.errors == {}
    assert answers.refused == {"changed_meanwhile": editors - 1}
    assert (session.revision, session.room) == (1, answers.values[0].room)
    assert Notice.objects.count() == 1


def test_session_when_one_moves_it_and_one_staffs_it():
    session = factories.create_session(starts=MONDAY)
    crew = Crew(plan=session.plan, deliverer=factories.create_deliverer())

    answers = harness.all_at_once(
        [
            partial(booked.reschedule, session, slot(session, room="B"), revision=0, by=None),
            partial(sessions.staff, Session.objects.get(), crew, revision=0, by=None),
        ]
    )

    session.refresh_from_db()
    assert (answers.errors, answers.refused) == ({}, {"changed_meanwhile": 1})
    assert (session.room == "B") != (session.deliverer is not None)


def test_planted_save_without_looking_is_seen(monkeypatch):
    """Without the revision in its WHERE the last save wins, and nobody is told."""

    def careless(workshop, columns, *, revision):
        Workshop.objects.filter(pk=workshop.pk).update(**columns, revision=F("revision") + 1)

    monkeypatch.setattr(catalogue, "_save", careless)
    workshop = factories.create_workshop()
    attempts = [
        partial(catalogue.update, workshop, Texts(summary=name), revision=0, by=None)
        for name in ("Fra en", "Fra to")
    ]

    answers = harness.all_at_once(attempts)

    assert (answers.errors, answers.refused) == ({}, {})
    assert Workshop.objects.get().revision == 2


def test_capacity_when_it_shrinks_while_seats_are_taken(figure):
    session, place = factories.create_session(capacity=40), factories.create_school()
    claims = [partial(harness.claim, session, place, number) for number in range(40)]
    shrink = partial(booked.reschedule, session, slot(session, capacity=20), revision=0, by=None)

    answers = harness.all_at_once([*claims[:15], shrink, *claims[15:]])

    session.refresh_from_db()
    assert answers.errors == {}
    assert set(answers.refused) <= {"session_full", "capacity_below_taken"}
    assert harness.faults(session) == []
    figure("capacity halved among 40 bookers", f"{session.seats_taken} of {session.capacity}")


def test_session_when_it_is_cancelled_among_bookers():
    session, place = factories.create_session(capacity=40), factories.create_school()
    claims = [partial(harness.claim, session, place, number) for number in range(30)]
    cancel = partial(booked.cancel, session, why="Sygdom", by=None)

    answers = harness.all_at_once([*claims[:10], cancel, cancel, *claims[10:]])

    session.refresh_from_db()
    assert answers.errors == {}
    assert set(answers.refused) <= {"session_not_open"}
    assert (session.state, session.seats_taken) == ("cancelled", 0)
    assert not Booking.objects.live().exists()


def test_upload_when_its_owner_confirms_it_five_times(tmp_path):
    file = write_table(tmp_path / "r.csv", [school("280001")], columns=SCHOOLS)
    bo = factories.create_user(role="coordinator")
    upload = uploads.keep(
        Batch.Kind.REGISTER,
        [uploads.File(file.name, file.read_bytes())],
        options={"valid_from": "2024-08-01", "complete": False},
        by=bo,
    )
    shown = of_upload(upload, by=bo, apply=False).fingerprint
    attempt = partial(
        uploads.confirm,
        upload,
        shown=shown,
        run=of_upload,
        by=bo,
    )

    answers = harness.all_at_once([attempt] * 5)

    assert (answers.errors, answers.refused) == ({}, {"upload_gone": 4})
    assert (Batch.objects.count(), SchoolVersion.objects.count()) == (1, 1)


def test_series_when_its_button_is_pressed_five_times():
    import uuid

    workshop, crew, key = (
        factories.create_workshop(),
        Crew(plan=factories.create_plan()),
        uuid.uuid4(),
    )
    day = factories.create_session(workshop=workshop)
    slots = [slot(day, starts=MONDAY, ends=MONDAY.replace(hour=12))] * 3
    attempt = partial(
        planning.plan, workshop, slots, crew=crew, is_open=True, request_key=key, by=None
    )

    answers = harness.all_at_once([attempt] * 5)

    assert (answers.errors, answers.refused) == ({}, {})
    assert Session.objects.count() == 1 + 3


@pytest.mark.parametrize("_time", range(5))
def test_workshop_when_one_archives_it_and_one_plans_a_session(_time):
    import uuid

    workshop, crew = factories.create_workshop(), Crew(plan=factories.create_plan())
    slots = [Slot(starts=MONDAY, ends=MONDAY.replace(hour=12), capacity=28)] * 3
    plan = partial(
        planning.plan, workshop, slots, crew=crew, is_open=True, request_key=uuid.uuid4(), by=None
    )

    answers = harness.all_at_once([plan, partial(publishing.archive, workshop, by=None)])

    workshop.refresh_from_db()
    assert answers.errors == {}
    assert sum(answers.refused.values()) == 1
    assert set(answers.refused) <= {"workshop_archived", "sessions_ahead"}
    assert (workshop.state == "archived") != Session.objects.exists()
