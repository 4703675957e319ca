"""The school register: who comes from where, and what a school was on which day."""

import datetime
from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from workshops.folding import fold_search
from workshops.histories import Histories
from workshops.models.imports import Batch


class SchoolQuerySet(models.QuerySet["School"]):
    """Questions about schools."""

    def open_on(self, day: datetime.date) -> "SchoolQuerySet":
        """Schools that can be booked for on *day*: not closed then, not merged into another."""
        closed = SchoolClosing.objects.covering(day).filter(school=OuterRef("pk"))
        return self.filter(~models.Exists(closed), merged_into__isnull=True)

    def matching(self, text: str) -> "SchoolQuerySet":
        """Schools whose name or number holds every word of *text*, folded (case, accents)."""
        found = self.filter(is_school=True)
        for word in fold_search(text).split():
            found = found.filter(Q(search_text__contains=word) | Q(number__startswith=word))
        return found


class School(models.Model):
    """An institution of the national register, known by its number and by nothing else."""

    number = models.CharField(_("institution number"), max_length=6, unique=True)
    # Kept by the register import from the latest version, for the search box alone.
    search_text = models.CharField(max_length=255, blank=True, db_index=True)
    is_school = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    merged_at = models.DateTimeField(null=True, blank=True)

    objects = SchoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("school")
        verbose_name_plural = _("schools")
        permissions = [("import_register", "Can import the school register and merge schools")]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{6}$"), name="school_number_has_six_digits"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="school_never_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True, merged_at__isnull=True)
                | Q(merged_into__isnull=False, merged_at__isnull=False),
                name="merged_school_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def version_on(self, day: datetime.date) -> "SchoolVersion":
        """Return the attributes in force on *day*, else the first known ones. One query."""
        versions = [(self.pk, version.valid_from, version) for version in self.versions.all()]
        version = Histories(versions).on(self.pk, day)
        if version is None:
            message = f"The school {self.number} is in no register."
            raise SchoolVersion.DoesNotExist(message)
        return version


class SchoolVersionQuerySet(models.QuerySet["SchoolVersion"]):
    """Questions about what the register said."""

    def histories(
        self,
        schools: "Collection[int] | models.QuerySet[Any, Any]",
        *columns: str,
        into: Callable[..., Any] = lambda *values: values,
    ) -> Histories[Any]:
        """Read these *columns* of schools (their keys, or a query for them), day by day. One query.

        What was so on a day is `into(*columns)`; without columns it is the whole row.
        """
        own = self.filter(school__in=schools)
        if not columns:
            return Histories((version.school_id, version.valid_from, version) for version in own)
        rows = own.values_list("school", "valid_from", *columns)
        return Histories((school, since, into(*values)) for school, since, *values in rows)


class SchoolVersion(models.Model):
    """What the register said of a school from a date on; it ends where the next one begins."""

    school = models.ForeignKey(School, models.CASCADE, related_name="versions")
    valid_from = models.DateField()
    name = models.CharField(max_length=160)
    type_code = models.CharField(max_length=8)
    type_name = models.CharField(max_length=120)
    unit_kind = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=160)
    postcode = models.CharField(max_length=8)
    town = models.CharField(max_length=60)
    municipality_code = models.CharField(max_length=4)
    main_school_number = models.CharField(max_length=6, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    website = models.CharField(max_length=120, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="school_versions"
    )

    objects = SchoolVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("school version")
        verbose_name_plural = _("school versions")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "valid_from"], name="one_version_per_school_and_date"
            ),
            models.CheckConstraint(
                condition=Q(municipality_code__regex=r"^[0-9]{3}$"),
                name="municipality_code_has_three_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from})"

    @property
    def is_school(self) -> bool:
        """False for town halls, advice centres and the like (setting SCHOOL_TYPE_PREFIXES)."""
        return self.type_code[:1] in settings.SCHOOL_TYPE_PREFIXES


class RegisterCoverage(models.Model):
    """A file with --complete listed every school of this municipality on this date."""

    municipality_code = models.CharField(max_length=4)
    valid_from = models.DateField()

    class Meta:
        verbose_name = _("register coverage")
        verbose_name_plural = _("register coverages")
        constraints = [
            models.UniqueConstraint(
                fields=["municipality_code", "valid_from"],
                name="one_coverage_per_municipality_and_date",
            )
        ]

    def __str__(self) -> str:
        return f"{self.municipality_code} {self.valid_from}"


class SchoolClosingQuerySet(models.QuerySet["SchoolClosing"]):
    """Questions about closings."""

    def covering(self, day: datetime.date) -> "SchoolClosingQuerySet":
        """Closings in force on *day* (half-open: closed_from <= day < reopened_on)."""
        reopened_later = Q(reopened_on__isnull=True) | Q(reopened_on__gt=day)
        return self.filter(reopened_later, closed_from__lte=day)


class SchoolClosing(models.Model):
    """A school cannot be booked in [closed_from, reopened_on). Derived: rebuilt by each import.

    Sources are SchoolVersion.closes_on and RegisterCoverage, so that the order in which files
    arrive never matters; reconcile compares this table with them.
    """

    school = models.ForeignKey(School, models.CASCADE, related_name="closings")
    closed_from = models.DateField()
    reopened_on = models.DateField(null=True, blank=True)

    objects = SchoolClosingQuerySet.as_manager()

    class Meta:
        verbose_name = _("school closing")
        verbose_name_plural = _("school closings")
        constraints = [
            models.UniqueConstraint(
                fields=["school", "closed_from"], name="one_closing_per_school_and_date"
            ),
            models.CheckConstraint(
                condition=Q(reopened_on__isnull=True) | Q(reopened_on__gt=F("closed_from")),
                name="reopening_comes_after_closing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id}: {self.closed_from} - {self.reopened_on or ''}"
