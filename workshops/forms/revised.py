"""Forms that show a refusal at the field that cures it, and save over what was opened alone."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError


class CuredForm(forms.Form):
    """A form in front of an action that may refuse."""

    use_required_attribute = False
    cures: ClassVar[Mapping[str, str]] = {}
    """At which field the refusal with this code is shown."""

    def refuse(self, refusal: ValidationError) -> None:
        """Show what an action refused at the field that cures it."""
        field = self.cures.get(refusal.code or "")
        self.add_error(field if field in self.fields else None, refusal)


class RevisedForm(CuredForm):
    """A form that saves only over the revision it was opened with."""

    revision = forms.IntegerField(  # noqa: TID251 - nobody types it
        widget=forms.HiddenInput, min_value=0, required=False
    )

    @property
    def opened_with(self) -> int:
        """The revision that was shown; one that was lost is older than any."""
        revision = self.cleaned_data["revision"]
        return -1 if revision is None else int(revision)
