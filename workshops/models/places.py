"""Where it happens: venues of our own, and districts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class District(models.Model):
    """A part of the municipality (*bydel*)."""

    number = models.PositiveSmallIntegerField(unique=True)
    name = models.CharField(max_length=80)

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")

    def __str__(self) -> str:
        return self.name


class Venue(models.Model):
    """A place of our own where sessions are held."""

    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=160, blank=True)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="venues"
    )

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")

    def __str__(self) -> str:
        return self.name
