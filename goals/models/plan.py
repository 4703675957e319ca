"""An action plan of one year: target groups, goals and the measures that judge them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.models import Audience, Batch, Plan

if TYPE_CHECKING:
    from goals.models.figures import StatusReport


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Questions about plan versions."""

    def whole(self) -> "PlanVersionQuerySet":
        """With everything a report reads, in a constant number of queries."""
        return self.select_related("plan").prefetch_related(
            "target_groups__goals__measures",
            "target_groups__goals__decisions__by",
            "mappings",
            "initiatives",
        )


class PlanVersion(models.Model):
    """A plan in one calendar year."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    municipality_code = models.CharField(max_length=4)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="plan_versions"
    )

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        permissions = [
            ("view_report", "Can see the status report and the sessions behind it"),
            ("import_plan", "Can import an action plan"),
            ("import_registrations", "Can import registrations"),
            ("publish_report", "Can decide verdicts, close the year and publish the report"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year"], name="one_version_per_plan_and_year"),
            models.CheckConstraint(
                condition=Q(year__gte=1900, year__lte=2999), name="plan_year_has_four_digits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.year}"

    @property
    def published(self) -> "StatusReport | None":
        """The report that was published last; no query where reports are prefetched."""
        return next(reversed(self.reports.all()), None)


class CategoryMapping(models.Model):
    """From a date on, a school type counts as this category; null: as none (*ikke fordelt*)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="mappings")
    type_code = models.CharField(max_length=8)
    category = models.CharField(max_length=60, null=True, blank=True)  # noqa: DJ001 - null is a category of its own: none
    valid_from = models.DateField()

    class Meta:
        verbose_name = _("category mapping")
        verbose_name_plural = _("category mappings")
        ordering = ("type_code", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "type_code", "valid_from"],
                name="one_category_per_type_and_date",
            ),
            models.CheckConstraint(condition=~Q(category=""), name="category_is_null_or_named"),
        ]

    def __str__(self) -> str:
        return f"{self.type_code} → {self.category or '-'} ({self.valid_from})"


class TargetGroup(models.Model):
    """A target group of the plan (*målgruppe*), in the order of the plan."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="target_groups")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=["version", "number"], name="one_target_group_per_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Goal(models.Model):
    """What a target group is to reach; judged by its measures or by a person."""

    class Rule(models.TextChoices):
        ALL = "all", _("every target met and every milestone done")
        JUDGED = "judged", _("judged by a person")

    target_group = models.ForeignKey(TargetGroup, models.CASCADE, related_name="goals")
    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="goals")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    rule = models.CharField(max_length=10, choices=Rule.choices, default=Rule.ALL)

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_goal_per_code"),
            models.CheckConstraint(condition=Q(rule__in=["all", "judged"]), name="rule_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Measure(models.Model):
    """One figure of a goal: its kind, what it counts and its target."""

    class Kind(models.TextChoices):
        PARTICIPATIONS = "participations", _("participations")
        SESSIONS_HELD = "sessions_held", _("sessions held")
        SURVEY_SHARE = "survey_share", _("share of answers")
        STATED_COUNT = "stated_count", _("stated total")
        STATED_SHARE = "stated_share", _("stated share")
        MILESTONE = "milestone", _("milestone")
        NARRATIVE = "narrative", _("text")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="measures")
    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    audience = models.CharField(max_length=20, choices=Audience.choices, blank=True)
    school_category = models.CharField(max_length=60, blank=True)
    workshop = models.CharField(max_length=200, blank=True)
    question = models.CharField(max_length=120, blank=True)
    answer = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    target_min = models.PositiveIntegerField(null=True, blank=True)
    target_max = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_measure_per_code"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "participations",
                        "sessions_held",
                        "survey_share",
                        "stated_count",
                        "stated_share",
                        "milestone",
                        "narrative",
                    ]
                ),
                name="measure_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(target_min__isnull=True)
                | Q(target_max__isnull=True)
                | Q(target_max__gte=F("target_min")),
                name="target_range_in_order",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["", *Audience.values]), name="measure_audience_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Initiative(models.Model):
    """An initiative without a yearly target (the second table of the report)."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="initiatives")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    level = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_initiative_per_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
