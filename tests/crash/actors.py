"""Who acts in the crash proof, each in a process of its own: `python -m tests.crash.actors ROLE`.

`writer` corrects and approves counts until told to stop; `ticker` rings the aggregation far more
often than the beat does. `setup` makes the plans and the approved counts, before any of them.
"""

from __future__ import annotations

import datetime
import os
import random
import sys
import time
from pathlib import Path

import django

PLANS, YEARS, SESSIONS, CLASSES = 4, (2023, 2024, 2025), 4, 3


def main() -> None:
    """Play the role named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    role, *words = sys.argv[1:]
    {"writer": writer, "ticker": ticker}[role](*words)


def setup() -> None:
    """Twelve versions of plans, each with a dozen approved counts."""
    from goals.models import CategoryMapping, Goal, Measure, PlanVersion, TargetGroup
    from tests import factories as make

    for role in ("a", "b"):
        make.create_user(role="coordinator", email=f"{role}@example.org")
    schools = [make.create_school(type_code=code) for code in ("1012", "1013", "1012")]
    workshop = make.create_workshop()
    for number in range(PLANS):
        plan = make.create_plan(code=f"plan-{number}")
        for year in YEARS:
            version = PlanVersion.objects.create(
                plan=plan, year=year, title=plan.code, municipality_code="101"
            )
            CategoryMapping.objects.create(
                version=version, type_code="1012", category="folkeskole", valid_from="1900-01-01"
            )
            group = TargetGroup.objects.create(version=version, number=1, title="Unge")
            goal = Goal.objects.create(
                version=version, target_group=group, position=0, code="1", title="Elever"
            )
            for place, kind in enumerate(("participations", "sessions_held")):
                Measure.objects.create(
                    version=version, goal=goal, position=place, code=kind, kind=kind,
                    audience="elever", school_category="folkeskole", target_min=100,
                )  # fmt: skip
            for day in range(SESSIONS):
                _session(make, workshop, plan, make.local(year, 3, 1 + day), schools)


def _session(make, workshop, plan, starts, schools) -> None:
    session = make.create_session(workshop=workshop, plan=plan, starts=starts, capacity=100)
    make.create_register(
        session=session, submitted_by=make.create_user(role="facilitator"),
        approved_by=make.create_user(role="coordinator"),
    )  # fmt: skip
    for place in range(CLASSES):
        booking = make.create_booking(session=session, school=schools[place], label=f"{place}.a")
        make.create_headcount(party=booking.parties.get(), present=20, approved=True)


def writer(seed: str, stop: str, least: str) -> None:
    """Print how many counts were changed."""
    print(write(seed, Path(stop), int(least)))


def write(seed: str, stop: Path, least: int) -> int:
    """Correct and approve counts of random classes until the file *stop* is there; say how many.

    At least *least* changes, so that a writer which came late has written too.
    """
    from attendance.actions import headcounts
    from booking.models import Party
    from workshops.models import User

    first, second = (User.objects.get(email=f"{name}@example.org") for name in "ab")
    keys = list(Party.objects.values_list("pk", flat=True))
    chance, done = random.Random(seed), 0
    while not stop.exists() or done < least:
        party = Party.objects.get(pk=chance.choice(keys))
        count = headcounts.correct(party, present=chance.randrange(40), why="Talt om", by=first)
        _approve_unless_replaced(count, second)
        done += 1
    return done


def _approve_unless_replaced(count, by) -> None:
    """Another writer may have counted the same class meanwhile: then that count is decided."""
    from django.core.exceptions import ValidationError

    from attendance.actions import approvals

    try:
        approvals.approve_count(count, by=by)
    except ValidationError as refusal:
        if refusal.code != "count_superseded":
            raise


def ticker(pause: str) -> None:
    """Ring the aggregation again and again."""
    from goals.tasks import aggregate_marked

    while True:
        aggregate_marked.apply_async(queue="rollup", expires=datetime.timedelta(seconds=5).seconds)
        time.sleep(float(pause))


if __name__ == "__main__":
    main()
