"""Bookings as a spreadsheet reads them: one row each, few columns, no query for each row."""

import csv
import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Party
from booking.models.booking import BookingQuerySet
from booking.reports import schools
from booking.states import BookingState

BOM: Final = "\ufeff"  # tells the spreadsheet that it is UTF-8
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")
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
_COLUMNS = (
    "pk",
    "reference",
    "state",
    "session__workshop__title",
    "session__starts",
    "session__ends",
    "session__venue__name",
    "session__school",
    "session__room",
    "seats",
    "created_at",
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


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def lines(found: BookingQuerySet) -> Iterator[str]:
    """Write the bookings as CSV with semicolons, some hundred lines at a time. Two queries."""
    writer = csv.writer(_Writer(), delimiter=";", lineterminator="\r\n")
    yield BOM + str(writer.writerow([str(heading) for heading in HEADINGS]))
    written: list[str] = []
    for row in rows(found):
        written.append(str(writer.writerow(row)))
        if len(written) == A_CHUNK:
            yield "".join(written)
            written.clear()
    yield "".join(written)


def rows(found: BookingQuerySet) -> Iterator[list[str | int]]:
    """Return the cells of each booking, in the order of the sessions. Two queries."""
    ordered = found.order_by("session__starts", "pk", "parties__pk")
    wanted = Party.objects.filter(school__isnull=False).values("school")
    names = schools.entries_of(wanted)
    states = {state.value: str(state.label) for state in BookingState}
    zone = timezone.get_default_timezone()
    for _pk, group in groupby(
        ordered.values_list(*_COLUMNS).iterator(chunk_size=2000), key=itemgetter(0)
    ):
        yield _cells(list(group), names, states, zone)


def _cells(
    parties: list[tuple[Any, ...]],
    names: schools.Schools,
    states: dict[str, str],
    zone: datetime.tzinfo,
) -> list[str | int]:
    """Return the cells of one booking from one row for each of its parties."""
    (_pk, reference, state, workshop, starts, ends, venue, host, room, seats, created) = parties[0][
        :11
    ]
    starts, ends = starts.astimezone(zone), ends.astimezone(zone)
    day = starts.date()
    coming = {school: names.on(school, day) for *_rest, school, _label, _adults in parties}
    entries = [entry for entry in coming.values() if entry]
    classes = [label for *_rest, label, _adults in parties if label]
    adults = [number for *_rest, number in parties if number is not None]
    place = ", ".join(part for part in (venue or names.name(host, day), room) if part)
    contact = [safe(text or "") for text in parties[0][11:14]]
    return [
        reference,
        states[state],
        safe(workshop),
        _day(day),
        _clock(starts),
        _clock(ends),
        safe(place),
        safe(", ".join(entry.name for entry in entries)),
        ", ".join(entry.number for entry in entries),
        safe(", ".join(classes)),
        seats,
        sum(adults) if adults else "",
        *contact,
        _day(created.astimezone(zone).date()),
    ]


def _day(day: datetime.date) -> str:
    return f"{day.day:02}-{day.month:02}-{day.year}"


def _clock(moment: datetime.datetime) -> str:
    return f"{moment.hour:02}:{moment.minute:02}"
