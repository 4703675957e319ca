"""Past registrations meet the ledger, also one that people here have corrected since."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import ValidationError

from attendance.actions import approvals, changes, headcounts
from attendance.models import Headcount, Register
from booking.models import Booking, Party
from tests.factories import create_user
from tests.goals.office import a_class, a_crowd, open_office, people
from workshops.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(tmp_path):
    office = open_office(tmp_path)
    office.plan(people())
    return office


def lines(reference):
    """The rows of a session as the ledger has them, as changes adds them up."""
    session = Session.objects.get(reference=reference)
    found = changes._standing([session.pk], set())
    return sorted(
        ((line.status, line.booked, line.present, line.approved) for _pk, line in found), key=str
    )


def test_ledger_gives_back_the_rows_that_were_imported(office):
    day = datetime.date(2024, 6, 1)
    office.rows(
        a_class("1", 20),
        a_class(
            "2", "", session="S-1", klasse="8.A", tilmeldt="3", status="udeblivelse", godkendt=""
        ),
        a_class("3", 4, session="S-1", klasse="8.B", tilmeldt="", status="aflyst"),
        a_class("4", "", session="S-1", klasse="8.C", tilmeldt="9", godkendt=""),
        a_class("5", 0, session="S-1", klasse="8.D", tilmeldt="1", status="flyttet", godkendt=""),
    )

    assert lines("S-1") == sorted(
        [
            ("afholdt", 25, 20, day),
            ("udeblivelse", 3, 0, None),
            ("aflyst", 0, 4, day),
            ("afholdt", 9, None, None),
            ("aflyst", 1, 0, None),
        ],
        key=str,
    )
    session = Session.objects.get(reference="S-1")
    assert (session.capacity, session.seats_taken, session.state) == (38, 37, "closed")


def test_register_is_approved_when_every_held_row_is(office):
    office.rows(a_class("1"), a_class("2", 8, session="S-1", klasse="8.A", godkendt=""))
    before = Register.objects.get()

    office.rows(a_class("2", 8, session="S-1", klasse="8.A"))

    after = Register.objects.get()
    assert [(r.state, r.held, r.approved_at is None) for r in (before, after)] == [
        ("submitted", True, True),
        ("approved", True, False),
    ]


def test_imported_count_that_was_corrected_here_stands_when_the_file_comes_again(office):
    office.rows(a_class("1", 20))
    recorder, decider = create_user(role="coordinator"), create_user(role="manager")
    party = Party.objects.get()
    count = headcounts.correct(party, present=17, why="Talt igen", by=recorder)
    approvals.approve_count(count, by=decider)

    office.rows(a_class("1", 20))

    assert office.value("folk") == (17, 1)
    office.rows(a_class("1", 21))
    assert office.value("folk") == (21, 1)
    assert list(Headcount.objects.order_by("pk").values_list("present", flat=True)) == [20, 17, 21]
    office.close()


def test_imported_crowd_is_counted_by_its_parties(office):
    office.rows(a_crowd("1", 3), a_crowd("2", 4, session="S-1"))

    with pytest.raises(ValidationError) as refusal:
        headcounts.crowd(Session.objects.get())

    assert refusal.value.code == "counted_by_party"


def test_booking_of_a_row_that_was_cancelled_is_replaced_as_a_live_one_is(office):
    office.rows(a_class("1", status="aflyst"))
    office.rows(a_class("1", 20))
    office.rows(a_class("1", 20, status="flyttet"))

    trail = Booking.objects.order_by("pk").values_list("state", "over_reason", "parties__live")
    assert list(trail) == [
        ("cancelled", "superseded", False),
        ("cancelled", "superseded", False),
        ("cancelled", "moved", False),
    ]
    assert Session.objects.get().state == "cancelled"
    office.rows(a_class("1", 20))
    assert (Session.objects.get().state, Session.objects.get().over_at) == ("closed", None)
    office.close()


def test_many_rows_come_in_parts(office, monkeypatch):
    monkeypatch.setattr(changes, "AT_A_TIME", 2)
    rows = [a_class(f"{n}", n + 1, forløb=f"F{n}", workshop=f"W{n}") for n in range(7)]

    office.rows(*rows)
    outcome = office.try_rows(
        *rows[:3],
        *[
            {**row, "session": "S-0", "dato": "2024-05-06", "workshop": "W0", "klasse": f"{n}.x"}
            for n, row in enumerate(rows[3:])
        ],
    )

    assert outcome.out == "registreringer.csv: ny 0, ændret 4, uændret 3, sprunget over 0, fejl 0\n"
    assert Session.objects.filter(state="withdrawn").count() == 4
    assert office.value("folk") == (28, 3)
    office.close()


def test_imported_count_is_approved_by_a_person(office):
    """A file may leave “godkendt” blank: then a coordinator here gives the verdict."""
    office.rows(a_class("1", 20, session="S-1", godkendt=""))
    coordinator = create_user(role="coordinator")

    approvals.approve(Session.objects.get(reference="S-1"), by=coordinator)

    headcount = Headcount.objects.get()
    assert (headcount.verdict, headcount.decided_by, headcount.recorded_by) == (
        Headcount.Verdict.APPROVED,
        coordinator,
        None,
    )
    assert office.value("folk") == (20, 1)
