"""A booking: one party in one session."""

import datetime
import secrets

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.models.transition import Transition
from booking.states import HOLDING, LIVE, OVER, TRANSITIONS, BookingEvent, BookingState, OverReason
from workshops.models import Batch, Expires, Session, User

# No 0, O, 1, I: a reference is read aloud on the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_reference() -> str:
    """Return a fresh reference of ten letters and digits (50 bits; it names, it opens nothing)."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(10))


_MOMENT = datetime.timedelta(seconds=1)


class BookingQuerySet(models.QuerySet["Booking"]):
    """Questions about bookings."""

    def live(self) -> "BookingQuerySet":
        """Bookings that hold seats or wait for them."""
        return self.filter(state__in=LIVE)

    def overdue(self, now: datetime.datetime) -> "BookingQuerySet":
        """Bookings that were to be confirmed, accepted or given a seat before now, and were not."""
        return self.live().exclude(state=BookingState.CONFIRMED).filter(expires_at__lte=now)

    def awaiting_decision(self, now: datetime.datetime) -> "BookingQuerySet":
        """Pending bookings that a coordinator accepts or declines, their mailbox being known.

        Until it is, their deadline is that of the mailbox, before the session begins; from then on
        it is the beginning itself (`Booking.deadline_by`). Whether the workshop asks for approval
        today does not matter to those that were told to wait for it.
        """
        pending = self.filter(state=BookingState.PENDING, expires_at=F("session__starts"))
        return pending.filter(expires_at__gt=now)

    def for_own_page(self) -> "BookingQuerySet":
        """Bookings with what their own page and their letters say, in one query."""
        return self.select_related(
            "session__workshop", "session__venue", "session__school", "contact"
        )

    def current(self) -> "BookingQuerySet":
        """Bookings that no later row of an import has replaced."""
        return self.exclude(over_reason=OverReason.SUPERSEDED)


class Booking(Expires, models.Model):
    """One party in one session; while it holds its seats, Session.seats_taken counts them."""

    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    session = models.ForeignKey(Session, models.PROTECT, related_name="bookings")
    seats = models.PositiveIntegerField()
    language = models.CharField(max_length=5, default="da")
    # Whoever hands a booking over, or takes a link back, raises it: older secret links die.
    link_generation = models.PositiveSmallIntegerField(default=1)
    equipment_confirmed = models.BooleanField(default=False)
    request_key = models.UUIDField(null=True, blank=True, unique=True)
    request_digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Of an import: the id of the row, the fingerprint of its content, the booking it replaces.
    row_id = models.CharField(max_length=60, blank=True)
    row_digest = models.CharField(max_length=64, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="bookings")
    state = models.CharField(max_length=20, choices=BookingState.choices)
    over_at = models.DateTimeField(null=True, blank=True)
    over_reason = models.CharField(max_length=20, choices=OverReason.choices, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        permissions = [("manage_bookings", "Can see, decide and cancel bookings")]
        indexes = [
            models.Index(fields=["session", "state"], name="booking_by_session_and_state"),
            # The coordinator's pages: the few that wait for a decision.
            models.Index(
                fields=["expires_at"],
                condition=Q(state="pending"),
                name="pending_booking_by_deadline",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values), name="booking_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OVER), over_at__isnull=False)
                & Q(over_reason__in=OverReason.values)
                | Q(state__in=sorted(LIVE), over_at__isnull=True, over_reason=""),
                name="over_booking_has_time_and_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["pending", "offered"]) | Q(expires_at__isnull=False),
                name="awaiting_booking_has_deadline",
            ),
            models.UniqueConstraint(
                fields=["row_id"],
                condition=~Q(row_id="") & ~Q(over_reason="superseded"),
                name="one_current_booking_per_import_row",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def holds_seats(self) -> bool:
        """Whether its seats are taken; those of HOLDING states are."""
        return self.state in HOLDING

    @property
    def awaits_mailbox(self) -> bool:
        """Whether a link in a letter must be followed first; see awaiting_decision."""
        return self.state == BookingState.PENDING and self.expires_at != self.session.starts

    @staticmethod
    def deadline_by(latest: datetime.datetime, *, session: Session) -> datetime.datetime:
        """Return the deadline of a mailbox: *latest*, but a moment before *session* begins."""
        return min(latest, session.starts - _MOMENT)

    def advance(
        self,
        event: BookingEvent,
        *,
        by: User | None,
        why: str = "",
        reason: OverReason | None = None,
        now: datetime.datetime | None = None,
    ) -> None:
        """Go the way of *event*, stamp it, keep the parties in step and append a Transition.

        The only writer of `state`. Refuses what states.TRANSITIONS does not know with the code
        ``move_not_allowed``. Seats are the caller's business (actions), in the same transaction.
        """
        target = TRANSITIONS.get((BookingState(self.state), event))
        if target is None:
            message = _("A booking that is %(state)s cannot do this: %(event)s.")
            raise ValidationError(
                message,
                code="move_not_allowed",
                params={"state": BookingState(self.state).label, "event": event.label},
            )
        now = now or timezone.now()
        origin, self.state = self.state, target
        if target in OVER:
            self.over_at, self.over_reason = now, reason or _REASONS[target]
        self.save(update_fields=["state", "over_at", "over_reason", "expires_at"])
        self.parties.update(live=target in LIVE)
        Transition.objects.create(
            booking=self, origin=origin, target=target, by=by, why=why, at=now
        )


_REASONS = {
    BookingState.DECLINED: OverReason.DECLINED,
    BookingState.EXPIRED: OverReason.DEADLINE,
    BookingState.CANCELLED: OverReason.BY_BOOKER,
}
