"""How many seats are wanted, when a session is picked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.seats import MOST_SEATS
from booking.forms.fields import NumberField
from workshops.models import Audience, Session

LABELS = {
    Audience.PUPILS: _("Number of pupils"),
    Audience.PARENTS: _("Number of adults"),
    Audience.PROFESSIONALS: _("Number of people"),
}


class SeatsForm(forms.Form):
    """One number."""

    use_required_attribute = False

    seats = NumberField(
        label=_("Number of seats"),
        least=1,
        most=MOST_SEATS,
        missing=_("The number is missing. Write how many come, for example 24."),
        wrong=_("This is not a number. Write how many come in digits, for example 24."),
    )

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data)
        self.fields["seats"].label = LABELS[Audience(session.audience)]
