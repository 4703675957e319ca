"""One appointment as an iCalendar file: RFC 5545, with a time zone that every client reads."""

import datetime
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, vText

# Not icalendar's own: its lists of RDATE put summer one hour wrong in several clients.
# Valid for 1997 and later.
VTIMEZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Copenhagen
X-LIC-LOCATION:Europe/Copenhagen
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
PRODUCT = "-//Fremmoede//Booking//DA"
ZONE = ZoneInfo("Europe/Copenhagen")  # whose rules stand above
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a calendar shows. Others see it: nothing secret, nobody's name.

    `stamp` is when what it says was last changed, never the time of rendering, so that the same
    appointment is the same bytes.
    """

    uid: str
    summary: str
    starts: datetime.datetime
    ends: datetime.datetime
    stamp: datetime.datetime
    location: str = ""
    description: str = ""
    sequence: int = 0
    is_confirmed: bool = True
    is_cancelled: bool = False


def render(appointment: Appointment) -> bytes:
    """Return the file. Refuses times without a zone: clients would each guess another one."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(Component.from_ical(VTIMEZONE))
    calendar.add_component(_event(appointment))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    for name in ("dtstamp", "last-modified"):
        event.add(name, _aware(appointment.stamp).astimezone(datetime.UTC))
    event.add("dtstart", _local(appointment.starts))
    event.add("dtend", _local(appointment.ends))
    event.add("summary", _text(appointment.summary))
    for name, value in (
        ("location", appointment.location),
        ("description", appointment.description),
    ):
        if value:
            event.add(name, _text(value))
    event.add("status", _status(appointment))
    event.add("transp", "TRANSPARENT" if appointment.is_cancelled else "OPAQUE")
    return event


def _status(appointment: Appointment) -> str:
    if appointment.is_cancelled:
        return "CANCELLED"
    return "CONFIRMED" if appointment.is_confirmed else "TENTATIVE"


def _local(moment: datetime.datetime) -> datetime.datetime:
    """Return the time by the town's clock; in the hour that comes twice in autumn, in UTC."""
    there = _aware(moment).astimezone(ZONE)
    if there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset():
        return there.astimezone(datetime.UTC)
    return there


def _aware(moment: datetime.datetime) -> datetime.datetime:
    if moment.tzinfo is None:
        message = "An appointment needs times with a zone."
        raise ValueError(message)
    return moment


def _text(value: str) -> vText:
    """Leave out what no calendar can show: icalendar lets control characters through."""
    return vText(_CONTROL.sub("", value))
