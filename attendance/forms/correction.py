"""What a coordinator types to correct a count: shape only, the actions decide."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from attendance.actions.headcounts import MOST_PRESENT
from attendance.forms.numbers import doubts_of, number, they_came
from attendance.models import Headcount
from booking.actions.parties import MOST_ADULTS
from booking.forms.decisions import ReasonForm
from booking.models import Party


class CorrectionForm(ReasonForm):
    """Another number for a count that is approved, and why."""

    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    no_show = forms.BooleanField(label=_("The class did not come"), required=False)
    confirm = forms.BooleanField(label=_("Yes, so many came"), required=False)
    field_order = ("present", "adults", "confirm", "no_show", "why", "client_id")

    def __init__(self, *args: Any, headcount: Headcount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headcount = headcount
        self.is_class = is_class = headcount.party.kind == Party.Kind.CLASS
        name = _("Pupils who came") if is_class else _("Everyone present")
        self.fields["present"] = number(name, most=MOST_PRESENT)
        self.fields["adults"] = number(_("Adults with the class"), most=MOST_ADULTS)
        if not is_class:
            del self.fields["adults"], self.fields["no_show"]
        if not self.is_bound:  # nothing is doubtful yet
            del self.fields["confirm"]
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        self._check_number()
        if typed.get("present") is None and not typed.get("no_show") and not self.errors:
            message = _("The number is missing: write how many came, or tick the no-show.")
            raise ValidationError({"present": message})
        if typed.get("present") and typed.get("no_show"):
            message = _("A no-show has nobody present: write 0, or say that they came.")
            raise ValidationError({"present": message})
        return typed

    def _check_number(self) -> None:
        """Ask once about a number that is unlikely; the tick is only there when it is needed."""
        party, typed = self.headcount.party, self.cleaned_data
        present, adults, doubts = typed.get("present"), typed.get("adults"), []
        if present is not None and not typed.get("no_show"):
            booked = party.seats if party.booking_id else party.session.seats_taken
            doubts = doubts_of(present, adults, booked=booked, is_class=self.is_class)
        if not doubts:
            del self.fields["confirm"]
        elif not typed.get("confirm"):
            self["confirm"].label = they_came(present or 0, adults)
            self.add_error("confirm", " ".join(doubts))

    def details(self) -> dict[str, Any]:
        """Return the keyword arguments of `headcounts.correct`."""
        typed = self.cleaned_data
        outcome = Headcount.Outcome.NO_SHOW if typed.get("no_show") else Headcount.Outcome.CAME
        return {
            "present": typed["present"] or 0,
            "adults": typed.get("adults"),
            "outcome": outcome,
            "why": typed["why"],
            "client_id": typed.get("client_id"),
        }
