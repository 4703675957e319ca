"""Break-glass: plans come from files and figures from counting; only the mapping is edited here."""

from goals.models import (
    CategoryMapping,
    Decision,
    Goal,
    Initiative,
    Measure,
    PlanVersion,
    Snapshot,
    StatedTotal,
    StatusReport,
    TargetGroup,
)
from workshops.admin import CountedAdmin, table

table(
    CategoryMapping,
    "version type_code valid_from category",
    search="type_code category",
    base=CountedAdmin,
)
table(PlanVersion, "plan year", search="plan__code plan__title", filters="year")
table(TargetGroup, "version number title", search="title")
table(Goal, "version code rule", search="code")
table(Measure, "version code kind target_min target_max", search="code", filters="kind")
table(Initiative, "version code title", search="code title")
table(
    StatedTotal,
    "plan code date value stated_by_name approved_by_name",
    search="code plan__code",
)
table(
    Snapshot,
    "taken_at version code level digest",
    search="code digest",
    filters="level",
    newest=True,
)
table(Decision, "at goal verdict by", search="goal__code why", filters="verdict", newest=True)
table(StatusReport, "version revision by at", search="version__plan__code", newest=True)
