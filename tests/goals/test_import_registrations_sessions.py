"""What rows of registrations make of sessions, classes and names, and where they disagree."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import Headcount, Register
from booking.models import Booking, Party, Transition
from tests.goals.imports import CPR, ROWS, apply, csv_of, refused
from tests.goals.office import FOLK, FREE, a_class, a_crowd
from workshops.models import Session, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DISAGREE = {
    "plan": "anden",
    "workshop": "Noget andet",
    "målgruppe": "forældre",
    "dato": "2024-05-07",
    "start": "09:00",
    "slut": "12:00",
    "facilitator": "fac-9",
}


@pytest.mark.parametrize("column", DISAGREE)
def test_rows_of_a_session_that_disagree_are_refused_within_the_file(office, folder, column):
    second = {**a_class("2", session="S-1", klasse="8.A"), column: DISAGREE[column]}
    csv_of(folder, ROWS, a_class("1"), second)

    (line,) = refused(folder)

    assert line == (
        f"registreringer.csv, row 3, {column}: «{DISAGREE[column]}»: The session S-1 has another "
        "value in row 2. Write the same in all rows of the session, or another session id."
    )


@pytest.mark.parametrize("column", DISAGREE)
def test_rows_of_a_session_that_disagree_are_refused_across_imports(office, folder, column):
    office.rows(a_class("1"))
    csv_of(folder, ROWS, {**a_class("2", session="S-1", klasse="8.A"), column: DISAGREE[column]})

    (line,) = refused(folder)

    assert "The session S-1 has another value in an earlier import." in line
    assert line.startswith(f"registreringer.csv, row 2, {column}: ")


def test_row_that_disagrees_with_its_file_is_told_once(office, folder):
    office.rows(a_class("1"))
    csv_of(folder, ROWS, a_class("1"), a_class("2", session="S-1", klasse="8.A", plan="anden"))

    (line,) = refused(folder)

    assert "in row 2" in line


def test_all_rows_of_a_session_may_change_together(office):
    office.rows(a_class("1"), a_class("2", session="S-1", klasse="8.A"))

    office.rows(
        a_class("1", dato="2024-09-09"),
        a_class("2", session="S-1", klasse="8.A", dato="2024-09-09"),
    )

    session = Session.objects.get(reference="S-1")
    assert (session.local_date, session.seats_taken) == (datetime.date(2024, 9, 9), 50)
    office.close()


@pytest.mark.parametrize("label", ["7.B", "7b", "7 B", "7. b"])
def test_class_twice_in_a_session_is_refused(office, folder, label):
    csv_of(folder, ROWS, a_class("1"), a_class("2", session="S-1", klasse=label, klassetrin=""))
    (within,) = refused(folder)
    office.rows(a_class("1"))
    csv_of(folder, ROWS, a_class("2", session="S-1", klasse=label))
    (across,) = refused(folder)

    start = f"klasse: «{label}»: The class is in the session S-1 already, in"
    assert f"row 3, {start} row 2." in within
    assert f"row 2, {start} an earlier import." in across


def test_same_label_of_another_school_or_session_is_another_class(office):
    office.rows(
        a_class("1"),
        a_class("2", session="S-1", institutionsnummer=FREE),
        a_class("3"),
        a_class("4", session="S-1", klasse="7.C"),
    )

    assert Party.objects.live().count() == 4


def test_two_rows_may_swap_their_classes(office):
    office.rows(a_class("1"), a_class("2", session="S-1", klasse="8.A"))

    office.rows(a_class("1", klasse="8.A"), a_class("2", session="S-1"))

    live = Booking.objects.current().order_by("row_id").values_list("row_id", "parties__label")
    assert list(live) == [("1", "8.A"), ("2", "7.B")]
    office.close()


def test_later_row_wins_whole_and_the_ledger_keeps_the_earlier_one(office):
    office.rows(a_class("1", 20, forløb="F1"))

    outcome = office.try_rows(
        a_class("1", 99), a_class("1", 21, klasse="", status="x"), a_class("1", 22)
    )

    assert outcome.out == "registreringer.csv: new 0, changed 1, same 0, ignored 2, errors 0\n"
    assert list(Headcount.objects.order_by("pk").values_list("present", flat=True)) == [20, 22]
    old, new = Booking.objects.order_by("pk")
    assert (old.state, old.over_reason, new.replaces) == ("cancelled", "superseded", old)
    assert (new.parties.get().course, new.parties.get().live) == (None, True)
    assert old.parties.get().live is False
    trail = Transition.objects.order_by("pk").values_list("booking", "origin", "target", "why")
    assert list(trail) == [
        (old.pk, "", "confirmed", "import"),
        (old.pk, "confirmed", "cancelled", "import"),
        (new.pk, "", "confirmed", "import"),
    ]


def test_number_that_moves_to_another_session_withdraws_the_one_it_leaves(office):
    office.rows(a_class("1", 20))

    office.rows(a_class("1", 21, session="S-ny"))

    old = Session.objects.get(reference="S-1")
    assert (old.state, old.seats_taken, old.over_at is not None) == ("withdrawn", 0, True)
    assert old.register.held is False
    assert office.value("folk") == (21, 1)
    office.rows(a_class("1", 22))
    old.refresh_from_db()
    assert (old.state, old.over_at, old.register.held) == ("closed", None, True)
    assert Session.objects.get(reference="S-ny").state == "withdrawn"
    assert office.value("folk") == (22, 1)
    office.close()


def test_capacity_is_the_larger_of_booked_and_attended(office):
    office.rows(
        a_class("1", 30, tilmeldt="20"),
        a_class("2", "", session="S-1", klasse="8.A", tilmeldt="", status="udeblivelse"),
        a_class("3", 9, session="S-1", klasse="9.A", tilmeldt="40", status="aflyst"),
        a_crowd("4", 5, tilmeldt="50", voksne="9"),
    )

    found = Session.objects.order_by("reference").values_list("capacity", "seats_taken")
    assert list(found) == [(60, 20), (50, 50)]


def test_session_without_a_row_that_holds_is_cancelled(office):
    office.rows(a_class("1", status="aflyst"), a_class("2", status="flyttet"))

    assert set(Session.objects.values_list("state", "register__held")) == {("cancelled", False)}
    assert set(Booking.objects.values_list("over_reason", flat=True)) == {"organiser", "moved"}


def test_session_that_was_planned_here_is_not_taken_over(office, folder):
    from tests.factories import create_session

    create_session(reference="S-1")
    csv_of(folder, ROWS, a_class("1"))

    (line,) = refused(folder)

    assert "row 2, session: «S-1»: This id belongs to a session that was planned here." in line


def test_names_that_are_not_known_yet_are_made(office):
    office.rows(
        a_class("1", plan="uden-mål", workshop="Én ny workshop", facilitator="fac-1"),
        a_class("2", plan="uden-mål", workshop="én  NY Workshop", facilitator="fac-1"),
        a_crowd("3", workshop="En ny workshop!"),
        a_crowd("4", workshop="???"),
    )

    found = Workshop.objects.order_by("pk").values_list("title", "slug", "state", "audience")
    assert list(found) == [
        ("Én ny workshop", "en-ny-workshop", "draft", "elever"),
        ("En ny workshop!", "en-ny-workshop-2", "draft", "forældre"),
        ("???", "workshop", "draft", "forældre"),
    ]
    session = Session.objects.get(reference="S-1")
    assert (session.plan.code, session.plan.title, session.deliverer.code) == (
        "uden-mål",
        "",
        "fac-1",
    )


def test_place_of_a_crowd_that_is_not_known_is_a_warning(office):
    outcome = office.try_rows(
        a_crowd("1", institutionsnummer="999999", forløb=CPR, klasse=CPR),
        a_crowd("2", institutionsnummer=FOLK),
    )

    assert outcome.code == 0
    assert outcome.err == (
        "Warning: registreringer.csv, row 2, institutionsnummer: «999999»: This number is not in "
        "the school register. The row is read without the number; it only says where the session was.\n"
    )
    assert list(Party.objects.order_by("pk").values_list("school__number", "kind", "label")) == [
        (None, "crowd", ""),
        (FOLK, "crowd", ""),
    ]


def test_approved_row_without_a_count_is_a_warning(office):
    outcome = office.try_rows(a_class("1", ""))

    assert outcome.code == 0
    assert "The row is approved, but nobody has been counted." in outcome.err
    assert (Headcount.objects.count(), Register.objects.get().state) == (0, "submitted")


# --- what cannot be true, and what is unlikely ---------------------------------------------------


@pytest.mark.parametrize("changed", [{"dato": "2204-05-06"}, {"godkendt": "1999-05-06"}])
def test_row_that_cannot_be_true_stops_everything(office, folder, changed):
    csv_of(folder, ROWS, a_class("1"), a_class("2", klasse="8.A", klassetrin="8", **changed))

    (line,) = refused(folder)

    assert line.startswith("registreringer.csv, row 3, ")


def test_unlikely_row_is_imported_and_told_first(office, folder):
    csv_of(folder, ROWS, a_class("1", 99_999))

    outcome = apply(folder)

    assert outcome.code == 0
    assert outcome.err.splitlines()[0].startswith(
        "Warning: registreringer.csv, row 2, fremmødt: «99999»: A class has hardly more than 40."
    )
    assert Headcount.objects.get().present == 99_999


def test_titles_that_make_one_address_get_one_each(office, folder):
    long = "Ord " * 30
    titles = ["Ét ord!", "Et ord?", "Et: ord", f"{long}a", f"{long}b", "?", "!"]
    csv_of(folder, ROWS, *[a_class(str(n), workshop=title) for n, title in enumerate(titles)])

    apply(folder)

    slugs = dict(Workshop.objects.filter(title__in=titles).values_list("title", "slug"))
    stem = ("ord-" * 18)[:70]
    assert sorted(slugs.values()) == sorted(
        ["et-ord", "et-ord-2", "et-ord-3", stem, f"{stem}-2", "workshop", "workshop-2"]
    )


def test_planner_is_told_of_the_rows_and_only_when_there_are_some(office, folder):
    csv_of(folder, ROWS, a_class("1"))

    def told():
        with CaptureQueriesContext(connection) as asked:
            apply(folder)
        return [query["sql"] for query in asked if query["sql"].startswith("ANALYZE")]

    first, again = told(), told()

    assert len(first) == (connection.vendor == "postgresql")
    assert all("booking_party" in sql and "workshops_session" in sql for sql in first)
    assert again == []
