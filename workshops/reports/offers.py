"""What the public sees of the catalogue: workshops with their next dates and free seats."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import QuerySet
from rapidfuzz import fuzz

from workshops.folding import fold_search
from workshops.models import Audience, District, Workshop
from workshops.prepared import A_TIME, Prepared
from workshops.reports.rows import Row, local
from workshops.reports.upcoming import Upcoming, by_workshop, coming, schools_of

DATES_ON_CARD = 3
SIMILAR = 80.0  # of 100: "demokarti" finds demokrati
COLOURS = 6


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


class CatalogueTables(NamedTuple):
    """What the tables say: equal reads make equal catalogues."""

    workshops: tuple[Row, ...]
    sessions: tuple[Row, ...]
    schools: tuple[Row, ...]
    district: tuple[Row, ...]


def read(wanted: Wanted, *, now: datetime.datetime) -> CatalogueTables:
    """Read what the catalogue is made of; long texts only when somebody searches.

    Two queries, and one or two more where a session is held at a certain school, or the chosen
    district has no session.
    """
    workshops = tuple((_WORKSHOPS_WITH_TEXT if wanted.text else _WORKSHOPS).rows())
    sessions = tuple(SESSIONS.rows(now=now))
    return CatalogueTables(workshops, sessions, schools_of(sessions), _chosen(wanted, sessions))


def found_in(tables: CatalogueTables, wanted: Wanted) -> Catalogue:
    """Find what fits; texts are compared here, alike on every database. No query."""
    rows, dates = tables.workshops, by_workshop(tables.sessions, tables.schools)
    found = (_offer(row, dates[row.pk], wanted) for row in rows if _takes(wanted, row))
    offers = [offer for offer in found if offer.dates or not wanted.asks_for_dates]
    return Catalogue(
        offers=tuple(sorted(offers, key=_order)),
        choices=_choices(rows, dates.values(), tables.district),
    )


def _chosen(wanted: Wanted, sessions: tuple[Row, ...]) -> tuple[Row, ...]:
    """Read what the chosen district is called, when no session lies in it."""
    if wanted.district is None or wanted.district in {
        row.venue__district__number for row in sessions
    }:
        return ()
    chosen = District.objects.filter(number=wanted.district)
    return tuple(chosen.values_list("number", "name"))


# --- workshops ---------------------------------------------------------------------------------


def _published(*more: str) -> QuerySet[Workshop, Row]:
    """Columns of a card, in the order of `_COLUMNS`, and *more*."""
    return Workshop.objects.published().values_list(*_COLUMNS, *more, named=True)


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
SESSIONS = Prepared(
    lambda now: coming(now).filter(workshop__state=Workshop.State.PUBLISHED), now=A_TIME
)


def _takes(wanted: Wanted, row: Row) -> bool:
    if wanted.audience and row.audience != wanted.audience:
        return False
    if wanted.grade is not None and not _has_grade(wanted.grade, row):
        return False
    if wanted.topics and row.topic__slug not in wanted.topics:
        return False
    return not wanted.text or _is_about(wanted.text, row)


def _has_grade(grade: int, row: Row) -> bool:
    first, last = row.grade_from, row.grade_to
    if row.audience != Audience.PUPILS:
        return False
    return (first is None or first <= grade) and (last is None or grade <= last)


def _is_about(text: str, row: Row) -> bool:
    """Say whether every word of *text* is there, whatever its case and accents, or nearly so."""
    names = ("title", "title_en", "summary", "summary_en", "description", "description_en")
    there = " ".join(getattr(row, name) for name in names) + f" {row.topic__title or ''}"
    folded = fold_search(there)
    return all(
        word in folded or any(_is_like(word, other) for other in folded.split())
        for word in fold_search(text).split()
    )


def _is_like(word: str, other: str) -> bool:
    """Forgive a slip in words long enough to be known by the rest."""
    return len(word) > 4 and fuzz.ratio(word, other) >= SIMILAR


def _offer(row: Row, dates: list[Upcoming], wanted: Wanted) -> Offer:
    fitting = [date for date in dates if wanted.takes_session(date)]
    # Dates with room come before full ones, since a card has place for three.
    shown = sorted(fitting, key=lambda date: date.is_full)[:DATES_ON_CARD]
    return Offer(
        slug=row.slug,
        title=local(row, "title"),
        summary=local(row, "summary"),
        audience=row.audience,
        topic=(row.topic__slug, local(row, "topic__title")) if row.topic_id else None,
        colour=(row.topic_id or 0) % COLOURS,
        grades=(row.grade_from, row.grade_to),
        minutes=row.minutes,
        dates=tuple(sorted(shown, key=lambda date: date.starts)),
        more=len(fitting) - len(shown),
    )


def _order(offer: Offer) -> tuple[int, float, str]:
    """Soonest free date first; then what is full; then what has no date."""
    free = [date.starts.timestamp() for date in offer.dates if not date.is_full]
    if free:
        return 0, min(free), offer.title
    return (1 if offer.dates else 2), 0.0, offer.title


def _choices(
    rows: Iterable[Row], dates: Iterable[list[Upcoming]], chosen: tuple[Row, ...]
) -> Choices:
    topics = {(row.topic__slug, local(row, "topic__title")) for row in rows if row.topic_id}
    districts = {date.district for some in dates for date in some if date.district}
    districts |= {(number, name) for number, name in chosen}
    return Choices(
        topics=tuple(sorted(topics, key=lambda topic: topic[1])), districts=tuple(sorted(districts))
    )
