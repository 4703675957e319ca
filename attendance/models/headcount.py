"""How many came: the register of a session and the ledger of headcounts."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from attendance.states import NoShowReason
from booking.models.party import Party
from workshops.models import Batch, Session, User


class Register(models.Model):
    """The attendance list of one session. Only it says whether the session was held."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        APPROVED = "approved", _("approved")

    session = models.OneToOneField(Session, models.PROTECT, related_name="register")
    held = models.BooleanField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="submitted"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="approved"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="registers"
    )
    state = models.CharField(max_length=20, choices=State.choices, default=State.IN_PROGRESS)
    # Handed over by one of us, so that another of us approves it; an import has nobody to do so.
    to_approve = models.GeneratedField(
        expression=Q(state="submitted", batch__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("register")
        verbose_name_plural = _("registers")
        indexes = [
            models.Index(
                fields=["session"],
                condition=Q(to_approve=True),
                name="register_to_approve",  # the coordinator's list and start page
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["in_progress", "submitted", "approved"]),
                name="register_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="in_progress")
                | Q(held__isnull=False, submitted_at__isnull=False),
                name="submitted_register_says_held_and_when",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False)
                | Q(approved_at__isnull=True, approved_by__isnull=True)
                & Q(state__in=["in_progress", "submitted"]),
                name="approved_register_has_time",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True)
                | Q(approved_by__isnull=True)
                | ~Q(approved_by=F("submitted_by")),
                name="nobody_approves_an_own_register",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.state}"


class HeadcountQuerySet(models.QuerySet["Headcount"]):
    """Questions about the ledger. The latest row of a party that qualifies is the one in force."""

    def approved(self) -> "HeadcountQuerySet":
        """Counts that somebody else has approved (or that came approved from an import)."""
        return self.filter(verdict=Headcount.Verdict.APPROVED)

    def undecided(self) -> "HeadcountQuerySet":
        """Counts that wait for somebody to approve or reject them."""
        return self.filter(verdict="")

    def registered(self) -> "HeadcountQuerySet":
        """Counts that stand: approved, or not decided yet."""
        return self.exclude(verdict=Headcount.Verdict.REJECTED)

    def awaiting(self) -> "HeadcountQuerySet":
        """Undecided counts that are in force: no later count of the party stands."""
        later = Headcount.objects.registered().filter(
            party=OuterRef("party"), pk__gt=OuterRef("pk")
        )
        return self.undecided().filter(~models.Exists(later))

    def latest_first(self) -> "HeadcountQuerySet":
        """These counts with who counted and who decided, the latest first."""
        return self.select_related("recorded_by", "decided_by").order_by("-pk")

    def in_force(self, column: str) -> Subquery:
        """Return *column* of the latest of these counts for a Party of an outer query."""
        latest = self.filter(party=OuterRef("pk")).order_by("-pk")
        return Subquery(latest.values(column)[:1])


class Headcount(models.Model):
    """How many of a party came. Append-only: a later row supersedes, a verdict is given once.

    A trigger refuses every UPDATE but the verdict (from none to one) and every DELETE. A party
    without rows is *not registered*; present 0 with outcome no_show is *udeblivelse*; present 0
    with outcome came is *held with 0* (product.md, "Three zeros differ").
    """

    class Outcome(models.TextChoices):
        CAME = "came", _("came")
        NO_SHOW = "no_show", _("no-show")

    class Verdict(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    party = models.ForeignKey(Party, models.PROTECT, related_name="headcounts")
    present = models.PositiveIntegerField()
    adults = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.CAME)
    why = models.CharField(max_length=200, blank=True)
    client_id = models.UUIDField(null=True, blank=True, unique=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="counted"
    )
    recorded_at = models.DateTimeField()
    batch = models.ForeignKey(
        Batch, models.PROTECT, null=True, blank=True, related_name="headcounts"
    )
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    verdict_why = models.CharField(max_length=200, blank=True)

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("headcount")
        verbose_name_plural = _("headcounts")
        permissions = [
            ("record_headcount", "Can count who came to own sessions"),
            ("approve_headcount", "Can approve counts that others have made"),
        ]
        indexes = [models.Index(fields=["party", "verdict"], name="headcount_by_party_verdict")]
        constraints = [
            models.CheckConstraint(condition=Q(present__gte=0), name="headcount_never_negative"),
            models.CheckConstraint(
                condition=Q(outcome__in=["came", "no_show"]), name="headcount_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(outcome="no_show") | Q(present=0) | Q(batch__isnull=False),
                name="no_show_has_nobody_present",
            ),
            models.CheckConstraint(
                condition=Q(verdict="", decided_at__isnull=True, decided_by__isnull=True)
                | Q(verdict__in=["approved", "rejected"], decided_at__isnull=False),
                name="decided_headcount_has_time",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("recorded_by")),
                name="nobody_approves_an_own_count",
                violation_error_code="own_count",
                violation_error_message=_("Somebody else must approve your own count."),
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=False, recorded_by__isnull=True)
                | Q(batch__isnull=True, recorded_by__isnull=False)
                & (Q(verdict="") | Q(decided_by__isnull=False)),
                name="only_imports_count_anonymously",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.present} {self.verdict}"

    @property
    def reason(self) -> str:
        """What `why` says, for people: a no-show begins with a NoShowReason."""
        reason, note = NoShowReason.parted(self.why)
        return ": ".join(str(part) for part in (reason and reason.label, note) if part)

    def decide(
        self, verdict: "Headcount.Verdict", *, by: User, now: datetime.datetime, why: str = ""
    ) -> bool:
        """Give the verdict by one conditional UPDATE; say whether this call was the one."""
        undecided = Headcount.objects.filter(pk=self.pk, verdict="")
        given = {"verdict": verdict, "decided_by": by, "decided_at": now, "verdict_why": why}
        if undecided.update(**given) != 1:
            return False
        for name, value in given.items():
            setattr(self, name, value)
        return True
