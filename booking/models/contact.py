"""Whom a booking belongs to: the contact, practical needs, and which mailboxes are known."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking


class JobGroup(models.TextChoices):
    """What a professional works as; a closed list."""

    TEACHER = "teacher", _("teacher")
    PEDAGOGUE = "pedagogue", _("pedagogue")
    SOCIAL_WORKER = "social_worker", _("social worker")
    SSP = "ssp", _("SSP employee")
    CASEWORKER = "caseworker", _("caseworker")
    CLUB = "club", _("club employee")
    HEALTH_VISITOR = "health_visitor", _("health visitor")
    MANAGER = "manager", _("manager")
    OTHER = "other", _("something else")


class NeedCode(models.TextChoices):
    """What somebody may need to take part; a closed list, never free text."""

    STEP_FREE = "step_free", _("Step-free access")
    HEARING_LOOP = "hearing_loop", _("Hearing loop")
    SIGN_LANGUAGE = "sign_language", _("Sign language interpreter")
    LARGE_PRINT = "large_print", _("Material in large print")
    QUIET_PLACE = "quiet_place", _("A quiet place nearby")


class Contact(models.Model):
    """The only personal data of a booking; deleted on `expires_on`, the counts stay."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    mobile = models.CharField(_("mobile"), max_length=20, blank=True)
    meeting_place = models.CharField(_("room or meeting place"), max_length=120, blank=True)
    workplace = models.CharField(_("workplace"), max_length=120, blank=True)
    job_group = models.CharField(_("job group"), max_length=20, choices=JobGroup, blank=True)
    expires_on = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.CheckConstraint(
                condition=Q(job_group__in=["", *JobGroup.values]),
                name="job_group_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Need(models.Model):
    """A practical need from a closed list; seen by staff alone, deleted on `expires_on`."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="needs")
    code = models.CharField(max_length=20, choices=NeedCode)
    expires_on = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("practical need")
        verbose_name_plural = _("practical needs")
        constraints = [
            models.CheckConstraint(condition=Q(code__in=NeedCode.values), name="need_is_known"),
            models.UniqueConstraint(fields=["booking", "code"], name="one_need_once"),
        ]

    def __str__(self) -> str:
        return str(NeedCode(self.code).label)


class Mailbox(models.Model):
    """An address whose owner has followed a link of ours; only its keyed hash is kept."""

    key = models.CharField(max_length=64, unique=True)
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmed mailbox")
        verbose_name_plural = _("confirmed mailboxes")

    def __str__(self) -> str:
        return self.key[:8]
