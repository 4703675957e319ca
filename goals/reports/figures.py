"""One figure of a goal in words: what it is about, how far it is, and what it would take."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.measures.kinds import Spec
from goals.measures.pace import Pace, pace
from goals.models import Measure
from goals.reports import wording

_TONES = {"met": "good", "on_course": "good", "close": "short", "behind": "bad", "missed": "bad"}
_NO_PACE = frozenset({"survey_share", "stated_share", "milestone", "narrative"})


@dataclass(frozen=True)
class FigureRow:
    """One figure: in one sentence, as the report has it, and in parts, as a card has it."""

    pk: int
    code: str
    kind: str
    words: str
    judged: str
    """How it stands to its target, blank where it has none."""
    met: bool | None
    label: str
    value: str
    target: str
    detail: str
    status: str
    tone: str
    """good, short, bad, or blank where nothing is judged."""
    bar: int | None
    """What a progress bar of `bar_full` shows; None where there is no target to fill."""
    bar_full: int
    reached: str
    takes: str
    has_sessions: bool

    @property
    def is_number(self) -> bool:
        """Whether the figure is written in digits, not in words."""
        return self.value[:1].isdigit() and self.kind != "milestone"

    @property
    def pill(self) -> str:
        return {"bad": "full", "": "neutral"}.get(self.tone, self.tone)


def figure(
    measure: Measure, spec: Spec, printed: dict[str, Any], year: int, today: datetime.date
) -> FigureRow:
    """Return one figure as the page prints it, with its pace where it has one."""
    kept = _pace(spec, printed, year, today)
    tone, status = _status(printed, kept)
    percent = 100 * kept.value // kept.target if kept else 0
    return FigureRow(
        pk=measure.pk,
        code=spec.code,
        kind=spec.kind,
        words=wording.figure(spec, printed),
        judged=wording.status(printed),
        met=wording.is_met(printed),
        label=label(measure, spec),
        value=_value(spec, printed),
        target=_target(measure),
        detail=_detail(spec, printed),
        status=status,
        tone=tone,
        bar=min(kept.value, kept.target) if kept else None,
        bar_full=kept.target if kept else 0,
        reached=_("%(percent)s %% of the target") % {"percent": wording.number(percent)},
        takes=_takes(kept) if kept else "",
        has_sessions=bool(printed.get("sessions") or printed.get("denominator")),
    )


def _pace(spec: Spec, printed: dict[str, Any], year: int, today: datetime.date) -> Pace | None:
    """Return how a figure keeps up; None without a lower bound to reach."""
    if spec.kind in _NO_PACE or not spec.target_min or printed.get("value") is None:
        return None
    return pace(printed["value"], spec.target_min, year=year, day=today)


def _status(printed: dict[str, Any], kept: Pace | None) -> tuple[str, str]:
    """Return a tone and words: how a figure stands to its target or keeps up with the year."""
    if kept and kept.standing != "met":
        words = {
            "on_course": _("On course"),
            "close": _("A little behind"),
            "behind": _("Behind"),
            "missed": _("Not met"),
        }
        return _TONES[kept.standing], words[kept.standing]
    met = wording.is_met(printed)
    tone = "" if met is None else "good" if met else "short"
    return tone, wording.status(printed)


def label(measure: Measure, spec: Spec) -> str:
    """Return what a figure is about, without its number."""
    if spec.kind == "survey_share":
        names = {"question": measure.question, "answer": measure.answer}
        return _("“%(answer)s” to “%(question)s”") % names
    if spec.kind == "sessions_held":
        what = _("Sessions held for %(who)s") % {"who": wording.who(spec)}
    elif spec.kind == "participations":
        what = capfirst(wording.who(spec))
    else:
        tail = measure.code.rpartition(".")[2].replace("_", " ")
        return capfirst(tail)
    return f"{what}: {measure.workshop}" if measure.workshop else what


def _value(spec: Spec, printed: dict[str, Any]) -> str:
    """Return the figure in the fewest signs."""
    if spec.kind in {"participations", "sessions_held"}:
        return wording.number(printed["value"])
    if spec.kind == "survey_share" and printed["percent"] is not None:
        return _("%(percent)s %%") % {"percent": printed["percent"]}
    if spec.kind == "stated_share" and printed["started"] is not None:
        return _("%(progressed)s of %(started)s") % printed
    return wording.figure(spec, printed)


def _target(measure: Measure) -> str:
    words = wording.target(measure.target_min, measure.target_max)
    return _("Target: %(target)s") % {"target": words} if words else ""


def _detail(spec: Spec, printed: dict[str, Any]) -> str:
    """Return what stands below a figure: of how many sessions, answers or courses."""
    if spec.kind == "participations":
        sessions = printed["sessions"]
        words = ngettext("in %(n)s session", "in %(n)s sessions", sessions)
        return words % {"n": wording.number(sessions)}
    if spec.kind == "survey_share" and printed["denominator"]:
        words = _("%(numerator)s of %(denominator)s answers; %(asked)s were asked")
        names = ("numerator", "denominator", "asked")
        return words % {name: wording.number(printed[name]) for name in names}
    if spec.kind == "stated_share" and printed["pending"]:
        return _("Too early to say: %(pending)s") % printed
    return ""


def _takes(kept: Pace) -> str:
    """Return what it would take, with the method."""
    if not kept.missing or not kept.weeks_left:
        return ""
    words = ngettext(
        "%(missing)s to go: %(week)s a week for %(weeks)s week. At an even pace %(due)s would be"
        " here today.",
        "%(missing)s to go: %(week)s a week for %(weeks)s weeks. At an even pace %(due)s would be"
        " here today.",
        kept.weeks_left,
    )
    numbers = {"missing": kept.missing, "week": kept.per_week, "due": kept.due}
    return words % {
        "weeks": kept.weeks_left,
        **{name: wording.number(number) for name, number in numbers.items()},
    }
