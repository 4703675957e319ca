"""Whether a workshop is in the catalogue: it is published, paused and archived."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.actions import trail
from workshops.models import Session, User, Workshop


def publish(
    workshop: Workshop, *, by: User | None, now: datetime.datetime | None = None
) -> Workshop:
    """Show a workshop in the catalogue; from now on its address stays. Notes who did it.

    A published one is returned as it is. Refuses with ``not_ready``, naming what lacks.
    """
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        lacking = missing(workshop)
        if lacking:
            message = _("The workshop cannot be published yet. Write this first: %(lacking)s.")
            params = {"lacking": ", ".join(lacking)}
            raise ValidationError(message, code="not_ready", params=params)
        first = workshop.published_at or now or timezone.now()
        return _move(workshop, Workshop.State.PUBLISHED, by=by, published_at=first)


def pause(workshop: Workshop, *, by: User | None) -> Workshop:
    """Take a published workshop out of the catalogue for a while; its bookings stay.

    Notes who did it. A paused one is returned as it is. Refuses with ``not_published``.
    """
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        if workshop.state not in {Workshop.State.PUBLISHED, Workshop.State.PAUSED}:
            message = _("Only a published workshop can be paused.")
            raise ValidationError(message, code="not_published")
        return _move(workshop, Workshop.State.PAUSED, by=by)


def archive(
    workshop: Workshop, *, by: User | None, now: datetime.datetime | None = None
) -> Workshop:
    """Put a workshop away for good; its past sessions go on counting. Notes who did it.

    An archived one is returned as it is. Refuses with ``sessions_ahead`` while it has sessions to
    come that are not cancelled.
    """
    with transaction.atomic():
        workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
        ahead = workshop.sessions.exclude(state__in=Session.OVER).filter(
            starts__gt=now or timezone.now()
        )
        number = ahead.count()
        if number and workshop.state != Workshop.State.ARCHIVED:
            message = _(
                "The workshop has sessions to come (%(number)s). Hold or cancel them first, then"
                " archive it."
            )
            raise ValidationError(message, code="sessions_ahead", params={"number": number})
        return _move(workshop, Workshop.State.ARCHIVED, by=by)


def missing(workshop: Workshop) -> list[str]:
    """Return the names of what must be written before the workshop can be published."""
    wanted = {
        _("title"): workshop.title,
        _("summary"): workshop.summary,
        _("description"): workshop.description,
        _("audience"): workshop.audience,
    }
    return [name for name, text in wanted.items() if not text.strip()]


def _move(
    workshop: Workshop, state: Workshop.State, *, by: User | None, **columns: Any
) -> Workshop:
    if workshop.state != state:
        Workshop.objects.filter(pk=workshop.pk).update(state=state, **columns)
        workshop.refresh_from_db()
        trail.note(workshop, str(state.value), by=by)
    return workshop
