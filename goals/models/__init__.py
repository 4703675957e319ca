"""The tables of what it adds up to."""

from goals.models.figures import Decision, Snapshot, StatedTotal, StatusReport
from goals.models.plan import CategoryMapping, Goal, Initiative, Measure, PlanVersion, TargetGroup

__all__ = [
    "CategoryMapping",
    "Decision",
    "Goal",
    "Initiative",
    "Measure",
    "PlanVersion",
    "Snapshot",
    "StatedTotal",
    "StatusReport",
    "TargetGroup",
]
