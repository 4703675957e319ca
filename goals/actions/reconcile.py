"""Does every derived figure still equal a recount? What differs, and what still waits."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, Case, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from booking.models import Booking, Hold, Party
from booking.states import HOLDING, LIVE
from goals.actions.aggregation import latest_snapshots, touched_by
from goals.models import PlanVersion
from goals.recount import Recount
from workshops.models import Mark, Session


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it should be: where, what stands there, what a recount says."""

    place: str
    stored: str
    recounted: str

    def __str__(self) -> str:
        return f"{self.place}: stored {self.stored}, recounted {self.recounted}"


@dataclass(frozen=True)
class Reconciled:
    """What reconcile found. Figures that a waiting mark touches are `waiting`, not different."""

    compared: int
    pending: int
    waiting: list[Difference]
    differences: list[Difference]


def reconcile() -> Reconciled:
    """Recount every figure, counter and copied column, and compare. Changes nothing.

    A snapshot that a waiting mark may still change is only reported as waiting; a figure without
    its snapshot is a difference, marks or not (imports.md).
    """
    marks = list(Mark.objects.values_list("session", flat=True))
    stale = set(touched_by(marks).values_list("pk", flat=True)) if marks else set()
    recount = Recount()
    compared = 0
    waiting: list[Difference] = []
    differences: list[Difference] = []
    for version in PlanVersion.objects.whole().order_by("plan__code", "year"):
        figures = recount.figures(version)
        compared += len(figures)
        for difference, missing in _compare(version, figures):
            late = version.pk in stale and not missing
            (waiting if late else differences).append(difference)
    differences += [*_seats(), *_parties()]
    return Reconciled(compared, len(marks), waiting, differences)


def _compare(
    version: PlanVersion, figures: dict[str, dict[str, object]]
) -> Iterator[tuple[Difference, bool]]:
    stored = {snapshot.code: snapshot.value for snapshot in latest_snapshots(version)}
    for code, value in figures.items():
        if stored.get(code) != value:
            place = f"{version.plan.code} {version.year} {code}"
            kept = _plain(stored[code]) if code in stored else "nothing"
            yield Difference(place, kept, _plain(value)), code not in stored


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _seats() -> Iterator[Difference]:
    """Yield the sessions whose counter is not the sum of holds and of bookings that hold seats."""
    held = Booking.objects.filter(session=OuterRef("pk"), state__in=HOLDING)
    kept = Hold.objects.filter(session=OuterRef("pk"))
    sums = [
        rows.order_by().values("session").annotate(n=Sum("seats")).values("n")
        for rows in (held, kept)
    ]
    sessions = Session.objects.annotate(due=Coalesce(sums[0], 0) + Coalesce(sums[1], 0)).exclude(
        seats_taken=F("due")
    )
    for reference, taken, due in sessions.values_list("reference", "seats_taken", "due"):
        yield Difference(f"session {reference} seats_taken", str(taken), str(due))


def _parties() -> Iterator[Difference]:
    """Yield the parties whose session or liveness is not that of their booking."""
    should = Case(
        When(booking__state__in=LIVE, then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    astray = Party.objects.filter(booking__isnull=False).annotate(should=should)
    astray = astray.exclude(Q(session=F("booking__session")) & Q(live=F("should")))
    columns = ("pk", "session", "live", "booking__reference", "booking__session", "should")
    for pk, session, live, booking, booked, should in astray.values_list(*columns):
        place = f"party {pk} of booking {booking}"
        stored = f"session {session}, live {live}"
        yield Difference(place, stored, f"session {booked}, live {should}")
