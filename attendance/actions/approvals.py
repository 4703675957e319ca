"""Approving what somebody else counted: a register, one count, or many sessions at once."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import registers
from attendance.models import Headcount, Register
from booking.actions import refusals, seats
from workshops import texts
from workshops.models import Session, User


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody had before their eyes when they approved."""

    latest: int
    """The key of the latest count of the session; 0 where there was none."""
    held: bool | None


@dataclass(frozen=True, slots=True)
class Approvals:
    """What came of approving many sessions."""

    approved: list[Session] = field(default_factory=list)
    refused: list[tuple[Session, ValidationError]] = field(default_factory=list)


def approve(
    session: Session, *, by: User, seen: Look | None = None, now: datetime.datetime | None = None
) -> Register:
    """Approve a submitted register with every count in force that waits for a verdict.

    Locks the session, decides the counts, approves the register, appends a mark. A second time
    changes nothing. *seen* is what *by* has looked at.

    Refuses with ``may_not_approve``, ``register_not_submitted``, ``own_register``, ``own_count``
    (one of the counts is by the same person), ``counts_changed`` (there is a later count than the
    one seen, or the opposite is said of whether it was held) and ``count_missing`` (held, and the
    count of a class was rejected since).
    """
    now = now or timezone.now()
    check_may_approve(by)
    with refusals.from_constraints(), transaction.atomic():
        session = seats.lock([session.pk])[session.pk]
        register = Register.objects.filter(session=session).first()
        if register is None or register.state == Register.State.IN_PROGRESS:
            message = _("The register has not been handed over yet. Ask who led the session.")
            raise ValidationError(message, code="register_not_submitted")
        if seen is not None:
            _check_seen(register, seen)
        decided = _approve_all(session, by=by, now=now)
        if register.state == Register.State.SUBMITTED:
            if register.held and register.batch_id is None:
                registers.check_all_counted(session)
            _check_other(register.submitted_by_id, by=by, code="own_register")
            register.state = Register.State.APPROVED
            register.approved_by, register.approved_at = by, now
            register.save(update_fields=["state", "approved_by", "approved_at"])
        elif not decided:
            return register
        seats.mark(session, reason="approved", now=now)
        return register


def approve_many(
    seen: Sequence[tuple[Session, Look]],
    *,
    by: User,
    now: datetime.datetime | None = None,
) -> Approvals:
    """Approve each session by itself, as `approve` does; one refusal stops no other.

    *seen* are sessions with what was on the page.
    """
    result = Approvals()
    for session, look in seen:
        try:
            approve(session, by=by, seen=look, now=now)
        except ValidationError as refusal:
            result.refused.append((session, refusal))
        else:
            result.approved.append(session)
    return result


def approve_count(
    headcount: Headcount, *, by: User, now: datetime.datetime | None = None
) -> Headcount:
    """Approve one count, such as a correction: gives the verdict once and appends a mark.

    An approved count is returned as it is. Refuses with ``may_not_approve``, ``own_count``,
    ``count_rejected`` and ``count_superseded`` (a later count of the party stands).
    """
    return _decide(headcount, Headcount.Verdict.APPROVED, by=by, why="", now=now)


def reject(
    headcount: Headcount, *, by: User, why: str, now: datetime.datetime | None = None
) -> Headcount:
    """Reject one count with the reason: what stood before it stands again. Appends a mark.

    A rejected count is returned as it is. Refuses with ``may_not_approve``, ``own_count``,
    ``count_approved``, ``count_superseded`` and the codes of `texts.understood` for *why*.
    """
    why = texts.understood(why, name=_("reason"), longest=200)
    return _decide(headcount, Headcount.Verdict.REJECTED, by=by, why=why, now=now)


def _approve_all(session: Session, *, by: User, now: datetime.datetime) -> int:
    waiting = Headcount.objects.awaiting().filter(party__session=session).order_by("pk")
    decided = 0
    for headcount in waiting:
        _check_other(headcount.recorded_by_id, by=by, code="own_count")
        decided += headcount.decide(Headcount.Verdict.APPROVED, by=by, now=now)
    return decided


def _check_seen(register: Register, seen: Look) -> None:
    of_session = Headcount.objects.awaiting().filter(party__session=register.session_id)
    if register.held != seen.held or of_session.filter(pk__gt=seen.latest).exists():
        message = _("Somebody has counted again since you looked. Look again, then approve.")
        raise ValidationError(message, code="counts_changed")


def _decide(
    headcount: Headcount,
    verdict: Headcount.Verdict,
    *,
    by: User,
    why: str,
    now: datetime.datetime | None,
) -> Headcount:
    now = now or timezone.now()
    check_may_approve(by)
    with refusals.from_constraints(), transaction.atomic():
        pk = headcount.party.session_id
        session = seats.lock([pk])[pk]
        headcount = Headcount.objects.get(pk=headcount.pk)
        if headcount.verdict == verdict:
            return headcount
        _check_undecided(headcount)
        _check_other(headcount.recorded_by_id, by=by, code="own_count")
        headcount.decide(verdict, by=by, why=why, now=now)
        seats.mark(session, reason=str(verdict), now=now)
        return headcount


def _check_undecided(headcount: Headcount) -> None:
    if headcount.verdict == Headcount.Verdict.APPROVED:
        message = _("This count is approved already. Correct it, and give the reason.")
        raise ValidationError(message, code="count_approved")
    if headcount.verdict == Headcount.Verdict.REJECTED:
        message = _("This count was rejected already. Count anew instead.")
        raise ValidationError(message, code="count_rejected")
    if not Headcount.objects.awaiting().filter(pk=headcount.pk).exists():
        message = _("A later count of this party has replaced this one. Decide that one instead.")
        raise ValidationError(message, code="count_superseded")


def check_may_approve(by: User) -> None:
    """Refuse with ``may_not_approve`` who is neither coordinator nor manager."""
    if not by.has_perm("attendance.approve_headcount"):
        message = _("Only a coordinator or a manager can approve counts.")
        raise ValidationError(message, code="may_not_approve")


def _check_other(maker: int | None, *, by: User, code: str) -> None:
    if maker is not None and maker == by.pk:
        raise ValidationError(_OWN[code], code=code)


_OWN = {
    "own_count": _("Somebody else must approve your own count."),
    "own_register": _("Somebody else must approve the register that you handed over."),
}
