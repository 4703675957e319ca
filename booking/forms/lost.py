"""What somebody is asked who has lost the link to a booking."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.forms.fields import AddressField


class LostForm(forms.Form):
    """The address alone."""

    use_required_attribute = False

    email = AddressField(
        label=_("E-mail"), missing=_("E-mail is missing. Write the address that you booked with.")
    )
