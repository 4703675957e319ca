"""Where else there is room: the nearest free dates for whoever came too late."""

import datetime

from django.db.models import F

from workshops.models import Session, Workshop

MOST = 3


def nearest(session: Session, *, seats: int, now: datetime.datetime) -> list[Session]:
    """Return up to MOST sessions with room for *seats*, for the same audience.

    The same workshop first, then the same topic, then the rest; each nearest in time first. Two
    queries; no row is locked, so a date may be gone when its button is pressed.
    """
    free = (
        Session.objects.bookable(now)
        .filter(
            audience=session.audience,
            workshop__state=Workshop.State.PUBLISHED,
            capacity__gte=F("seats_taken") + seats,
        )
        .exclude(pk=session.pk)
    )
    rows = free.values_list("pk", "workshop_id", "workshop__topic_id", "starts")
    ranked = sorted(
        (_distance(session, workshop, topic), abs(starts - session.starts), pk)
        for pk, workshop, topic, starts in rows
    )
    chosen = [pk for _group, _apart, pk in ranked[:MOST]]
    found = Session.objects.select_related("workshop", "venue", "school").in_bulk(chosen)
    return [found[pk] for pk in chosen if pk in found]


def _distance(session: Session, workshop: int, topic: int | None) -> int:
    if workshop == session.workshop_id:
        return 0
    return 1 if topic is not None and topic == session.workshop.topic_id else 2
