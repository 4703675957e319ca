"""Bookings as a spreadsheet reads them: one row each, few columns, no query for each row."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Party
from booking.models.booking import BookingQuerySet
from booking.reports import schools
from booking.states import BookingState
from workshops import places, spreadsheets, telephones
from workshops.histories import Histories
from workshops.models import Session

A_CHUNK: Final = 500

HEADINGS: tuple[Promise, ...] = (
    _("Reference"),
    _("State"),
    _("Workshop"),
    _("Date"),
    _("Starts"),
    _("Ends"),
    _("Place"),
    _("School"),
    _("Institution number"),
    _("Classes"),
    _("Seats"),
    _("Adults with them"),
    _("Contact"),
    _("E-mail"),
    _("Mobile"),
    _("Booked on"),
)
_SESSION = ("pk", "workshop__title", "starts", "ends", "venue__name", "school", "room")
_BOOKING = (
    "pk",
    "session",
    "reference",
    "state",
    "seats",
    "booked_on",
    "contact__name",
    "contact__email",
    "contact__mobile",
    "parties__school",
    "parties__label",
    "parties__adults",
)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Hands back what csv would write to a file."""

    def write(self, text: str) -> str:
        return text


@dataclass(frozen=True, slots=True)
class _Occasion:
    """What every booking of one session repeats, written once."""

    day: datetime.date
    cells: tuple[str, ...]


def lines(found: BookingQuerySet) -> Iterator[str]:
    """Write the bookings as CSV with semicolons, some hundred lines at a time. Three queries."""
    writer = csv.writer(_Writer(), spreadsheets.Danish)
    yield spreadsheets.BOM + str(writer.writerow([str(heading) for heading in HEADINGS]))
    written: list[str] = []
    for row in rows(found):
        written.append(str(writer.writerow(row)))
        if len(written) == A_CHUNK:
            yield "".join(written)
            written.clear()
    yield "".join(written)


def rows(found: BookingQuerySet) -> Iterator[list[str | int]]:
    """Return the cells of each booking, in the order of the sessions. Three queries."""
    zone = timezone.get_default_timezone()
    names = schools.entries_of(Party.objects.filter(school__isnull=False).values("school"))
    occasions = _occasions(found, names, zone)
    states = {state.value: str(state.label) for state in BookingState}
    dated = found.annotate(booked_on=TruncDate("created_at", tzinfo=zone))
    ordered = dated.order_by("session__starts", "pk", "parties__pk")
    cells = ordered.values_list(*_BOOKING).iterator(chunk_size=2000)
    for _pk, group in groupby(cells, key=itemgetter(0)):
        parties = list(group)
        occasion = occasions.get(parties[0][1])
        if occasion:  # a session that was first booked since is left for the next time
            yield _cells(parties, occasion, names, states)


def _occasions(
    found: BookingQuerySet, names: Histories[schools.Entry], zone: datetime.tzinfo
) -> dict[int, _Occasion]:
    sessions = Session.objects.filter(pk__in=found.order_by().values("session"))
    occasions = {}
    for pk, title, starts, ends, venue, school, room in sessions.values_list(*_SESSION):
        first, last = starts.astimezone(zone), ends.astimezone(zone)
        day = first.date()
        place = places.joined(venue or schools.name_on(names, school, day), room)
        cells = (
            spreadsheets.safe(title),
            _day(day),
            _clock(first),
            _clock(last),
            spreadsheets.safe(place),
        )
        occasions[pk] = _Occasion(day, cells)
    return occasions


def _cells(
    parties: list[tuple[Any, ...]],
    occasion: _Occasion,
    names: Histories[schools.Entry],
    states: dict[str, str],
) -> list[str | int]:
    """Return the cells of one booking from one row for each of its parties."""
    _pk, _session, reference, state, seats, booked_on, name, email, mobile = parties[0][:9]
    coming = {row[9]: names.on(row[9], occasion.day) for row in parties if row[9]}
    entries = [entry for entry in coming.values() if entry]
    adults = [row[11] for row in parties if row[11] is not None]
    return [
        reference,
        states[state],
        *occasion.cells,
        spreadsheets.safe(", ".join(entry.name for entry in entries)),
        ", ".join(entry.number for entry in entries),
        spreadsheets.safe(", ".join(row[10] for row in parties if row[10])),
        seats,
        sum(adults) if adults else "",
        spreadsheets.safe(name or ""),
        spreadsheets.safe(email or ""),
        spreadsheets.safe(telephones.shown(mobile or "")),
        _day(booked_on),
    ]


def _day(day: datetime.date) -> str:
    return f"{day.day:02}-{day.month:02}-{day.year}"


def _clock(moment: datetime.datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"
