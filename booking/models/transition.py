"""The trail of a booking: each of its moves."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.states import BookingState


class Transition(models.Model):
    """One move of a booking: from, to, by whom, why, when. Append-only (trigger)."""

    booking = models.ForeignKey("Booking", models.PROTECT, related_name="transitions")
    origin = models.CharField(max_length=20, choices=BookingState.choices, blank=True)
    target = models.CharField(max_length=20, choices=BookingState.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="moves"
    )
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("transition")
        verbose_name_plural = _("transitions")
        constraints = [
            models.CheckConstraint(
                condition=Q(target__in=BookingState.values)
                & Q(origin__in=["", *BookingState.values]),
                name="transition_states_are_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.booking_id}: {self.origin} → {self.target}"
