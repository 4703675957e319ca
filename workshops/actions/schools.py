"""Merging schools: the merged one is no longer booked for, and every figure stays as it was."""

import datetime
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.models import Mark, School, User

log = logging.getLogger(__name__)


def merge(
    school: School, *, into: School, by: User | None, now: datetime.datetime | None = None
) -> School:
    """Notes that *school* lives on as *into*, and marks that figures are to be asked for again.

    Classes stay with the number they were counted under, so that no figure moves.
    Refuses merge_into_itself, already_merged, others_merged_into_it, target_is_merged and
    target_is_closed (imports.md, product.md: a closed school keeps its attributes).
    """
    now = now or timezone.now()
    with transaction.atomic():
        rows = School.objects.select_for_update().filter(pk__in=[school.pk, into.pk]).order_by("pk")
        locked = {row.pk: row for row in rows}
        school, into = locked[school.pk], locked[into.pk]
        _refuse_merge(school, into, timezone.localdate(now))
        school.merged_into, school.merged_at = into, now
        school.save(update_fields=["merged_into", "merged_at"])
        Mark.objects.create(session=None, reason="merger", at=now)
    log.info("School %s merged into %s by user %s", school, into, by and by.pk)
    return school


def unmerge(school: School, *, by: User | None, now: datetime.datetime | None = None) -> School:
    """Takes a merger back, and marks that figures are to be asked for again. Refuses not_merged."""
    now = now or timezone.now()
    with transaction.atomic():
        school = School.objects.select_for_update().get(pk=school.pk)
        if school.merged_into_id is None:
            raise ValidationError(_("This school is not merged into another."), code="not_merged")
        school.merged_into = school.merged_at = None
        school.save(update_fields=["merged_into", "merged_at"])
        Mark.objects.create(session=None, reason="merger", at=now)
    log.info("Merger of school %s taken back by user %s", school, by and by.pk)
    return school


def _refuse_merge(school: School, into: School, today: datetime.date) -> None:
    if school.pk == into.pk:
        message = _("A school cannot be merged into itself. Choose another school.")
        raise ValidationError(message, code="merge_into_itself")
    if school.merged_into_id is not None:
        message = _("This school is already merged into another. Take that back first.")
        raise ValidationError(message, code="already_merged")
    if school.merged.exists():
        message = _("Other schools are merged into this one. Merge them elsewhere first.")
        raise ValidationError(message, code="others_merged_into_it")
    if into.merged_into_id is not None:
        message = _("The school to merge into is itself merged. Choose the one it lives on as.")
        raise ValidationError(message, code="target_is_merged")
    if not School.objects.open_on(today).filter(pk=into.pk).exists():
        message = _("The school to merge into is closed. Choose one that is open.")
        raise ValidationError(message, code="target_is_closed")
