"""Ask for the figures again and keep what they came to: marks in, snapshots out."""

import datetime
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from booking.models import Party
from goals.measures.kinds import Figure
from goals.models import PlanVersion, Snapshot
from goals.progress import APPROVED, Progress, progress
from workshops.models import Mark, Session

# A tick takes this many marks; what is left waits for the next one, seconds later.
MARKS_AT_A_TIME = 500


@dataclass(frozen=True)
class Aggregated:
    """What an aggregation did: versions asked, snapshots written, marks taken."""

    versions: int
    snapshots: int
    marks: int


def aggregate_everything(*, now: datetime.datetime | None = None) -> Aggregated:
    """Ask for every figure of every plan and year, and take all the marks there are.

    In one transaction: locks the marks, then the versions; stores the snapshots that differ;
    deletes exactly the marks it read.
    """
    with transaction.atomic():
        marks = [pk for pk, _session in _take_marks(limit=None)]
        done = _aggregate(PlanVersion.objects.all(), now or timezone.now())
        return Aggregated(done.versions, done.snapshots, _drop_marks(marks))


def aggregate_marked(*, now: datetime.datetime | None = None) -> Aggregated:
    """Ask for the figures that the waiting marks touch (the tick; see stack: exactly once).

    In one transaction: locks up to MARKS_AT_A_TIME marks that no other worker holds, then the
    versions they touch; stores the snapshots that differ; deletes exactly the marks it read. Killed
    at any point, it leaves the marks for the next tick. Without marks it does nothing.
    """
    with transaction.atomic():
        marks = _take_marks(limit=MARKS_AT_A_TIME)
        if not marks:
            return Aggregated(0, 0, 0)
        touched = touched_by(session for _pk, session in marks)
        done = _aggregate(touched, now or timezone.now())
        return Aggregated(done.versions, done.snapshots, _drop_marks([pk for pk, _s in marks]))


def aggregate_versions(
    versions: QuerySet[PlanVersion], *, now: datetime.datetime | None = None
) -> Aggregated:
    """Ask for the figures of *versions*, each in a transaction of its own; takes no marks."""
    snapshots = 0
    keys = list(versions.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            done = _aggregate(PlanVersion.objects.filter(pk=key), now or timezone.now())
            snapshots += done.snapshots
    return Aggregated(len(keys), snapshots, 0)


def touched_by(sessions: Iterable[int | None]) -> QuerySet[PlanVersion]:
    """Return the versions whose figures a change in *sessions* can move; None touches them all.

    A course can carry a change in one session into the plan and year of another (rule 6).
    """
    named = list(sessions)
    changed = {session for session in named if session is not None}
    if None in named:
        return PlanVersion.objects.all()
    courses = Party.objects.filter(session__in=changed, course__isnull=False).values("course")
    siblings = Party.objects.filter(course__in=courses).values("session")
    rows = Session.objects.filter(pk__in=changed) | Session.objects.filter(pk__in=siblings)
    reached = {(session.plan_id, session.local_date.year) for session in rows}
    versions = PlanVersion.objects.values_list("pk", "plan", "year")
    return PlanVersion.objects.filter(
        pk__in=[pk for pk, plan, year in versions if (plan, year) in reached]
    )


def fingerprint(figure: Figure) -> str:
    """Return the fingerprint of a figure's inputs: its print and the share of each session."""
    return _digest([figure.printed, sorted(figure.sessions.items())])


def _digest(inputs: object) -> str:
    text = json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _take_marks(*, limit: int | None) -> list[tuple[int, int | None]]:
    marks = Mark.objects.select_for_update(skip_locked=True).order_by("pk")
    return list(marks.values_list("pk", "session")[:limit])


def _drop_marks(marks: list[int]) -> int:
    deleted, _by_model = Mark.objects.filter(pk__in=marks).delete() if marks else (0, {})
    return deleted


def _aggregate(versions: QuerySet[PlanVersion], now: datetime.datetime) -> Aggregated:
    # The lock makes two workers take turns, so that an older sum never lands on a newer one.
    locked = versions.select_for_update(no_key=True, of=("self",)).order_by("pk")
    keys = [version.pk for version in locked]
    written = 0
    for version in PlanVersion.objects.whole().filter(pk__in=keys).order_by("pk"):
        written += _store(version, progress(version, APPROVED), now)
    return Aggregated(len(keys), written, 0)


def _store(version: PlanVersion, found: Progress, now: datetime.datetime) -> int:
    """Append a snapshot for each figure whose fingerprint is not that of its latest snapshot."""
    measures = {m.code: m.pk for m in version.measures.all()}
    fresh = [
        Snapshot(
            version=version,
            measure_id=measures[code],
            code=code,
            level=APPROVED,
            value=figure.printed,
            digest=fingerprint(figure),
            taken_at=now,
        )
        for code, figure in found.figures.items()
    ]
    fresh.append(
        Snapshot(
            version=version,
            code=Snapshot.NOT_COUNTED,
            level=APPROVED,
            value={reason: sum(by.values()) for reason, by in found.uncounted.items()},
            digest=_digest(sorted((r, sorted(by.items())) for r, by in found.uncounted.items())),
            taken_at=now,
        )
    )
    known = {snapshot.code: snapshot.digest for snapshot in latest_snapshots(version)}
    changed = [snapshot for snapshot in fresh if known.get(snapshot.code) != snapshot.digest]
    return len(Snapshot.objects.bulk_create(changed))


def latest_snapshots(version: PlanVersion) -> QuerySet[Snapshot]:
    """Return the latest snapshot of each figure of *version* at level approved."""
    return Snapshot.objects.newest_of([version.pk])
