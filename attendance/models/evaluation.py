"""What the participants said: anonymous answers, tied to a session and to nobody."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models import Batch, Session


class Answer(models.Model):
    """One answer to one question after one session. Nothing links it to who gave it."""

    session = models.ForeignKey(Session, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=120)
    folded_question = models.CharField(max_length=120)
    value = models.CharField(max_length=120)
    folded_value = models.CharField(max_length=120)
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, blank=True, related_name="answers")

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        indexes = [
            models.Index(fields=["session", "folded_question"], name="answer_by_session_question")
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(folded_question="") & ~Q(folded_value=""), name="answer_is_not_blank"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.value}"
