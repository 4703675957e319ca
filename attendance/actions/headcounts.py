"""Counting who came: how many of a party, and what is counted anew."""

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.actions import sheets
from attendance.actions.sheets import Sheet
from attendance.models import Headcount
from booking.actions import parties, refusals, seats
from booking.models import Party
from booking.states import OVER
from workshops import texts
from workshops.models import Audience, Session, User

MOST_PRESENT = 5000


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
    `texts.understood` for *why*.
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
    texts.understood(why, name=_("reason"), longest=200)
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
    why = texts.understood(why, name=_("reason"), longest=200, required=False)
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
    message = _(
        "This count was sent before with other numbers. Look at the numbers, and save again."
    )
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
