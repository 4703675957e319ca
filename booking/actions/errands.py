"""What is done by hand, and that it was done."""

import datetime

from django.utils import timezone

from booking.models import Errand
from workshops.models import User


def done(errand: Errand, *, by: User, now: datetime.datetime | None = None) -> Errand:
    """Note that *by* has done it: one conditional UPDATE, so that the first one's name stays."""
    waiting = Errand.objects.filter(pk=errand.pk, done_at=None)
    waiting.update(done_at=now or timezone.now(), done_by=by)
    errand.refresh_from_db()
    return errand
