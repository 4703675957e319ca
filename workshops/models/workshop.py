"""The catalogue item."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workshops.folding import fold_title


class Audience(models.TextChoices):
    """Who a session is for; the values are the words of the registration files."""

    PUPILS = "elever", _("pupils")
    PARENTS = "forældre", _("parents")
    PROFESSIONALS = "fagpersoner", _("professionals")


class Topic(models.Model):
    """What a workshop is about; the catalogue filters by it. A row, since towns differ."""

    slug = models.SlugField(max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=60)
    title_en = models.CharField(_("title in English"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return in_language(self, "title")


def in_language(row: models.Model, name: str) -> str:
    """Return the text of column *name* in the active language, in Danish where there is none."""
    other = getattr(row, f"{name}_en", "") if get_language() == "en" else ""
    return str(other or getattr(row, name))


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
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="workshops"
    )
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    preparation = models.TextField(_("preparation"), blank=True)
    school_provides = models.TextField(_("what the school provides"), blank=True)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    description_en = models.TextField(_("description in English"), blank=True)
    preparation_en = models.TextField(_("preparation in English"), blank=True)
    school_provides_en = models.TextField(_("what the school provides, in English"), blank=True)
    grade_from = models.PositiveSmallIntegerField(_("from grade"), null=True, blank=True)
    grade_to = models.PositiveSmallIntegerField(_("to grade"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    needs_approval = models.BooleanField(_("bookings need approval"), default=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    # Grows with each edit; a form saves only over the revision it was opened with.
    revision = models.PositiveIntegerField(default=0)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        permissions = [("edit_catalogue", "Can create, edit and publish workshops and sessions")]
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

    @property
    def local_title(self) -> str:
        """Title in the active language; so are the other local_ texts."""
        return in_language(self, "title")

    @property
    def local_preparation(self) -> str:
        return in_language(self, "preparation")

    @property
    def local_school_provides(self) -> str:
        return in_language(self, "school_provides")
