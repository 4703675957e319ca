"""How figures and targets are said in words; numbers as the reader's language writes them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.measures.kinds import Spec
from goals.measures.visits import OUTSIDE, UNALLOCATED
from workshops import moments
from workshops.models import Audience

Printed = Mapping[str, Any]


def number(value: int) -> str:
    """Return a whole number with the thousands separator of the language."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


def target(low: int | None, high: int | None) -> str:
    """Return a target in words, blank where there is none."""
    if low is None and high is None:
        return ""
    if high is None:
        return _("at least %(low)s") % {"low": number(low or 0)}
    if low is None:
        return _("at most %(high)s") % {"high": number(high)}
    return _("%(low)s-%(high)s") % {"low": number(low), "high": number(high)}


def verdict(value: str | None) -> str:
    """Return a verdict on a goal in words."""
    words = {"met": _("Met"), "partly": _("Partly met"), "not_met": _("Not met")}
    return words.get(value or "", _("To be decided by a manager"))


def is_met(printed: Printed) -> bool | None:
    """Return whether a figure reaches its target or is done; None where it has none."""
    met: bool | None = printed.get("met", printed.get("done"))
    return met


def status(printed: Printed) -> str:
    """Return how a figure stands to its target, blank where it has none."""
    if printed.get("done") is not None:
        return _("Done") if printed["done"] else _("Not done")
    if printed.get("met") is None:
        return ""
    if not printed["met"]:
        return _("Not met")
    return _("Met, above the range") if printed.get("over") else _("Met")


def figure(spec: Spec, printed: Printed) -> str:
    """Return a figure in words."""
    return _WORDS[spec.kind](spec, printed)


def who(spec: Spec) -> str:
    """Return whom a measure counts, for example "pupils (folkeskole)"."""
    people = str(Audience(spec.audience).label) if spec.audience else _("participants")
    return f"{people} ({spec.category})" if spec.category else people


def _participations(spec: Spec, printed: Printed) -> str:
    words = ngettext(
        "%(people)s %(who)s in %(sessions)s session",
        "%(people)s %(who)s in %(sessions)s sessions",
        printed["sessions"],
    )
    sessions = number(printed["sessions"])
    return words % {"people": number(printed["value"]), "who": who(spec), "sessions": sessions}


def _sessions_held(spec: Spec, printed: Printed) -> str:
    words = ngettext(
        "%(sessions)s session held for %(who)s",
        "%(sessions)s sessions held for %(who)s",
        printed["value"],
    )
    return words % {"sessions": number(printed["value"]), "who": who(spec)}


def _survey_share(spec: Spec, printed: Printed) -> str:
    if printed["percent"] is None:
        return _("Fewer than five answers, so no share is shown")
    words = _("%(percent)d %% answered “%(answer)s” (%(numerator)s of %(denominator)s answers)")
    share = words % {
        "percent": printed["percent"],
        "answer": spec.answer,
        "numerator": number(printed["numerator"]),
        "denominator": number(printed["denominator"]),
    }
    if not printed["asked"]:
        return share
    rate = (200 * printed["denominator"] + printed["asked"]) // (2 * printed["asked"])
    answered = _("response rate %(rate)d %% of %(asked)s")
    return f"{share}; {answered % {'rate': rate, 'asked': number(printed['asked'])}}"


def _stated_count(_spec: Spec, printed: Printed) -> str:
    return _("Not stated yet") if printed["value"] is None else number(printed["value"])


def _stated_share(_spec: Spec, printed: Printed) -> str:
    if printed["started"] is None:
        return _("Not stated yet")
    words = _("Progress in %(progressed)d of %(started)d, too early to say in %(pending)d")
    return words % printed


def reason(code: str) -> str:
    """Return why a figure does not hold somebody, in words; a category is its own word."""
    words = {OUTSIDE: _("outside the municipality"), UNALLOCATED: _("not allocated")}
    return words.get(code, code)


def _milestone(_spec: Spec, printed: Printed) -> str:
    day = parse_date(printed["date"] or "")
    if day is None:
        return _("Not done yet")
    return _("Done on %(day)s") % {"day": moments.day(day)}


def _narrative(_spec: Spec, printed: Printed) -> str:
    return str(printed["text"])


_WORDS: Mapping[str, Callable[[Spec, Printed], str]] = {
    "participations": _participations,
    "sessions_held": _sessions_held,
    "survey_share": _survey_share,
    "stated_count": _stated_count,
    "stated_share": _stated_share,
    "milestone": _milestone,
    "narrative": _narrative,
}
