"""Seats reserved while a form is filled in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models import Expires, ExpiringQuerySet, Session


class Hold(Expires, models.Model):
    """Seats of a session kept for one browser until `expires_at`; a row of its own, no booking.

    One that is expired blocks nobody.
    """

    session = models.ForeignKey(Session, models.PROTECT, related_name="holds")
    seats = models.PositiveIntegerField()
    client_key = models.CharField(max_length=64, db_index=True)
    expires_at = models.DateTimeField(db_index=True)
    extended = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="hold_has_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.seats}"
