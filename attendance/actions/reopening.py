"""An approved register goes back to who leads the session: whether it was held is said again."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import approvals
from attendance.models import Register
from booking.actions import seats
from workshops import texts
from workshops.actions import trail
from workshops.models import Session, User


def reopen(
    session: Session, *, by: User, why: str, now: datetime.datetime | None = None
) -> Register:
    """Take back what was said and approved of whether a session was held; its counts stay.

    Locks the session, opens its Register, appends a mark, notes who did it and why. Until it is
    handed over and approved by two people again, the session is in no figure.

    Refuses with ``may_not_approve``, ``register_not_approved``, ``register_imported`` (the next
    import of its row says it anew) and the codes of `texts.understood` for *why*.
    """
    now = now or timezone.now()
    why = texts.understood(why, name=_("reason"), longest=200)
    approvals.check_may_approve(by)
    with transaction.atomic():
        session = seats.lock([session.pk])[session.pk]
        register = Register.objects.filter(session=session).first()
        if register is None or register.state != Register.State.APPROVED:
            message = _("This register is not approved: it can be changed as it is.")
            raise ValidationError(message, code="register_not_approved")
        if register.batch_id:
            message = _("This register came from an import: correct its row, and import it again.")
            raise ValidationError(message, code="register_imported")
        register.state, register.held = Register.State.IN_PROGRESS, None
        register.submitted_by, register.submitted_at = None, None
        register.approved_by, register.approved_at = None, None
        register.save()
        seats.mark(session, reason="register reopened", now=now)
        trail.note(session, f"reopened: {why}", by=by)
        return register
