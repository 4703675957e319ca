"""Where else there is room: the nearest free dates for whoever came too late."""

import datetime

from django.db.models import Case, DurationField, ExpressionWrapper, F, Value, When
from django.db.models.functions import Greatest

from workshops.models import Session, Workshop

MOST = 3


def nearest(session: Session, *, seats: int, now: datetime.datetime) -> list[Session]:
    """Return up to MOST sessions with room for *seats*, for the same audience.

    The same workshop first, then the same topic, then the rest; each nearest in time first. One
    query; no row is locked, so a date may be gone when its button is pressed.
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
    ranked = free.order_by(_distance(session), _apart(session.starts), "pk")
    return list(ranked.select_related("workshop", "venue", "school")[:MOST])


def _distance(session: Session) -> Case:
    near = [When(workshop=session.workshop_id, then=Value(0))]
    if session.workshop.topic_id is not None:
        near.append(When(workshop__topic=session.workshop.topic_id, then=Value(1)))
    return Case(*near, default=Value(2))


def _apart(starts: datetime.datetime) -> Greatest:
    """How far apart in time: neither database has the absolute value of a duration."""
    later = ExpressionWrapper(F("starts") - Value(starts), output_field=DurationField())
    earlier = ExpressionWrapper(Value(starts) - F("starts"), output_field=DurationField())
    return Greatest(later, earlier)
