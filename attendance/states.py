"""Why nobody came."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoShowReason(models.TextChoices):
    """Why nobody came; Headcount.why begins with one of these."""

    FORGOTTEN = "forgotten", _("The booking was forgotten")
    ILLNESS = "illness", _("Illness at the school")
    SAME_DAY = "same_day", _("They cancelled on the day")
    OTHER_PLANS = "other_plans", _("The school had other plans that day")
    TRAVEL = "travel", _("They could not get there")
    NOBODY_THERE = "nobody_there", _("Nobody was there, and nobody could be reached")
    OTHER = "other", _("Another reason")

    @classmethod
    def parted(cls, why: str) -> tuple["NoShowReason | None", str]:
        """Return what Headcount.why begins with, None for nothing of these, and the rest of it."""
        code, _colon, note = why.partition(": ")
        return (cls(code), note) if code in cls.values else (None, why)
