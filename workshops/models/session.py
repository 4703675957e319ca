"""A dated occurrence of a workshop, and the plan it counts for."""

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.models.imports import Batch
from workshops.models.people import Deliverer, User
from workshops.models.places import Venue
from workshops.models.schools import School
from workshops.models.workshop import Audience, Workshop


class Plan(models.Model):
    """The code of an action plan. Its goals stand in goals/, a version for each year."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")

    def __str__(self) -> str:
        return self.title or self.code


def new_reference() -> str:
    """Return a fresh reference; imported sessions carry the id of their file instead."""
    return f"F-{secrets.token_hex(6)}"


class SessionQuerySet(models.QuerySet["Session"]):
    """Questions about sessions."""

    def bookable(self, now: datetime.datetime) -> "SessionQuerySet":
        """Open sessions that have not begun; full ones too (they have a waiting list)."""
        return self.filter(state=Session.State.OPEN, starts__gt=now)

    def led_by(self, user: User) -> "SessionQuerySet":
        """Sessions that *user* leads, by name or as one of a deliverer's people."""
        own = Q(facilitators=user)
        if user.deliverer_id:
            own |= Q(deliverer=user.deliverer_id)
        return self.filter(own).distinct()

    def within(self, since: datetime.date, until: datetime.date) -> "SessionQuerySet":
        """Sessions whose local start date lies in [since, until) (counting rule 1)."""
        zone = timezone.get_default_timezone()
        start, end = (
            datetime.datetime.combine(day, datetime.time(), zone) for day in (since, until)
        )
        return self.filter(starts__gte=start, starts__lt=end)


class Session(models.Model):
    """A workshop on a day, at a place, with a capacity that is never exceeded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for booking")
        CLOSED = "closed", _("closed for booking")
        CANCELLED = "cancelled", _("cancelled")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OVER = frozenset({State.CANCELLED, State.WITHDRAWN})

    reference = models.CharField(max_length=60, unique=True, default=new_reference)
    workshop = models.ForeignKey(
        Workshop, models.PROTECT, related_name="sessions", db_index=False
    )  # see session_by_workshop_and_start
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="sessions")
    further_plans = models.ManyToManyField(
        Plan, through="FurtherPlan", related_name="further_sessions", blank=True
    )
    audience = models.CharField(max_length=20, choices=Audience.choices)
    starts = models.DateTimeField(db_index=True)  # the catalogue, and every figure, filter by it
    ends = models.DateTimeField()
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="sessions")
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="hosted_sessions"
    )
    room = models.CharField(max_length=80, blank=True)
    language = models.CharField(_("held in"), max_length=5, default="da")
    capacity = models.PositiveIntegerField()
    seats_taken = models.PositiveIntegerField(default=0)
    deliverer = models.ForeignKey(
        Deliverer, models.PROTECT, null=True, blank=True, related_name="sessions"
    )
    facilitators = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="led_sessions", blank=True
    )
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="sessions")
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    over_at = models.DateTimeField(null=True, blank=True)
    # Whether its attendance is handed over; a trigger holds it true, where that is written.
    handed_over = models.BooleanField(default=False, editable=False)
    # Whether it must be counted once it has ended. Generated: a seat taken changes no index. (A Q
    # is an expression; the stubs do not know it.)
    to_count = models.GeneratedField(
        expression=Q(state__in=["open", "closed"], handed_over=False)  # type: ignore[arg-type]
        & (~Q(audience=Audience.PUPILS) | Q(seats_taken__gt=0)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # Grows with each edit of its particulars, never with its seats; see Workshop.revision.
    revision = models.PositiveIntegerField(default=0)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["plan", "starts"], name="session_by_plan_and_start"),
            # The coordinator's list and start page: what waits is few, what is over is many.
            models.Index(
                fields=["ends"], condition=Q(to_count=True), name="session_to_count_by_end"
            ),
            models.Index(fields=["ends"], name="session_by_end"),
            # The list of workshops, and the sessions of one.
            models.Index(fields=["workshop", "starts"], name="session_by_workshop_and_start"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0, seats_taken__lte=F("capacity")),
                name="session_never_overbooked",
                violation_error_code="session_full",
                violation_error_message=_("There are not that many seats left in this session."),
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="session_ends_after_it_starts",
                violation_error_message=_("The session must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open", "closed", "cancelled", "withdrawn"]),
                name="session_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["cancelled", "withdrawn"], over_at__isnull=False)
                | Q(state__in=["draft", "open", "closed"], over_at__isnull=True),
                name="over_session_has_time",
            ),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="session_audience_is_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=["da", "en"]), name="session_language_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop} {self.local_date}"

    @property
    def local_date(self) -> datetime.date:
        """The local start date (Europe/Copenhagen), by which everything is counted (rule 1)."""
        return timezone.localtime(self.starts, timezone.get_default_timezone()).date()

    @property
    def seats_left(self) -> int:
        """Seats that nobody holds, as this row was read."""
        return self.capacity - self.seats_taken

    def take_seats(self, seats: int) -> bool:
        """Take *seats* by one conditional UPDATE and say whether they were there to take.

        Negative *seats* give seats back. The row in hand is not refreshed.
        """
        room = Session.objects.filter(pk=self.pk, capacity__gte=F("seats_taken") + seats)
        return room.update(seats_taken=F("seats_taken") + seats) == 1


class FurtherPlan(models.Model):
    """A plan that a session belongs to beside its primary one; it is not counted there (rule 7)."""

    session = models.ForeignKey(Session, models.CASCADE)
    plan = models.ForeignKey(Plan, models.PROTECT)

    class Meta:
        verbose_name = _("further plan")
        verbose_name_plural = _("further plans")
        constraints = [
            models.UniqueConstraint(fields=["session", "plan"], name="one_further_plan_once")
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.plan_id}"
