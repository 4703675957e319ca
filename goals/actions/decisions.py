"""A manager's verdict on a goal."""

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.models import Decision, Goal
from workshops import texts
from workshops.models import User

LONGEST = 500


def decide(
    goal: Goal,
    *,
    verdict: Decision.Verdict,
    why: str,
    by: User,
    now: datetime.datetime | None = None,
) -> Decision:
    """Decide on a goal with the reason; the latest decision stands, earlier ones stay readable.

    Locks the goal, then appends a Decision. What *by* said last about this goal, said again while
    it still stands, changes nothing. A published report keeps the decision it was published with.

    Raises PermissionDenied without goals.publish_report. Refuses with the codes of
    `texts.understood` for *why* (product.md, rule 10).
    """
    if not by.has_perm("goals.publish_report"):
        raise PermissionDenied
    why = texts.understood(" ".join(why.split()), name=_("reason"), longest=LONGEST)
    with transaction.atomic():
        Goal.objects.select_for_update(no_key=True).get(pk=goal.pk)
        latest = goal.decisions.order_by("pk").last()
        if latest and (latest.verdict, latest.why, latest.by_id) == (verdict, why, by.pk):
            return latest
        now = now or timezone.now()
        return Decision.objects.create(goal=goal, verdict=verdict, why=why, by=by, at=now)
