"""The notice: a letter in the outbox. Facts when it is written, words once a worker sends it."""

import datetime
from collections.abc import Sequence

from django.db import connections, models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications import kinds

# How the key of a letter about a booking begins; its number follows.
NUMBERED = "booking:"
_LAST = "\U0010ffff"  # no sign comes after it


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Questions about letters."""

    def due(self, now: datetime.datetime) -> "NoticeQuerySet":
        """Letters to send now: queued and due, or claimed by a worker whose lease ran out."""
        queued = Q(state=Notice.State.QUEUED, next_attempt_at__lte=now)
        abandoned = Q(state=Notice.State.SENDING, lease_until__lte=now)
        return self.filter(queued | abandoned).order_by("pk")

    def claim(
        self, number: int, *, now: datetime.datetime, lease: datetime.timedelta
    ) -> "list[Notice]":
        """Take at most *number* due letters for one worker by one statement, the oldest first.

        A worker that claims at the same moment gets others: PostgreSQL passes over what another
        has locked, SQLite lets one write at a time. Their new `lease_until` names the claim: see
        `claimed`. Raw SQL, since the ORM returns no rows from an UPDATE.
        """
        # Named one by one: a worker's prepared statement outlives a column that is added meanwhile.
        columns = ", ".join(str(field.column) for field in self.model._meta.concrete_fields)  # noqa: SLF001 - Django's documented way
        chosen, values = self.due(now).values("id")[:number].query.sql_with_params()
        passing = connections[self.db].vendor == "postgresql"
        statement = (
            f"WITH due AS ({chosen}{' FOR UPDATE SKIP LOCKED' if passing else ''})"  # noqa: S608 - written by the ORM, values apart
            " UPDATE notifications_notice"
            " SET state = %s, lease_until = %s, attempts = attempts + 1"
            f" WHERE id IN (SELECT due.id FROM due) RETURNING {columns}"
        )
        taken = self.raw(statement, [*values, Notice.State.SENDING.value, now + lease])
        return sorted(taken, key=lambda notice: notice.pk)

    def claimed(self, *notices: "Notice") -> "NoticeQuerySet":
        """Those of *notices* of one claim, one or more, that are still this claim's.

        A lease is taken by the next worker only when it is over, so the next one is another.
        """
        pks, lease = [notice.pk for notice in notices], notices[0].lease_until
        return self.filter(pk__in=pks, state=Notice.State.SENDING, lease_until=lease)

    def store_words(self, notices: "Sequence[Notice]") -> int:
        """Store the words of letters that are still of the claim they hold; return their number.

        Raw SQL, since bulk_update builds its statement for longer than it takes to render them.
        """
        connection = connections[self.db]
        in_time = connection.ops.adapt_datetimefield_value
        words = [
            {
                "subject": letter.subject,
                "text": letter.text,
                "html": letter.html,
                "rendered_at": in_time(letter.rendered_at),
                "id": letter.pk,
                "lease": in_time(letter.lease_until),
            }
            for letter in notices
        ]
        with transaction.atomic(self.db), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE notifications_notice"
                " SET subject = %(subject)s, text = %(text)s, html = %(html)s,"
                " rendered_at = %(rendered_at)s"
                " WHERE id = %(id)s AND state = 'sending' AND lease_until = %(lease)s",
                words,
            )
            return int(cursor.rowcount)

    def failed(self) -> "NoticeQuerySet":
        """Letters given up."""
        return self.filter(state=Notice.State.FAILED)

    def repeatable(self) -> "NoticeQuerySet":
        """Failed letters that can be sent again; see `Notice.is_repeatable`.

        What opens a door is asked for anew instead; what has been blanked has nothing to say.
        """
        return self.failed().filter(blanked_at=None).exclude(kind__in=kinds.openers())

    def matching(self, text: str) -> "NoticeQuerySet":
        """Letters that *text* asks for; all of them for a blank.

        It begins an address or the number of a booking, or is a part of what staff call a kind.
        Each is found by an index of its own: what stands amid an address is not looked for.
        """
        if not text:
            return self
        number = NUMBERED + text.replace(" ", "").upper()
        return self.filter(
            self._beginning("address", text.lower())
            | self._beginning("key", number)
            | Q(kind__in=kinds.titled_like(text))
        )

    def _beginning(self, field: str, text: str) -> Q:
        """*field* begins with *text*, in the words for which this database uses an index."""
        if connections[self.db].vendor == "postgresql":
            return Q(**{f"{field}__startswith": text})
        return Q(**{f"{field}__gte": text, f"{field}__lt": f"{text}{_LAST}"})

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
    # What it is searched by: people type their address in any case.
    address = models.GeneratedField(
        expression=Lower("recipient"),
        output_field=models.CharField(max_length=254),
        db_persist=True,
    )
    language = models.CharField(max_length=5, default="da")
    # What the letter tells, as its kind declares it; words are made of it when it first leaves.
    facts = models.JSONField(default=dict, blank=True)
    # Secret links by name, put into the text at delivery; here stands what they are made from.
    links = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)
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
        indexes = [
            # The page of letters by state, and what waits, for /readyz.
            models.Index(fields=["state", "next_attempt_at"], name="notice_by_due_time"),
            # What a worker claims: few rows, however many have left.
            models.Index(
                fields=["id"], name="notice_unsent", condition=Q(state__in=["queued", "sending"])
            ),
            # What is searched for on the page of letters, beside the key. SQLite has no classes of
            # operators and passes over them.
            models.Index(
                fields=["address"], opclasses=["varchar_pattern_ops"], name="notice_by_address"
            ),
            models.Index(fields=["kind"], name="notice_by_kind"),
        ]
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
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(rendered_at__isnull=False),
                name="sent_notice_is_rendered",
            ),
            models.CheckConstraint(
                condition=Q(rendered_at__isnull=False) | Q(subject="", text="", html=""),
                name="unrendered_notice_has_no_words",
            ),
            models.CheckConstraint(
                condition=Q(blanked_at__isnull=True) | Q(facts={}, text="", html=""),
                name="blanked_notice_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def title(self) -> str:
        """Its subject, or, while it has none, what staff call its kind."""
        return self.subject or kinds.title(self.kind)

    @property
    def opens_a_door(self) -> bool:
        """Whether nobody but its recipient may read it."""
        return self.kind in kinds.openers()

    @property
    def is_repeatable(self) -> bool:
        """Whether it can be sent again; see `NoticeQuerySet.repeatable`."""
        kept = self.state == self.State.FAILED and self.blanked_at is None
        return kept and not self.opens_a_door
