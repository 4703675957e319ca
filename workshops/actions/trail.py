"""Who changed what in the catalogue, kept where the administration shows the history of a row."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from workshops.models import User


def note(row: Model, said: str, *, by: User | None) -> None:
    """Append a line to the history of *row*; the system's own doing leaves none."""
    if by is None:
        return
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(row),
        object_id=str(row.pk),
        object_repr=str(row)[:200],
        action_flag=CHANGE,
        change_message=said,
    )


def changed_meanwhile() -> ValidationError:
    """Return the refusal of a form opened before the latest save: ``changed_meanwhile``."""
    message = _(
        "Somebody else has saved this while you were editing. Compare the two versions below;"
        " nothing of yours has been saved yet."
    )
    return ValidationError(message, code="changed_meanwhile")
