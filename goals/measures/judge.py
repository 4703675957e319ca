"""When a target is met, and what the software proposes for a goal."""

from collections.abc import Iterable
from dataclasses import dataclass

MET, PARTLY, NOT_MET = "met", "partly", "not_met"


@dataclass(frozen=True)
class Judged:
    """Whether a figure meets its target (None: it has none) and whether it lies above the range."""

    met: bool | None
    over: bool


def judge(value: int | None, target_min: int | None, target_max: int | None) -> Judged:
    """Judge a figure; an unknown one (None) is not met where there is a target (rule 10).

    A range is met from its lower bound on and stays met above its upper one; an upper bound alone
    is a ceiling, met while it is not exceeded.
    """
    if target_min is None and target_max is None:
        return Judged(met=None, over=False)
    if value is None:
        return Judged(met=False, over=False)
    over = target_max is not None and value > target_max
    return Judged(met=not over if target_min is None else value >= target_min, over=over)


def propose(rule: str, marks: Iterable[bool]) -> str | None:
    """Propose a verdict from the targets and milestones of a goal; None where a person judges.

    *marks* says of each measure with a target, and of each milestone, whether it is met or done.
    """
    given = list(marks)
    if rule == "judged" or not given:
        return None
    if all(given):
        return MET
    return PARTLY if any(given) else NOT_MET


def percent(numerator: int, denominator: int) -> int:
    """Return the share in whole percent, half up (rule 11)."""
    return (200 * numerator + denominator) // (2 * denominator)
