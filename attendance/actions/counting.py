"""Counting a whole session at once: all of it, or nothing."""

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import headcounts, registers, sheets
from attendance.actions.sheets import Sheet
from attendance.models import Headcount
from booking.models import Party
from workshops.models import Session, User


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCount:
    """How many of one party came; no party: everybody present at an evening."""

    party: Party | None
    present: int
    client_id: uuid.UUID
    adults: int | None = None
    outcome: Headcount.Outcome = Headcount.Outcome.CAME
    why: str = ""
    seen: int | None = None
    """The key of the count that was on the page; None where there was none."""


def save(
    session: Session,
    rows: Sequence[TypedCount],
    *,
    by: User,
    held: bool | None = None,
    sheet: Sheet | None = None,
    now: datetime.datetime | None = None,
) -> list[Headcount]:
    """Count every row; where *held* is said, hand the register over too. All of it or nothing.

    Locks the session, unless a *sheet* is open whose transaction a refusal ends. Then does what
    `headcounts.record` does for each row, then what `registers.submit` does. Refuses what they
    refuse, what `headcounts.crowd` refuses, and with ``count_changed`` a row that somebody else has
    counted since it was looked at.
    """
    now = now or timezone.now()
    with transaction.atomic(savepoint=sheet is None):
        sheet = sheet or sheets.open_sheet(session.pk, by=by)
        counted = [_record(row, sheet, by=by, now=now) for row in rows]
        if held is not None:
            registers.submit(session, held=held, by=by, sheet=sheet, now=now)
        return counted


def _record(row: TypedCount, sheet: Sheet, *, by: User, now: datetime.datetime) -> Headcount:
    party = row.party or headcounts.crowd(sheet.session)
    _check_seen(sheet.latest(party), row, by=by)
    return headcounts.record(
        party,
        present=row.present,
        adults=row.adults,
        outcome=row.outcome,
        why=row.why,
        client_id=row.client_id,
        sheet=sheet,
        by=by,
        now=now,
    )


def _check_seen(known: Headcount | None, row: TypedCount, *, by: User) -> None:
    """Refuse to write over what somebody else counted and *by* has not looked at."""
    if known and known.pk != row.seen and known.recorded_by_id != by.pk:
        message = _("Somebody else has just counted %(present)s here. Look again, then save.")
        params = {"present": known.present, "party": known.party_id}
        raise ValidationError(message, code="count_changed", params=params)
