"""Columns and tables that repeat what others say, and whether they still do."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, Case, Exists, F, Model, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from attendance.models import Answer, Headcount, Register
from booking.models import Booking, Hold, Party
from booking.states import HOLDING, LIVE
from goals.models import StatedTotal
from workshops.actions import closings
from workshops.folding import fold_label, fold_title
from workshops.models import Session, Workshop

# Model, column, the column it folds, and how.
FOLDED: tuple[tuple[type[Model], str, str, Callable[[str], str]], ...] = (
    (Workshop, "folded_title", "title", fold_title),
    (Party, "folded_label", "label", fold_label),
    (Answer, "folded_question", "question", fold_title),
    (Answer, "folded_value", "value", fold_title),
    (StatedTotal, "stated_by_key", "stated_by_name", fold_title),
    (StatedTotal, "approved_by_key", "approved_by_name", fold_title),
)


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it should be: where, what stands there, what a recount says."""

    place: str
    stored: str
    recounted: str

    def __str__(self) -> str:
        words = {"place": self.place, "stored": self.stored, "recounted": self.recounted}
        return _("%(place)s: stored %(stored)s, recounted %(recounted)s") % words


def differences() -> list[Difference]:
    """Return what no longer repeats its source: seats, parties, ledger, texts folded, closings."""
    return [*_seats(), *_parties(), *_said(), *_folded(), *_closings()]


def _seats() -> Iterator[Difference]:
    """Yield the sessions whose counter is not the sum of holds and of bookings that hold seats."""
    held = Booking.objects.filter(session=OuterRef("pk"), state__in=HOLDING)
    kept = Hold.objects.filter(session=OuterRef("pk"))
    sums = [
        rows.order_by().values("session").annotate(n=Sum("seats")).values("n")
        for rows in (held, kept)
    ]
    sessions = Session.objects.annotate(due=Coalesce(sums[0], 0) + Coalesce(sums[1], 0)).exclude(
        seats_taken=F("due")
    )
    for reference, taken, due in sessions.values_list("reference", "seats_taken", "due"):
        place = _("session %(session)s seats_taken") % {"session": reference}
        yield Difference(place, str(taken), str(due))


def _parties() -> Iterator[Difference]:
    """Yield the parties whose session or liveness is not that of their booking."""
    should = Case(
        When(booking__state__in=LIVE, then=Value(value=True)),
        default=Value(value=False),
        output_field=BooleanField(),
    )
    astray = Party.objects.filter(booking__isnull=False).annotate(should=should)
    astray = astray.exclude(Q(session=F("booking__session")) & Q(live=F("should")))
    columns = ("pk", "session", "live", "booking__reference", "booking__session", "should")
    for pk, session, live, booking, booked, should in astray.values_list(*columns):
        place = _("party %(party)s of booking %(booking)s") % {"party": pk, "booking": booking}
        stands = _("session %(session)s, live %(live)s")
        stored = stands % {"session": session, "live": _("True") if live else _("False")}
        due = stands % {"session": booked, "live": _("True") if should else _("False")}
        yield Difference(place, stored, due)


def _said() -> Iterator[Difference]:
    """Yield the parties and sessions that say of themselves what the ledger does not."""
    of_party = Headcount.objects.filter(party=OuterRef("pk"))
    waits, stands = of_party.awaiting(), of_party.registered()
    none_stands = Q(Exists(of_party)) & ~Q(Exists(stands))
    register = Register.objects.filter(session=OuterRef("pk"))
    handed_over = register.exclude(state=Register.State.IN_PROGRESS)
    for model, column, said in (
        (Party, "counted", Q(Exists(stands))),
        (Party, "unsettled", Q(Exists(waits)) | none_stands),
        (Session, "handed_over", Q(Exists(handed_over))),
    ):
        truth = Case(When(said, then=Value(value=True)), default=Value(value=False))
        rows = model._default_manager.annotate(said=truth).exclude(**{column: F("said")})  # noqa: SLF001 - Django's own name
        for pk, stored, found in rows.values_list("pk", column, "said").order_by("pk"):
            place = f"{model._meta.model_name} {pk} {column}"  # noqa: SLF001 - Django's public _meta
            yield Difference(place, str(stored), str(found))


def _folded() -> Iterator[Difference]:
    """Yield the folded texts that are not the fold of their text; one fold for each text."""
    for model, column, source, fold in FOLDED:
        pairs = model._default_manager.order_by().values_list(source, column).distinct()  # noqa: SLF001 - Django's own name
        for text, stored in pairs.order_by(source, column):
            if stored != fold(text):
                words = {"column": f"{model._meta.label} {column}", "text": text}  # noqa: SLF001 - Django's public _meta
                place = _("%(column)s of “%(text)s”") % words
                yield Difference(place, stored, fold(text))


def _closings() -> Iterator[Difference]:
    """Yield the closings of schools that their sources do not give, and those that are missing."""
    for line in closings.differences():
        place, _separator, what = line.rpartition(": ")
        both = (_("closed"), _("nothing"))
        yield Difference(place, *(both if what == "stored only" else both[::-1]))
