"""A form being filled in, and what somebody on the staff has to do by hand."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from booking.models.hold import Hold
from booking.states import LIVE
from workshops.models import Expires, ExpiringQuerySet, School, Session


class Draft(Expires, models.Model):
    """What somebody has typed so far for one session, between picking it and the receipt.

    The page's address holds the token, the row only its hash. `request_key` makes the booking
    once, however often the last button is pressed. When the booking is placed, `answers` are
    emptied and `references` say which bookings came of it; at `expires_at` the row is deleted.
    """

    token_key = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, models.CASCADE, related_name="drafts")
    hold = models.OneToOneField(Hold, models.SET_NULL, null=True, blank=True, related_name="draft")
    request_key = models.UUIDField(unique=True, default=uuid.uuid4)
    answers = models.JSONField(default=dict, blank=True)
    references = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("form being filled in")
        verbose_name_plural = _("forms being filled in")

    def __str__(self) -> str:
        return f"{self.session_id}: {self.created_at:%Y-%m-%d %H:%M}"


class ErrandQuerySet(models.QuerySet["Errand"]):
    """Questions about errands."""

    def waiting(self) -> "ErrandQuerySet":
        """Errands still to be done; a booking that is over leaves nothing to be done."""
        return self.filter(done_at=None, booking__state__in=LIVE)


class Errand(models.Model):
    """Something a coordinator has to do by hand, such as telephoning a school without a mailbox."""

    class Kind(models.TextChoices):
        TELL_SCHOOL = "tell_school", _("Tell the school of a booking in its name")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="errands")
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="errands"
    )
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="errands"
    )

    objects = ErrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("errand")
        verbose_name_plural = _("errands")
        constraints = [
            models.CheckConstraint(condition=Q(kind="tell_school"), name="errand_kind_is_known"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="done_errand_has_time_and_name",
            ),
            models.UniqueConstraint(
                fields=["kind", "booking", "school"], name="one_errand_per_booking_and_school"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.booking_id}"
