"""Who a booking is for: a class with its number, a person with seats, or an anonymous total."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.models.booking import Booking
from workshops.models import School, Session


class Course(models.Model):
    """Several sessions for the same class (*forløb*); counts each class once (rule 6)."""

    code = models.CharField(max_length=60, unique=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.code


class PartyQuerySet(models.QuerySet["Party"]):
    """Questions about parties."""

    def live(self) -> "PartyQuerySet":
        """Parties whose booking holds seats or waits for them."""
        return self.filter(live=True)

    def counted(self) -> "PartyQuerySet":
        """Parties of which it has been said how many came."""
        return self.filter(counted=True)

    def to_decide(self) -> "PartyQuerySet":
        """Live parties whose count waits for somebody to approve or reject it."""
        return self.live().filter(unsettled=True, counted=True)

    def to_count_again(self) -> "PartyQuerySet":
        """Live parties that were counted, and nothing of that stands."""
        return self.live().filter(unsettled=True, counted=False)


class Party(models.Model):
    """What is counted: one class, one person with their seats, or everybody present.

    A booking for joined classes has one party for each class. `session` and `live` repeat what the
    booking says, since a unique index cannot reach over a join; Booking.advance keeps them in step
    and reconcile checks it. There is no field a pupil's name could go into.
    """

    class Kind(models.TextChoices):
        CLASS = "class", _("class")
        PERSON = "person", _("person")
        CROWD = "crowd", _("everyone present")

    booking = models.ForeignKey(
        Booking, models.PROTECT, null=True, blank=True, related_name="parties"
    )
    session = models.ForeignKey(Session, models.PROTECT, related_name="parties")
    live = models.BooleanField(default=True)
    # Set where it is counted who came, in the transaction that counts; a trigger holds it true.
    counted = models.BooleanField(default=False, editable=False)
    # Likewise: whether somebody must still decide its count, or count it again.
    unsettled = models.BooleanField(default=False, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    seats = models.PositiveIntegerField(default=0)
    adults = models.PositiveIntegerField(null=True, blank=True)
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, related_name="parties"
    )
    label = models.CharField(_("class"), max_length=40, blank=True)
    folded_label = models.CharField(max_length=40, blank=True)
    grade = models.PositiveSmallIntegerField(_("grade"), null=True, blank=True)
    course = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="parties"
    )
    # Keyed hash of the folded e-mail address; outlives the contact's purge.
    person_key = models.CharField(max_length=64, blank=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [
            # The coordinator's list: the few whose count waits, among all that were ever counted.
            models.Index(
                fields=["session"],
                condition=Q(live=True, unsettled=True),
                name="unsettled_party_by_session",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["class", "person", "crowd"]), name="party_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="class")
                | Q(school__isnull=False, booking__isnull=False)
                & ~Q(label="")
                & ~Q(folded_label=""),
                name="class_has_school_and_label",
            ),
            models.CheckConstraint(
                condition=Q(kind="class") | Q(label="", grade__isnull=True, course__isnull=True),
                name="only_classes_have_labels",
            ),
            models.CheckConstraint(
                condition=~Q(kind="person") | Q(booking__isnull=False) & ~Q(person_key=""),
                name="person_has_booking_and_key",
            ),
            models.UniqueConstraint(
                fields=["session", "school", "folded_label"],
                condition=Q(kind="class", live=True),
                name="one_live_booking_per_class_and_session",
                violation_error_code="class_already_booked",
                violation_error_message=_("This class is already booked for this session."),
            ),
            models.UniqueConstraint(
                fields=["session", "person_key"],
                condition=Q(kind="person", live=True),
                name="one_live_signup_per_person_and_session",
                violation_error_code="person_already_signed_up",
                violation_error_message=_("This person is already signed up for this session."),
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(booking__isnull=True),
                name="one_crowd_without_booking_per_session",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.Kind(self.kind).label)
