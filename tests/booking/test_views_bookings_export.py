"""A coordinator takes the bookings along as a spreadsheet."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from booking.models import Booking, Contact
from booking.reports import bookings as export
from tests.attendance.counted import reachable
from tests.booking.bookings_pages import CSV, LIST, sheet
from tests.factories import (
    create_booking,
    create_school,
    create_school_version,
    create_session,
    create_workshop,
    local,
)
from workshops.models import Session

pytestmark = pytest.mark.django_db


def test_spreadsheet_opens_as_it_should(karen):
    session = create_session(starts=local(2031, 7, 3, 9), workshop=create_workshop(title="Æbler"))
    Session.objects.filter(pk=session.pk).update(room="Lokale 2")
    booking = create_booking(
        session=session,
        label="7.B",
        seats=24,
        adults=2,
        school=create_school(number="123456", name="Valby Skole"),
    )
    reachable(booking, name="Jens Holm", mobile="20112233", email="jens@example.org")
    Booking.objects.update(created_at=local(2031, 1, 2, 0, 30))

    answer = karen.get(CSV)
    raw = b"".join(answer.streaming_content)

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bookings.csv"'
    assert raw.startswith(b"\xef\xbb\xbfReference;State;Workshop;Date;")
    assert raw.endswith(b"\r\n")
    assert sheet(karen.get(CSV))[1] == [
        booking.reference,
        "confirmed",
        "Æbler",
        "03-07-2031",
        "09:00",
        "10:30",
        "Lokale 2",
        "Valby Skole",
        "123456",
        "7.B",
        "24",
        "2",
        "Jens Holm",
        "jens@example.org",
        "20 11 22 33",
        "02-01-2031",
    ]


def test_headings_are_in_the_readers_language(karen):
    karen.cookies["django_language"] = "da"
    karen.defaults["HTTP_ACCEPT_LANGUAGE"] = "da"

    with translation.override("da"):
        danish = [str(heading) for heading in export.HEADINGS]

    assert sheet(karen.get(CSV))[0] == danish
    assert danish[3] == "Dato"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_becomes_a_formula(karen, sign):
    evil = f"{sign}HYPERLINK(1)"
    booking = create_booking(
        session=create_session(workshop=create_workshop(title=evil)),
        school=create_school(name=evil),
        label=evil,
    )
    Session.objects.update(room=evil)
    Contact.objects.filter(booking=booking).update(name=evil, email=evil, mobile=evil)

    row = sheet(karen.get(CSV))[1]

    assert row.count(f"'{evil}") == 7
    assert not any(cell.startswith(sign) for cell in row)


def test_joined_classes_are_one_line(karen):
    booking = create_booking(label="7.A", seats=20, adults=1)
    party = booking.parties.get()
    party.pk, party.label, party.folded_label, party.adults = None, "7.B", "7b", 2
    party.save()

    row = sheet(karen.get(CSV))[1]

    assert (row[9], row[11]) == ("7.A, 7.B", "3")
    assert row[8] == party.school.number


def test_school_is_called_what_it_was_on_the_day(karen):
    school = create_school(name="Gamle Skole")
    create_school_version(school=school, valid_from=datetime.date(2031, 3, 4), name="Nye Skole")
    for day in (3, 4):
        create_booking(session=create_session(starts=local(2031, 3, day)), school=school, label="1")

    assert [row[7] for row in sheet(karen.get(CSV))[1:]] == ["Gamle Skole", "Nye Skole"]


def test_deleted_contact_leaves_blank_cells(karen):
    create_booking(contact=False)

    assert sheet(karen.get(CSV))[1][12:15] == ["", "", ""]


@pytest.mark.parametrize("number", [1, 30])
def test_spreadsheet_costs_the_same_with_1_and_30(karen, number, django_assert_num_queries):
    for _number in range(number):
        create_booking()
    karen.get(LIST)

    with django_assert_num_queries(CSV_QUERIES):
        rows = sheet(karen.get(CSV))

    assert len(rows) == number + 1


CSV_QUERIES = 6


def test_every_chunk_is_written(karen, monkeypatch):
    monkeypatch.setattr(export, "A_CHUNK", 2)
    bookings = {create_booking().reference for _number in range(5)}

    chunks = list(karen.get(CSV).streaming_content)

    assert len(chunks) == 4
    assert {row[0] for row in sheet(karen.get(CSV))[1:]} == bookings
