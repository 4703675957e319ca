"""What counting in one session has to know: read once, under its lock."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from attendance.models import Headcount
from attendance.reports import waiting
from booking.models import Party
from workshops.models import Session, User
from workshops.prepared import A_KEY, Prepared


@dataclass(frozen=True, slots=True)
class Sheet:
    """A locked session, whether *by* leads it, and every count of it: read once, kept up to date.

    For one transaction; who counts several parties hands it from one to the next.
    """

    session: Session
    by: User | None
    leads: bool
    counts: list[Headcount]

    def of(self, party: Party) -> list[Headcount]:
        """Return the counts of one party, the latest first."""
        return [count for count in self.counts if count.party_id == party.pk]

    def latest(self, party: Party) -> Headcount | None:
        """Return the count in force: the latest that is not rejected."""
        rejected = Headcount.Verdict.REJECTED
        return next((count for count in self.of(party) if count.verdict != rejected), None)


def open_sheet(pk: int, *, by: User | None) -> Sheet:
    """Lock a session and read what counting in it asks for. Two statements.

    It comes as `waiting.for_pages` has it. Raises Session.DoesNotExist where there is none.
    """
    who = {"user": by.pk, "deliverer": by.deliverer_id} if by else {"user": 0, "deliverer": None}
    found = _TO_COUNT.rows(pk=pk, **who)
    if not found:
        raise Session.DoesNotExist
    [session] = found
    counts = _COUNTS.rows(session=pk)
    return Sheet(session, by, bool(by and getattr(session, "leads", False)), counts)


def _to_count(pk: int, user: int, deliverer: int) -> QuerySet[Session, Session]:
    led = Session.objects.led_by(User(pk=user, deliverer_id=deliverer))
    sessions = waiting.for_pages(Session.objects.filter(pk=pk))
    leads = Exists(led.filter(pk=OuterRef("pk")))
    return sessions.annotate(leads=leads).select_for_update(no_key=True, of=("self",))


_TO_COUNT = Prepared(_to_count, pk=A_KEY, user=A_KEY + 1, deliverer=A_KEY + 2)
_COUNTS = Prepared(
    lambda session: Headcount.objects.filter(party__session=session).latest_first(), session=A_KEY
)


def check_may_count(sheet: Sheet, *, now: datetime.datetime) -> None:
    """Refuse who may not count here, and a session that has nobody to count yet or any more.

    Codes: ``not_your_session``, ``session_over``, ``session_not_begun``.
    """
    session, by = sheet.session, sheet.by
    leads = by is not None and (
        by.has_perm("attendance.approve_headcount")
        or (sheet.leads and by.has_perm("attendance.record_headcount"))
    )
    if not leads:
        message = _("Only who leads this session, or a coordinator, can count who came.")
        raise ValidationError(message, code="not_your_session")
    if session.state in Session.OVER:
        message = _("This session was cancelled: there is nobody to count.")
        raise ValidationError(message, code="session_over")
    if session.starts > now:
        message = _("This session has not begun yet. Count who came when it has.")
        raise ValidationError(message, code="session_not_begun")
