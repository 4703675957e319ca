"""How many seats are wanted, when a session is picked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.actions.parties import MOST_ADULTS
from booking.actions.seats import MOST_SEATS
from workshops.forms.fields import NumberField
from workshops.models import Audience, Session

LABELS = {
    Audience.PUPILS: _("Number of pupils"),
    Audience.PARENTS: _("Number of adults"),
    Audience.PROFESSIONALS: _("Number of people"),
}
MOST = {Audience.PARENTS: MOST_ADULTS}


class SeatsForm(forms.Form):
    """One number."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *, session: Session) -> None:
        super().__init__(data)
        audience = Audience(session.audience)
        self.fields["seats"] = NumberField(
            stepper=True,
            label=LABELS[audience],
            least=1,
            most=MOST.get(audience, MOST_SEATS),
            missing=_("The number is missing. Write how many come, for example 24."),
            wrong=_("This is not a number. Write how many come in digits, for example 24."),
        )
