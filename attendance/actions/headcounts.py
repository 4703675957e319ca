"""Who came: counted by who leads the session, approved by somebody else."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import sheets
from attendance.actions.sheets import Sheet
from attendance.models import Headcount, Register
from booking.actions import parties, refusals, seats
from booking.models import Party
from booking.states import HOLDING, OVER
from workshops.models import Audience, Session, User

MOST_PRESENT = 5000


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody had before their eyes when they approved."""

    latest: int
    """The key of the latest count of the session; 0 where there was none."""
    held: bool | None


def record(
    party: Party,
    *,
    present: int,
    by: User,
    adults: int | None = None,
    outcome: Headcount.Outcome = Headcount.Outcome.CAME,
    why: str = "",
    client_id: uuid.UUID | None = None,
    sheet: Sheet | None = None,
    now: datetime.datetime | None = None,
) -> Headcount:
    """Count how many of a party came; a later count of the same party replaces it.

    Locks the session, appends a Headcount that waits for its verdict, and a mark. A known
    *client_id* with the same content returns the count it made (an offline resend counts once).
    With a *sheet* the session is locked already, and what stands there is believed.

    Refuses with ``not_your_session`` (neither leads it nor may approve counts),
    ``session_not_begun``, ``session_over``, ``booking_over``, ``count_everyone_together`` (at an
    evening only `crowd` is counted), ``count_approved`` (use `correct`), ``present_out_of_range``,
    ``adults_out_of_range``, ``no_show_has_nobody``, ``client_id_reused`` and the codes of
    `parties.text` for *why*.
    """
    count = _count(
        party, present=present, adults=adults, outcome=outcome, why=why, client_id=client_id, by=by
    )
    return _append(count, sheet=sheet, correcting=False, now=now or timezone.now())


def correct(
    party: Party,
    *,
    present: int,
    why: str,
    by: User,
    adults: int | None = None,
    outcome: Headcount.Outcome = Headcount.Outcome.CAME,
    client_id: uuid.UUID | None = None,
    now: datetime.datetime | None = None,
) -> Headcount:
    """Append another count of a party whose count is approved; that one stands until somebody else
    approves this one.

    Does and refuses what `record` does, but ``nothing_to_correct`` where no count is approved, and
    ``value_missing`` where no reason is given.
    """
    parties.text(why, name=_("reason"), longest=200)
    count = _count(
        party, present=present, adults=adults, outcome=outcome, why=why, client_id=client_id, by=by
    )
    return _append(count, sheet=None, correcting=True, now=now or timezone.now())


def crowd(session: Session) -> Party:
    """Return the party for everybody present at an evening, walk-ins too; makes it when missing.

    Refuses with ``wrong_party`` (pupils are counted class by class) and
    ``counted_by_party`` (an import has counted its parties one by one).
    """
    if session.audience == Audience.PUPILS:
        message = _("Pupils are counted class by class, not all together.")
        raise ValidationError(message, code="wrong_party")
    if session.parties.live().filter(kind=Party.Kind.CROWD, booking__isnull=False).exists():
        message = _("This session was counted party by party. Correct one of those counts.")
        raise ValidationError(message, code="counted_by_party")
    party, _made = Party.objects.get_or_create(
        session=session, booking=None, defaults={"kind": Party.Kind.CROWD}
    )
    return party


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
            _check_all_counted(session)
        register.held, register.state = held, Register.State.SUBMITTED
        register.submitted_by, register.submitted_at = by, now
        register.save()
        seats.mark(session, reason="register submitted", now=now)
        return register


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
                _check_all_counted(session)
            _check_other(register.submitted_by_id, by=by, code="own_register")
            register.state = Register.State.APPROVED
            register.approved_by, register.approved_at = by, now
            register.save(update_fields=["state", "approved_by", "approved_at"])
        elif not decided:
            return register
        seats.mark(session, reason="approved", now=now)
        return register


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
    ``count_approved``, ``count_superseded`` and the codes of `parties.text` for *why*.
    """
    why = parties.text(why, name=_("reason"), longest=200)
    return _decide(headcount, Headcount.Verdict.REJECTED, by=by, why=why, now=now)


# --- counting -----------------------------------------------------------------------------------


def _count(
    party: Party,
    *,
    present: int,
    adults: int | None,
    outcome: Headcount.Outcome,
    why: str,
    client_id: uuid.UUID | None,
    by: User,
) -> Headcount:
    """Return the row as asked for, not saved; refuse numbers and words that cannot be."""
    if not 0 <= present <= MOST_PRESENT:
        message = _("The number present is %(present)s: write a number from 0 to %(most)s.")
        params = {"present": present, "most": MOST_PRESENT}
        raise ValidationError(message, code="present_out_of_range", params=params)
    parties.check_adults(adults)
    if outcome == Headcount.Outcome.NO_SHOW and present:
        message = _("A no-show has nobody present: write 0, or say that they came.")
        raise ValidationError(message, code="no_show_has_nobody")
    why = parties.text(why, name=_("reason"), longest=200, required=False)
    return Headcount(
        party=party,
        present=present,
        adults=adults,
        outcome=outcome,
        why=why,
        client_id=client_id,
        recorded_by=by,
    )


def _append(
    count: Headcount, *, sheet: Sheet | None, correcting: bool, now: datetime.datetime
) -> Headcount:
    """Save a count under the lock of its session, once for each client id."""
    try:
        # Within the transaction of a sheet no savepoint: who refuses one row takes back them all.
        with refusals.from_constraints(), transaction.atomic(savepoint=sheet is None):
            if sheet is None or sheet.session.pk != count.party.session_id:
                sheet = sheets.open_sheet(count.party.session_id, by=count.recorded_by)
            known = _known(count, sheet)
            if known:
                return known
            sheets.check_may_count(sheet, now=now)
            _check_countable(count.party, sheet, correcting=correcting)
            count.recorded_at = now
            count.save(force_insert=True)
            sheet.counts.insert(0, count)
            seats.mark(sheet.session, reason="counted", now=now)
            return count
    except IntegrityError as error:
        # Another session was counted under this id.
        if refusals.is_of(error, Headcount, "client_id"):
            raise _reused() from error
        raise


def _known(count: Headcount, sheet: Sheet) -> Headcount | None:
    """Return the count that this client id made before; refuse the id with other content."""
    if count.client_id is None:
        return None
    known = next((row for row in sheet.counts if row.client_id == count.client_id), None)
    same = ("party_id", "present", "adults", "outcome", "why", "recorded_by_id")
    if known and any(getattr(known, name) != getattr(count, name) for name in same):
        raise _reused()
    return known


def _reused() -> ValidationError:
    message = _("This count was sent before with other numbers. Reload the page and repeat.")
    return ValidationError(message, code="client_id_reused")


def _check_countable(party: Party, sheet: Sheet, *, correcting: bool) -> None:
    if party.booking and party.booking.state in OVER:
        message = _("This booking is over: there is nobody to count.")
        raise ValidationError(message, code="booking_over")
    if party.kind == Party.Kind.PERSON:
        message = _("Everybody present is counted together here, those not signed up too.")
        raise ValidationError(message, code="count_everyone_together")
    approved = any(count.verdict == Headcount.Verdict.APPROVED for count in sheet.of(party))
    if approved and not correcting:
        message = _("This count is approved already. Correct it, and give the reason.")
        raise ValidationError(message, code="count_approved")
    if correcting and not approved:
        message = _("No count of this party is approved yet. Count it anew instead.")
        raise ValidationError(message, code="nothing_to_correct")


def _check_all_counted(session: Session) -> None:
    """Refuse a held session without a count for each class, or one for everybody present."""
    counted = Headcount.objects.registered().filter(party__session=session).values("party")
    if session.audience == Audience.PUPILS:
        expected = session.parties.live().filter(kind=Party.Kind.CLASS, booking__state__in=HOLDING)
        missing = expected.exclude(pk__in=counted).count()
    else:
        missing = int(not session.parties.live().filter(pk__in=counted).exists())
    if missing:
        message = _("Counts are missing (%(missing)s): count who came, or mark a no-show.")
        raise ValidationError(message, code="count_missing", params={"missing": missing})


# --- approving ----------------------------------------------------------------------------------


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
