"""A calendar file that every client reads alike."""

from __future__ import annotations

import dataclasses
import datetime
from zoneinfo import ZoneInfo

import icalendar
import pytest

from notifications import ics
from notifications.ics import Appointment

UTC = datetime.UTC
ZONE = ZoneInfo("Europe/Copenhagen")
STAMP = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ONE = Appointment(
    uid="b-abc@fremmoede",
    summary="Demokrati og uenighed",
    starts=datetime.datetime(2026, 7, 1, 9, 0, tzinfo=ZONE),
    ends=datetime.datetime(2026, 7, 1, 10, 30, tzinfo=ZONE),
    stamp=STAMP,
)


def event(appointment):
    return icalendar.Calendar.from_ical(ics.render(appointment)).walk("VEVENT")[0]


def lines(appointment):
    return ics.render(appointment).decode().replace("\r\n ", "").split("\r\n")


def test_file_has_what_the_standard_wants():
    found = lines(ONE)

    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-2:] == ["END:VCALENDAR", ""]
    for line in (
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "UID:b-abc@fremmoede",
        "DTSTAMP:20260302T090000Z",
        "LAST-MODIFIED:20260302T090000Z",
        "DTSTART;TZID=Europe/Copenhagen:20260701T090000",
        "DTEND;TZID=Europe/Copenhagen:20260701T103000",
        "SEQUENCE:0",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
    ):
        assert line in found
    assert not [line for line in found if line.startswith(("METHOD", "ORGANIZER", "ATTENDEE"))]


def test_same_appointment_is_the_same_bytes():
    assert ics.render(ONE) == ics.render(dataclasses.replace(ONE))


def test_time_zone_is_by_rules_and_never_by_lists_of_dates():
    found = "\n".join(lines(ONE))

    assert found.count("BEGIN:VTIMEZONE") == 1
    assert found.count("RRULE:FREQ=YEARLY;") == 2
    assert "BYDAY=-1SU" in found
    assert "RDATE" not in found
    assert "COMMENT" not in found


@pytest.mark.parametrize("year", range(2026, 2038))
def test_rules_agree_with_the_zone_of_this_machine(year):
    """Fails by itself when summer time is abolished and the machine knows."""
    zone = icalendar.Component.from_ical(ics.VTIMEZONE).to_tz()
    begin = datetime.datetime(year, 1, 1, tzinfo=UTC)

    differing = [
        moment
        for moment in (begin + datetime.timedelta(hours=6 * step) for step in range(366 * 4))
        if moment.astimezone(ZONE).replace(tzinfo=None)
        != moment.astimezone(ZONE).replace(tzinfo=zone).replace(tzinfo=None)
        or moment.astimezone(ZONE).replace(tzinfo=zone).utcoffset()
        != moment.astimezone(ZONE).utcoffset()
    ]

    assert differing == []


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ((2026, 3, 27, 9), "08:00"),
        ((2026, 3, 30, 9), "07:00"),
        ((2026, 10, 23, 9), "07:00"),
        ((2026, 10, 26, 9), "08:00"),
    ],
)
def test_instants_are_right_on_both_sides_of_a_change_of_clocks(local, utc):
    starts = datetime.datetime(*local, tzinfo=ZONE)
    one = dataclasses.replace(ONE, starts=starts, ends=starts + datetime.timedelta(hours=1))

    found = event(one).start.astimezone(UTC)

    assert f"{found:%H:%M}" == utc


def test_hour_that_comes_twice_is_written_in_utc():
    starts = datetime.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2.30 for the first time
    one = dataclasses.replace(ONE, starts=starts, ends=starts + datetime.timedelta(hours=1))

    assert "DTSTART:20261025T003000Z" in lines(one)
    assert "DTEND:20261025T013000Z" in lines(one)


def test_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        ics.render(dataclasses.replace(ONE, starts=datetime.datetime(2026, 7, 1, 9, 0)))


def test_state_is_shown():
    assert "STATUS:TENTATIVE" in lines(dataclasses.replace(ONE, is_confirmed=False))
    over = lines(dataclasses.replace(ONE, is_cancelled=True, sequence=3))
    assert {"STATUS:CANCELLED", "TRANSP:TRANSPARENT", "SEQUENCE:3"} <= set(over)


def test_texts_come_back_as_they_were_and_inject_nothing():
    text = 'æøå 🎉; a, b \\ "c"\nsecond\r\nX-INJECT:1\x00\x07'
    one = dataclasses.replace(ONE, summary=text, location=text, description=text)

    rendered = ics.render(one)
    found = event(one)

    clean = text.replace("\x00", "").replace("\x07", "").replace("\r", "")
    assert not [line for line in lines(one) if line.startswith("X-INJECT")]
    assert str(found["SUMMARY"]) == str(found["LOCATION"]) == clean
    assert all(len(line) <= 75 for line in rendered.split(b"\r\n"))
    assert b"\x00" not in rendered
    rendered.decode("utf-8")
