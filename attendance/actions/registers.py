"""Handing a register over: whether the session was held, with a count of everybody expected."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import sheets
from attendance.actions.sheets import Sheet
from attendance.models import Register
from booking.actions import seats
from booking.models import Party
from booking.states import HOLDING
from workshops.models import Audience, Session, User


def submit(
    session: Session,
    *,
    held: bool,
    by: User,
    sheet: Sheet | None = None,
    now: datetime.datetime | None = None,
) -> Register:
    """Say whether the session was held, and hand the register over for approval.

    Locks the session, writes or updates its Register, and a mark. Saying the same again changes
    nothing; until it is approved something else may be said. A *sheet* saves locking and reading.

    Refuses with ``not_your_session``, ``session_not_begun``, ``session_over``,
    ``register_approved`` (and the opposite is said now) and ``count_missing`` (held, and a class,
    or everybody present at an evening, has neither a count nor a no-show).
    """
    now = now or timezone.now()
    with transaction.atomic(savepoint=sheet is None):
        sheet = sheet or sheets.open_sheet(session.pk, by=by)
        session = sheet.session
        sheets.check_may_count(sheet, now=now)
        register = Register.objects.filter(session=session).first() or Register(session=session)
        if register.state != Register.State.IN_PROGRESS and register.held == held:
            return register
        if register.state == Register.State.APPROVED:
            message = _("The register is approved already. Correct a count instead.")
            raise ValidationError(message, code="register_approved")
        if held:
            check_all_counted(session)
        register.held, register.state = held, Register.State.SUBMITTED
        register.submitted_by, register.submitted_at = by, now
        register.save()
        seats.mark(session, reason="register submitted", now=now)
        return register


def check_all_counted(session: Session) -> None:
    """Refuse a held session without a count for each class, or one for everybody present."""
    parties = session.parties.live()
    if session.audience == Audience.PUPILS:
        expected = parties.filter(kind=Party.Kind.CLASS, booking__state__in=HOLDING)
        missing = expected.filter(counted=False).count()
    else:
        missing = int(not parties.counted().exists())
    if missing:
        message = _("Counts are missing (%(missing)s): count who came, or mark a no-show.")
        raise ValidationError(message, code="count_missing", params={"missing": missing})
