"""Fields of texts and ticked rows that say in our words what is wrong with them."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST_KEY: Final = 18  # the digits of a key that every database can look up


class WordsField(forms.CharField):
    """A text that names itself and its limit when it is too long."""

    def run_validators(self, value: Any) -> None:
        """Ask for the length before everything else."""
        if self.max_length and len(value) > self.max_length:
            message = _("The field %(field)s is too long: write at most %(longest)s characters.")
            params = {"field": self.label, "longest": self.max_length}
            raise ValidationError(message, code="max_length", params=params)
        super().run_validators(value)


class ManyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # plain at run time
    """Rows to tick; a key that no row can have is not looked up."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """Refuse a key too long for the database as one that is not on the list."""
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            message = _("One of the choices is not on the list any more. Choose again.")
            raise ValidationError(message, code="invalid_choice")
        return super().clean(value)
