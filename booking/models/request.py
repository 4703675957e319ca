"""An order for a workshop that has no date yet."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.models import Session, Workshop


class WorkshopRequest(models.Model):
    """A workplace or a school asks for a workshop; a coordinator answers with a date or a no."""

    class State(models.TextChoices):
        NEW = "new", _("new")
        PROPOSED = "proposed", _("date proposed")
        SCHEDULED = "scheduled", _("scheduled")
        DECLINED = "declined", _("declined")

    workshop = models.ForeignKey(Workshop, models.PROTECT, related_name="requests")
    organisation = models.CharField(_("workplace"), max_length=120)
    expected = models.PositiveIntegerField(_("expected number"))
    wishes = models.CharField(_("preferred dates"), max_length=200, blank=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    expires_on = models.DateField(db_index=True)
    session = models.OneToOneField(
        Session, models.PROTECT, null=True, blank=True, related_name="request"
    )
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=20, choices=State.choices, default=State.NEW)
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("workshop request")
        verbose_name_plural = _("workshop requests")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "proposed", "scheduled", "declined"]),
                name="request_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["scheduled", "declined"], over_at__isnull=False)
                | Q(state__in=["new", "proposed"], over_at__isnull=True),
                name="over_request_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(session__isnull=False),
                name="scheduled_request_has_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.workshop}"
