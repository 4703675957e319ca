"""What was stated by hand, what was computed, what was decided and what was published."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.models.plan import Goal, Measure, PlanVersion
from workshops.models import Batch, Plan


class StatedTotal(models.Model):
    """A total typed in by one person and approved by another (rule 12). There is no case here.

    Names that come from a file are kept with a folded key beside each, since the database compares
    keys: `approved_by_key` blank means not approved.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="stated_totals")
    code = models.CharField(max_length=60)
    date = models.DateField()
    value = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True, blank=True)
    pending = models.PositiveIntegerField(null=True, blank=True)
    stated_by_name = models.CharField(max_length=120)
    stated_by_key = models.CharField(max_length=120)
    approved_by_name = models.CharField(max_length=120, blank=True)
    approved_by_key = models.CharField(max_length=120, blank=True)
    stated_at = models.DateTimeField(default=timezone.now)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="stated_totals"
    )

    class Meta:
        verbose_name = _("stated total")
        verbose_name_plural = _("stated totals")
        permissions = [("approve_statedtotal", "Can approve totals that others have stated")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code", "date"], name="one_stated_total_per_code_and_date"
            ),
            models.CheckConstraint(
                condition=~Q(stated_by_key="") & ~Q(approved_by_key=F("stated_by_key")),
                name="nobody_approves_an_own_total",
            ),
            models.CheckConstraint(
                condition=Q(denominator__isnull=True) | Q(value__lte=F("denominator")),
                name="progressed_never_above_started",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.date}: {self.value}"


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Questions about snapshots."""

    def newest_of(self, versions: Iterable[int]) -> "SnapshotQuerySet":
        """Return the latest snapshot of each figure of these versions, at level approved."""
        approved = self.filter(version__in=versions, level=Snapshot.Level.APPROVED)
        newest = approved.order_by().values("version", "code").annotate(last=models.Max("pk"))
        return self.filter(pk__in=newest.values("last"))


class Snapshot(models.Model):
    """A figure at a time, with the fingerprint of the inputs it came from.

    Derived: can be thrown away and rebuilt. A new row only when the fingerprint differs from that
    of the latest row of the same version, code and level. `measure` is null for what no
    measure counts.
    """

    class Level(models.TextChoices):
        EXPECTED = "expected", _("expected")
        ATTENDED = "attended", _("attended")
        APPROVED = "approved", _("approved")

    NOT_COUNTED = "not_counted"  # the code of the one that no measure counts

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="snapshots")
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="snapshots"
    )
    code = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=Level.choices)
    value = models.JSONField()
    digest = models.CharField(max_length=71)
    taken_at = models.DateTimeField(default=timezone.now)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        indexes = [models.Index(fields=["version", "level", "code"], name="snapshot_by_code")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["expected", "attended", "approved"]),
                name="snapshot_level_is_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})"


class Decision(models.Model):
    """A manager's verdict on a goal, with the reason. Append-only; the latest one stands."""

    class Verdict(models.TextChoices):
        MET = "met", _("met")
        PARTLY = "partly", _("partly met")
        NOT_MET = "not_met", _("not met")

    goal = models.ForeignKey(Goal, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["met", "partly", "not_met"]),
                name="decision_verdict_is_known",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="decision_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.verdict}"


class StatusReport(models.Model):
    """A published report: frozen figures and text. Append-only; a correction is a new revision."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="reports")
    revision = models.PositiveSmallIntegerField()
    content = models.JSONField()
    differences = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("status report")
        verbose_name_plural = _("status reports")
        ordering = ("revision",)
        constraints = [
            models.UniqueConstraint(fields=["version", "revision"], name="one_report_per_revision"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="revisions_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.version} (revision {self.revision})"
