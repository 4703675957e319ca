"""What the jobs read and leave: marks of change, and the last run of each job."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Mark(models.Model):
    """Something counted has changed and is to be asked for again (product.md, "asked for").

    Appended in the transaction of the change, never updated, deleted by the aggregation that has
    asked again. No session means everything. There is deliberately no unique key: a mark that was
    read before this change must not swallow the mark of this change.
    """

    session = models.ForeignKey(
        "workshops.Session", models.CASCADE, null=True, blank=True, related_name="marks"
    )
    reason = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

    def __str__(self) -> str:
        return f"{self.reason}: {self.session_id or '*'}"


class Tick(models.Model):
    """When a job of the beat last finished, and what it said; /readyz and pages read it."""

    job = models.CharField(max_length=60, unique=True)
    finished = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)
    said = models.TextField(blank=True)

    class Meta:
        verbose_name = _("tick")
        verbose_name_plural = _("ticks")

    def __str__(self) -> str:
        return f"{self.job} {self.finished:%Y-%m-%d %H:%M:%S}"
