"""What waits for somebody: sessions to count or approve, bookings to decide, schools to call."""

import datetime

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance.models import Register
from attendance.reports.lines import SessionCounts
from booking.models import Booking, Errand, Party
from workshops.models import Session, User
from workshops.models.session import SessionQuerySet

LATE = datetime.timedelta(hours=24)  # the facilitator is reminded
VERY_LATE = datetime.timedelta(hours=72)  # the coordinator chases


class Stage(models.TextChoices):
    """What a session needs from who leads it, in the words of a badge."""

    CANCELLED = "cancelled", _("Cancelled")
    COMING = "coming", _("Coming")
    EMPTY = "empty", _("No class has booked")
    COUNT = "count", _("Count who came")
    SUBMIT = "submit", _("Hand over the counts")
    AGAIN = "again", _("Count again")
    AWAITING = "awaiting", _("Awaiting approval")
    APPROVED = "approved", _("Approved")


TO_COUNT = frozenset({Stage.COUNT, Stage.SUBMIT, Stage.AGAIN})
_STANDING = (Session.State.OPEN, Session.State.CLOSED)


def counts(user: User, now: datetime.datetime) -> dict[str, int]:
    """Return how many things wait for *user*, by their kind; only what is theirs to do.

    own: sessions they lead without a register; approval, counts: sessions; bookings; errands.
    At most four queries.
    """
    found: dict[str, int] = {}
    if user.has_perm("attendance.record_headcount"):
        found["own"] = Session.objects.led_by(user).filter(is_missing(now)).count()
    if user.has_perm("attendance.approve_headcount"):
        found |= numbers(Session.objects.all(), approval=is_to_approve(), counts=is_missing(now))
    if user.has_perm("booking.manage_bookings"):
        found["bookings"] = Booking.objects.awaiting_decision(now).count()
        found["errands"] = Errand.objects.waiting().count()
    return found


def numbers(sessions: SessionQuerySet, **wanted: Q) -> dict[str, int]:
    """Return how many of *sessions* each of *wanted* holds. One query, a part for each.

    Each part goes its own way to its rows: in one pass over all sessions there ever were, every
    one of them would be asked everything.
    """
    parts = [
        sessions.filter(holds).order_by().values(of=Value(name)).annotate(n=Count("*"))
        for name, holds in wanted.items()
    ]
    found = parts[0].union(*parts[1:], all=True)
    return dict.fromkeys(wanted, 0) | {row["of"]: row["n"] for row in found}


def for_pages(sessions: SessionQuerySet) -> SessionQuerySet:
    """Join what `counts.of_sessions` and the pages read of a session."""
    register = ("register__submitted_by", "register__approved_by")
    return sessions.select_related("workshop", "venue", "deliverer", *register)


def stage_of(counts: SessionCounts, now: datetime.datetime) -> Stage:
    """Say what a session needs now."""
    if counts.session.state in Session.OVER:
        return Stage.CANCELLED
    if counts.session.starts > now:
        return Stage.COMING
    if any(line.is_rejected for line in counts.lines):
        return Stage.AGAIN
    if not counts.is_submitted:
        if not counts.lines:
            return Stage.EMPTY
        return Stage.SUBMIT if counts.all_counted else Stage.COUNT
    return Stage.APPROVED if counts.is_approved and not counts.awaiting else Stage.AWAITING


def is_to_approve() -> Q:
    """Sessions handed over with something that nobody has decided yet.

    Of an import only what has counts without a verdict; it has nobody to hand over the rest.
    """
    waiting = Register.objects.filter(to_approve=True)
    undecided = Party.objects.to_decide().filter(session__handed_over=True)
    either = waiting.values("session").union(undecided.values("session"))
    again = Party.objects.to_count_again().filter(session=OuterRef("pk"))
    return Q(pk__in=either) & ~Q(state__in=Session.OVER) & ~Q(Exists(again))


def is_missing(now: datetime.datetime) -> Q:
    """Sessions that have ended without a register, or whose only count was rejected."""
    unsaid = Session.objects.filter(to_count=True, ends__lte=now)
    again = Party.objects.to_count_again()
    either = unsaid.values("pk").union(again.values("session"))
    return Q(pk__in=either, state__in=_STANDING, ends__lte=now)


def is_upcoming(now: datetime.datetime) -> Q:
    """Sessions that will be held and have not ended."""
    return Q(state__in=_STANDING, ends__gt=now)


def is_to_decide(now: datetime.datetime) -> Q:
    """Sessions with bookings that a coordinator accepts or declines."""
    return Q(pk__in=Booking.objects.awaiting_decision(now).values("session"))


def is_late(session: Session, now: datetime.datetime) -> str:
    """Return "72" or "24" when counts have been missing for that many hours, else blank."""
    for since, hours in ((VERY_LATE, "72"), (LATE, "24")):
        if session.ends + since <= now:
            return hours
    return ""


def day_start(now: datetime.datetime) -> datetime.datetime:
    """Return the midnight that began the local day of *now*."""
    zone = timezone.get_default_timezone()
    day = timezone.localtime(now, zone).date()
    return datetime.datetime.combine(day, datetime.time(), zone)
