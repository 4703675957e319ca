"""The notice: a letter in the outbox, rendered when written, sent by the worker."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BLANKED = "(blanked)"


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about letters."""

    def due(self, now: datetime.datetime) -> "NoticeQuerySet":
        """Letters to send now: queued and due, or claimed by a worker whose lease ran out."""
        queued = Q(state=Notice.State.QUEUED, next_attempt_at__lte=now)
        abandoned = Q(state=Notice.State.SENDING, lease_until__lte=now)
        return self.filter(queued | abandoned).order_by("pk")

    def failed(self) -> "NoticeQuerySet":
        """Letters given up."""
        return self.filter(state=Notice.State.FAILED)

    def repeatable(self) -> "NoticeQuerySet":
        """Letters whose text is still there; old ones are blanked."""
        return self.exclude(text=BLANKED)

    def matching(self, text: str) -> "NoticeQuerySet":
        """Letters with *text* in the address, the subject or the key; all of them for a blank."""
        if not text:
            return self
        return self.filter(
            Q(recipient__icontains=text) | Q(subject__icontains=text) | Q(key__icontains=text)
        )

    def older_than(self, moment: datetime.datetime) -> "NoticeQuerySet":
        """Letters that have left or been given up, and are old enough to lose their content."""
        over = [Notice.State.SENT, Notice.State.FAILED]
        return self.filter(state__in=over, created_at__lt=moment).exclude(recipient="")


class Notice(models.Model):
    """One letter to one address. Its `key` makes writing it twice the same as once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.EmailField()
    language = models.CharField(max_length=5, default="da")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    # Secret links by name, put into the text at delivery; here stands what they are made from.
    links = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        permissions = [("read_letters", "Can read the letters of the outbox")]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="notice_by_due_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "failed"]),
                name="notice_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["queued", "sending", "failed"], sent_at__isnull=True),
                name="sent_notice_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(lease_until__isnull=False),
                name="sending_notice_has_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"
