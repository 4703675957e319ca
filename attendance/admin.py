"""Break-glass: counts are read here; only actions write them."""

from attendance.models import Answer, Headcount, Register
from workshops.admin import table

table(
    Register,
    "session state held submitted_by approved_by approved_at",
    search="session__reference",
    filters="state held",
)
table(
    Headcount,
    "recorded_at party_id present outcome verdict recorded_by",
    search="party__session__reference party__booking__reference",
    filters="verdict outcome",
    newest=True,
)
table(Answer, "session question value", search="session__reference question")
