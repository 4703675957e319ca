"""The kinds of letters about bookings: what each tells, and how its facts become words.

Days and times are facts as ISO 8601, who comes is [class, how many, school], or people without a
class; titles and places are facts in the language of the letter.
"""

import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking import appointments
from notifications.kinds import Facts, Kind
from workshops import moments


def words(facts: Facts) -> dict[str, Any]:
    """Return what the templates of a letter about a booking say, in the active language."""
    found = {**facts, **_about(facts), "who": [_who(*line) for line in facts["who"]]}
    if "deadline" in facts:
        found["deadline"] = moments.moment(_moment(facts["deadline"]))
    if "deleted_on" in facts:
        found["deleted_on"] = moments.day(datetime.date.fromisoformat(facts["deleted_on"]))
    if "dates_page" in facts:
        found["dates"] = f"{settings.SITE_URL}{facts['dates_page']}"
    if "old_starts" in facts:
        found["old_when"] = _when(facts["old_starts"], facts["old_ends"])
    return found


def words_of_links(facts: Facts) -> dict[str, Any]:
    """Return the bookings whose links are sent, each with the mark of its link."""
    rows = [{**row, **_about(row), "mark": f"[[{row['reference']}]]"} for row in facts["bookings"]]
    return {"bookings": rows}


def _about(facts: Facts) -> dict[str, str]:
    day = moments.local(_moment(facts["starts"])).date()
    return {
        "when": _when(facts["starts"], facts["ends"]),
        "day": moments.day(day, short=True, today=timezone.localdate()),
    }


def _who(label: str, seats: int, school: str) -> str:
    return appointments.class_of(label, seats, school) if label else appointments.people(seats)


def _when(starts: str, ends: str) -> str:
    return moments.span(_moment(starts), _moment(ends))


def _moment(written: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(written)


# --- samples: a class of a school, which everybody knows ---------------------------------------

_SESSION = {
    "title": _("Agreeing to disagree"),
    "starts": "2026-12-02T08:00:00+00:00",
    "ends": "2026-12-02T10:30:00+00:00",
    "where": "Skolen ved Søen, Skolegade 1, 2300 København S",
    "reference": "K7M2QX",
    "who": [["7.B", 24, "Skolen ved Søen"]],
}
_BOOKING = {**_SESSION, "for_class": True, "deleted_on": "2027-01-01"}
_PAGE = "/workshops/agreeing-to-disagree/"


def _kind(name: str, title: Any, **more: Any) -> Kind:
    """Return the kind of a letter to the booker, which tells *more* than every one of them."""
    template = f"booking/mail/{name}.html"
    return Kind(name=name, title=title, template=template, sample=_BOOKING | more, words=words)


KINDS = (
    _kind(
        "confirmed",
        _("Booking confirmed"),
        preparation=_("Talk in the class about what you disagree on."),
        school_provides=_("A room with a projector."),
    ),
    _kind(
        "mailbox", _("Booking to be confirmed by its booker"), deadline="2026-11-02T10:00:00+00:00"
    ),
    _kind("awaiting_approval", _("Booking that awaits a coordinator")),
    _kind("waiting", _("Booking on the waiting list")),
    _kind(
        "moved",
        _("Booking moved"),
        old_starts="2026-11-25T08:00:00+00:00",
        old_ends="2026-11-25T10:30:00+00:00",
        old_where="Medborgerhuset, Torvet 2, 2300 København S",
    ),
    _kind(
        "cancelled",
        _("Booking cancelled"),
        why=_("The facilitator is ill."),
        by_organiser=True,
        dates_page=_PAGE,
    ),
    _kind(
        "declined",
        _("Booking not accepted"),
        why=_("We have no facilitator that day."),
        dates_page=_PAGE,
    ),
    _kind("expired", _("Booking lapsed"), dates_page=_PAGE),
    Kind(
        name="school",
        title=_("Word to a school of a booking in its name"),
        template="booking/mail/school.html",
        sample={**_SESSION, "school": "Skolen ved Søen", "booker": "Lone Lærer"},
        words=words,
    ),
    Kind(
        name="lost",
        title=_("Links to bookings, asked for again"),
        template="booking/mail/lost.html",
        sample={
            "bookings": [
                {name: _SESSION[name] for name in ("title", "starts", "ends", "reference")},
                {
                    "title": _("The net and me"),
                    "starts": "2026-12-09T12:00:00+00:00",
                    "ends": "2026-12-09T13:30:00+00:00",
                    "reference": "P4TR9C",
                },
            ]
        },
        words=words_of_links,
    ),
)
