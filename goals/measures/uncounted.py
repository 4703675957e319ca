"""The pupils that no figure holds, and why: nothing is dropped, nothing is in both."""

from collections import Counter

from goals.measures.kinds import Material, Spec, counts
from goals.measures.visits import OUTSIDE, PUPILS, UNALLOCATED


def not_counted(specs: list[Spec], material: Material) -> dict[str, dict[int, int]]:
    """Return reason → session → pupils for those that no participations measure counts.

    OUTSIDE (rule 5, looked at first) and UNALLOCATED (rule 4) are always there; a category that no
    measure counts stands under its own name.
    """
    takers = [spec for spec in specs if spec.kind == "participations"]
    left: dict[str, Counter[int]] = {OUTSIDE: Counter(), UNALLOCATED: Counter()}
    for visit in material.visits:
        if visit.audience != PUPILS or not visit.people:
            continue
        if not any(counts(spec, visit, material.scope) for spec in takers):
            reason = material.scope.place(visit)
            left.setdefault(reason, Counter())[visit.session] += visit.people
    return {reason: dict(sessions) for reason, sessions in left.items()}
