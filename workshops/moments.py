"""How days and times are written to people: with weekday, never by am and pm."""

import datetime
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

# Django's date formats, by language: long, and short for lists.
_LONG = {"da": r"l \d\e\n j. F Y", "en": "l j F Y"}
_SHORT = {"da": "D j. N", "en": "D j M"}
_SHORT_WITH_YEAR = {"da": "D j. N Y", "en": "D j M Y"}
_WEEKDAY_DOT = {"da": ". ", "en": " "}  # "ons. 2. dec." but "Wed 2 Dec"


def local(moment: datetime.datetime) -> datetime.datetime:
    """Return *moment* by the clock of the town."""
    return timezone.localtime(moment, timezone.get_default_timezone())


def day(date: datetime.date, *, short: bool = False, today: datetime.date | None = None) -> str:
    """Write a day: "onsdag den 2. december 2026", short "ons. 2. dec.".

    The short form leaves the year out when *today* lies in it.
    """
    same_year = today is not None and today.year == date.year
    return _day(date, (short, same_year), _language())


def clock(moment: datetime.datetime) -> str:
    """Write a time of day: "kl. 13.45", in English "13:45"."""
    return f"kl. {_time(moment)}" if _language() == "da" else _time(moment)


def moment(at: datetime.datetime, *, short: bool = False) -> str:
    """Write a day with its time: "onsdag den 2. december 2026 kl. 9.00"."""
    return f"{day(local(at).date(), short=short)}{_join()}{_time(at)}"


def span(
    starts: datetime.datetime,
    ends: datetime.datetime,
    *,
    short: bool = False,
    today: datetime.date | None = None,
) -> str:
    """Write from when to when: "onsdag den 2. december 2026 kl. 9.00-11.30" (with an en dash)."""
    first, last = local(starts), local(ends)
    join = _join()
    written = f"{day(first.date(), short=short, today=today)}{join}{_time(first)}"
    if first.date() == last.date():
        return f"{written}–{_time(last)}"
    return f"{written} – {day(last.date(), short=short, today=today)}{join}{_time(last)}"


def _join() -> str:
    return " kl. " if _language() == "da" else ", "


def _time(moment: datetime.datetime) -> str:
    there = local(moment)
    return f"{there.hour}{'.' if _language() == 'da' else ':'}{there.minute:02}"


def _language() -> str:
    return "en" if get_language() == "en" else "da"


@lru_cache(maxsize=4096)
def _day(date: datetime.date, form: tuple[bool, bool], language: str) -> str:
    """Format once and remember: lists write the same few days over and over."""
    short, same_year = form
    if not short:
        return date_format(date, _LONG[language])
    written = date_format(date, (_SHORT if same_year else _SHORT_WITH_YEAR)[language])
    weekday, rest = written.split(" ", 1)
    return f"{weekday}{_WEEKDAY_DOT[language]}{rest}"
