"""What the public sees of the catalogue: workshops with their next dates and free seats."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language
from rapidfuzz import fuzz

from workshops.folding import fold_search
from workshops.histories import Histories
from workshops.models import Audience, District, SchoolVersion, Session, Workshop
from workshops.prepared import A_KEY, A_TIME, Prepared

DATES_ON_CARD = 3
ALTERNATIVES = 2
SIMILAR = 80.0  # of 100: "demokarti" finds demokrati
COLOURS = 6
Row = tuple[Any, ...]
# Seats of one form, as the booking behind it allows; a test holds them together.
AT_ONCE = {Audience.PARENTS: 50, Audience.PROFESSIONALS: 10}


class Upcoming(NamedTuple):
    """A session that can still be booked, or could if it were not full."""

    reference: str
    starts: datetime.datetime
    ends: datetime.datetime
    seats_free: int
    language: str
    audience: str
    venue: str
    room: str
    district: tuple[int, str] | None
    comes_to_school: bool

    @property
    def is_full(self) -> bool:
        """Nobody can book; the card says so and stays."""
        return self.seats_free <= 0

    @property
    def seats_at_once(self) -> int:
        """How many seats one form can take."""
        return min(self.seats_free, AT_ONCE.get(Audience(self.audience), self.seats_free))


class Offer(NamedTuple):
    """A workshop as its card shows it."""

    slug: str
    title: str
    summary: str
    audience: str
    topic: tuple[str, str] | None
    colour: int
    grades: tuple[int | None, int | None]
    minutes: int | None
    dates: tuple[Upcoming, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; nothing set finds everything."""

    text: str = ""
    audience: str = ""
    grade: int | None = None
    topics: tuple[str, ...] = ()
    district: int | None = None
    language: str = ""
    only_free: bool = False

    def __bool__(self) -> bool:
        return self != Wanted()

    def takes_session(self, session: Upcoming) -> bool:
        """Say whether a date fits; what comes to the school fits every district."""
        if self.only_free and session.is_full:
            return False
        if self.language and session.language != self.language:
            return False
        if self.district is None or session.comes_to_school:
            return True
        return session.district is not None and session.district[0] == self.district

    @property
    def asks_for_dates(self) -> bool:
        """A workshop without a fitting date is left out."""
        return self.only_free or bool(self.language) or self.district is not None


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    topics: tuple[tuple[str, str], ...] = ()
    districts: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The page: its cards, and what its filters offer."""

    offers: tuple[Offer, ...] = ()
    choices: Choices = field(default_factory=Choices)


class Read(NamedTuple):
    """What the tables say: equal reads make equal catalogues."""

    workshops: tuple[Row, ...]
    sessions: tuple[Row, ...]


def read(wanted: Wanted, *, now: datetime.datetime) -> Read:
    """Read what the catalogue is made of. Two queries; long texts only when somebody searches."""
    workshops = _WORKSHOPS_WITH_TEXT if wanted.text else _WORKSHOPS
    return Read(tuple(workshops.rows()), tuple(SESSIONS.rows(now=now)))


def found_in(tables: Read, wanted: Wanted) -> Catalogue:
    """Find what fits; texts are compared here, alike on every database. No query, or one or two
    where a session is held at a certain school, or the chosen district has no session.
    """
    columns = (*_COLUMNS, *_LONG_TEXTS)
    rows = [dict(zip(columns, row, strict=False)) for row in tables.workshops]
    dates = _by_workshop(tables.sessions)
    found = (_offer(row, dates[row["pk"]], wanted) for row in rows if _takes(wanted, row))
    offers = [offer for offer in found if offer.dates or not wanted.asks_for_dates]
    return Catalogue(
        offers=tuple(sorted(offers, key=_order)),
        choices=_choices(rows, dates.values(), wanted),
    )


def coming(now: datetime.datetime) -> QuerySet[Session, Row]:
    """Coming sessions, in their order, as rows of `Upcoming` with their workshop's key.

    Seats of expired holds are free: a hold that nobody has cleared away blocks nobody.
    """
    expired = Session.objects.filter(holds__expires_at__lte=now).order_by().values("pk")
    seats = expired.filter(pk=OuterRef("pk")).annotate(seats=Sum("holds__seats")).values("seats")
    # Few sessions have an expired hold: which, is asked once; how many seats, of those alone.
    given_back = Case(When(pk__in=expired, then=Subquery(seats)), default=0)
    return (
        Session.objects.bookable(now)
        .annotate(free=F("capacity") - F("seats_taken") + given_back)
        .order_by("starts", "pk")
        .values_list(
            "workshop_id",
            "reference",
            Cast("starts", CharField()),
            Cast("ends", CharField()),
            "free",
            "language",
            "audience",
            "venue__name",
            "room",
            "venue__district__number",
            "venue__district__name",
            "school_id",
        )
    )


# Times are read as text: most of them are looked at by nobody.
SESSIONS = Prepared(
    lambda now: coming(now).filter(workshop__state=Workshop.State.PUBLISHED), now=A_TIME
)
_OF_ONE = Prepared(lambda now, key: coming(now).filter(workshop=key), now=A_TIME, key=A_KEY)


def _by_workshop(rows: Sequence[Row]) -> dict[int, list[Upcoming]]:
    schools = _school_names({row[11] for row in rows if row[11]})
    dates: dict[int, list[Upcoming]] = defaultdict(list)
    for row in rows:
        pk, reference, starts, ends, free, language, audience, venue, room, number, name, at = row
        begins = _instant(starts)
        school = at and schools.on(at, timezone.localdate(begins))
        dates[pk].append(
            Upcoming(
                reference=reference,
                starts=begins,
                ends=_instant(ends),
                seats_free=free,
                language=language,
                audience=audience,
                venue=venue or school or "",
                room=room,
                district=(number, name) if number is not None else None,
                comes_to_school=not venue and not at and audience == Audience.PUPILS,
            )
        )
    return dates


def _instant(text: str) -> datetime.datetime:
    """Read a time as either database writes it: PostgreSQL with its zone, SQLite without; UTC."""
    instant = datetime.datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=datetime.UTC)


def _school_names(keys: set[int]) -> Histories[str]:
    """Read what schools are called. One query, only when a session is held at a certain school."""
    if not keys:
        return Histories()
    versions = SchoolVersion.objects.filter(school__in=keys)
    return Histories(versions.values_list("school_id", "valid_from", "name"))


# --- workshops ---------------------------------------------------------------------------------


def _published(*more: str) -> QuerySet[Workshop, Row]:
    """Columns of a card, in the order of `_COLUMNS`, and *more*."""
    return Workshop.objects.published().values_list(*_COLUMNS, *more)


_COLUMNS = (
    "pk",
    "slug",
    "title",
    "title_en",
    "summary",
    "summary_en",
    "audience",
    "topic_id",
    "topic__slug",
    "topic__title",
    "topic__title_en",
    "grade_from",
    "grade_to",
    "minutes",
)
_LONG_TEXTS = ("description", "description_en")
_WORKSHOPS = Prepared(_published)
_WORKSHOPS_WITH_TEXT = Prepared(lambda: _published(*_LONG_TEXTS))


def _takes(wanted: Wanted, row: dict[str, Any]) -> bool:
    if wanted.audience and row["audience"] != wanted.audience:
        return False
    if wanted.grade is not None and not _has_grade(wanted.grade, row):
        return False
    if wanted.topics and row["topic__slug"] not in wanted.topics:
        return False
    return not wanted.text or _is_about(wanted.text, row)


def _has_grade(grade: int, row: dict[str, Any]) -> bool:
    first, last = row["grade_from"], row["grade_to"]
    if row["audience"] != Audience.PUPILS:
        return False
    return (first is None or first <= grade) and (last is None or grade <= last)


def _is_about(text: str, row: dict[str, Any]) -> bool:
    """Say whether every word of *text* is there, whatever its case and accents, or nearly so."""
    names = ("title", "title_en", "summary", "summary_en", "description", "description_en")
    there = " ".join(row[name] for name in names) + f" {row['topic__title'] or ''}"
    folded = _folded(there)
    return all(
        word in folded or any(_is_like(word, other) for other in folded.split())
        for word in fold_search(text).split()
    )


def _is_like(word: str, other: str) -> bool:
    """Forgive a slip in words long enough to be known by the rest."""
    return len(word) > 4 and fuzz.ratio(word, other) >= SIMILAR


_folded = lru_cache(maxsize=512)(fold_search)


def _offer(row: dict[str, Any], dates: list[Upcoming], wanted: Wanted) -> Offer:
    fitting = [date for date in dates if wanted.takes_session(date)]
    # Dates with room come before full ones, since a card has place for three.
    shown = sorted(fitting, key=lambda date: date.is_full)[:DATES_ON_CARD]
    return Offer(
        slug=row["slug"],
        title=_local(row, "title"),
        summary=_local(row, "summary"),
        audience=row["audience"],
        topic=(row["topic__slug"], _local(row, "topic__title")) if row["topic_id"] else None,
        colour=(row["topic_id"] or 0) % COLOURS,
        grades=(row["grade_from"], row["grade_to"]),
        minutes=row["minutes"],
        dates=tuple(sorted(shown, key=lambda date: date.starts)),
        more=len(fitting) - len(shown),
    )


def _local(row: dict[str, Any], name: str) -> str:
    """Return a text in the active language, as Workshop.local_title does."""
    other = row[f"{name}_en"] if get_language() == "en" else ""
    return str(other or row[name])


def _order(offer: Offer) -> tuple[int, float, str]:
    """Soonest free date first; then what is full; then what has no date."""
    free = [date.starts.timestamp() for date in offer.dates if not date.is_full]
    if free:
        return 0, min(free), offer.title
    return (1 if offer.dates else 2), 0.0, offer.title


def _choices(
    rows: list[dict[str, Any]], dates: Iterable[list[Upcoming]], wanted: Wanted
) -> Choices:
    topics = {(row["topic__slug"], _local(row, "topic__title")) for row in rows if row["topic_id"]}
    districts = {date.district for some in dates for date in some if date.district}
    if wanted.district is not None and wanted.district not in {number for number, _ in districts}:
        chosen = District.objects.filter(number=wanted.district)
        districts |= set(chosen.values_list("number", "name"))
    return Choices(
        topics=tuple(sorted(topics, key=lambda topic: topic[1])), districts=tuple(sorted(districts))
    )


# --- one workshop ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Date:
    """A session on the workshop's page; a full one names the nearest that are not."""

    session: Upcoming
    nearest: tuple[Upcoming, ...] = ()


def dates_of(workshop: Workshop, *, now: datetime.datetime) -> list[Date]:
    """Return the coming sessions of *workshop*, in their order. One query."""
    sessions = _by_workshop(_OF_ONE.rows(now=now, key=workshop.pk))[workshop.pk]
    free = [session for session in sessions if not session.is_full]
    return [
        Date(session, tuple(_nearest(session, free)) if session.is_full else ())
        for session in sessions
    ]


def _nearest(full: Upcoming, free: list[Upcoming]) -> Iterator[Upcoming]:
    closest = sorted(free, key=lambda other: abs(other.starts - full.starts))[:ALTERNATIVES]
    yield from sorted(closest, key=lambda other: other.starts)
