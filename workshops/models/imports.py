"""What has been read in from files."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.models.expiring import ExpiringQuerySet


class Batch(models.Model):
    """One applied import: who, when, which file, what came of it. Never changed afterwards."""

    class Kind(models.TextChoices):
        REGISTER = "register", _("school register")
        PLAN = "plan", _("action plan")
        REGISTRATIONS = "registrations", _("registrations")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="batches"
    )
    at = models.DateTimeField(default=timezone.now)
    file_name = models.CharField(max_length=255)
    digest = models.CharField(max_length=71, help_text=_("sha256 of the bytes that were read"))
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["register", "plan", "registrations"]),
                name="batch_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.at:%Y-%m-%d %H:%M})"


class Upload(models.Model):
    """Files on their way in: somebody looks at what they change and confirms, or they go.

    `files` holds name and number of bytes of each file, in the order in which they stand in
    `content`; both are gone when the upload is applied or its time is up.
    """

    kind = models.CharField(max_length=20, choices=Batch.Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="uploads")
    files = models.JSONField(default=list)
    content = models.BinaryField()
    digest = models.CharField(max_length=71, help_text=_("sha256 of the bytes that were read"))
    options = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)  # the beat deletes by it

    objects = ExpiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["register", "plan", "registrations"]),
                name="upload_kind_is_known",
            )
        ]

    def __str__(self) -> str:
        return ", ".join(name for name, _size in self.files)
