"""The catalogue item."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.folding import fold_title


class Audience(models.TextChoices):
    """Who a session is for; the values are the words of the registration files."""

    PUPILS = "elever", _("pupils")
    PARENTS = "forældre", _("parents")
    PROFESSIONALS = "fagpersoner", _("professionals")


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    """Questions about the catalogue."""

    def published(self) -> "WorkshopQuerySet":
        """Workshops that the public catalogue shows."""
        return self.filter(state=Workshop.State.PUBLISHED)


class Workshop(models.Model):
    """What is offered: a title and what a school needs to know about it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        PAUSED = "paused", _("paused")
        ARCHIVED = "archived", _("archived")

    title = models.CharField(_("title"), max_length=200)
    folded_title = models.CharField(max_length=200, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    audience = models.CharField(
        _("audience"), max_length=20, choices=Audience, default=Audience.PUPILS
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    preparation = models.TextField(_("preparation"), blank=True)
    school_provides = models.TextField(_("what the school provides"), blank=True)
    grade_from = models.PositiveSmallIntegerField(_("from grade"), null=True, blank=True)
    grade_to = models.PositiveSmallIntegerField(_("to grade"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    needs_approval = models.BooleanField(_("bookings need approval"), default=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "published", "paused", "archived"]),
                name="workshop_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="workshop_audience_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="archived") | Q(published_at__isnull=False),
                name="published_workshop_has_time",
            ),
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="workshop_grades_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_title = fold_title(self.title)
        super().save(*args, **kwargs)
