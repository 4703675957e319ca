"""Fields that take what people really type, and say what is wrong with it and how to mend it."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.actions import parties as people
from workshops import telephones

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Words


class WordField(forms.CharField):
    """A short text; refuses what looks like a CPR number, as the action behind it does."""

    def __init__(
        self, *, label: "Words", longest: int, missing: "Words" = "", **options: Any
    ) -> None:
        self.longest = longest
        errors = {"required": missing} if missing else {}
        super().__init__(label=label, required=bool(missing), error_messages=errors, **options)
        self.validators = []  # people.text refuses more, in our words

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        name = self.label or ""
        return people.text(typed, name=name, longest=self.longest, required=False)


class NumberField(forms.CharField):
    """A whole number, typed as people do: with spaces, dots, or a word after it."""

    def __init__(
        self,
        *,
        label: "Words",
        least: int,
        most: int,
        missing: "Words",
        wrong: "Words",
        **options: Any,
    ) -> None:
        self.least, self.most, self.wrong = least, most, wrong
        attrs = {"inputmode": "numeric", "autocomplete": "off", "data-stepper": True}
        attrs |= {"data-min": str(least), "data-max": str(most)}
        widget = forms.TextInput(attrs={**attrs, **options.pop("attrs", {})})
        errors = {"required": missing}
        super().__init__(label=label, widget=widget, error_messages=errors, **options)

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value))
        if not typed:
            return None
        digits = re.fullmatch(r"(-?)(\d{1,3}(?:[ .]\d{3})+|\d{1,100})\D*", typed)
        if not digits:
            raise ValidationError(self.wrong, code="not_a_number")
        number = int(digits[1] + re.sub(r"[ .]", "", digits[2]))
        if not self.least <= number <= self.most:
            message = _("%(label)s: write a number from %(least)s to %(most)s.")
            params = {"label": self.label, "least": self.least, "most": self.most}
            raise ValidationError(message, code="out_of_range", params=params)
        return number


class MobileField(forms.CharField):
    """A telephone number as people write it; E.164 is kept."""

    def __init__(self, *, label: "Words", missing: "Words", **options: Any) -> None:
        attrs = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        errors = {"required": missing}
        super().__init__(
            label=label, widget=forms.TextInput(attrs=attrs), error_messages=errors, **options
        )
        self.validators = []  # telephones.understood refuses more, in our words

    def clean(self, value: Any) -> str:
        return telephones.understood(str(super().clean(value)), name=self.label or "")


class AddressField(forms.EmailField):
    """An e-mail address; stray spaces are taken out."""

    def __init__(self, *, label: "Words", missing: "Words", autocomplete: str = "email") -> None:
        wrong = _("E-mail is not an address. Write it as name@example.org.")
        attrs = {"autocomplete": autocomplete, "inputmode": "email"}
        super().__init__(
            label=label,
            required=bool(missing),
            max_length=254,
            widget=forms.EmailInput(attrs=attrs),
            error_messages={"required": missing, "invalid": wrong, "max_length": wrong},
        )
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        return re.sub(r"\s+", "", str(super().to_python(value) or ""))

    def run_validators(self, value: Any) -> None:
        """Say once what is wrong, however much it is."""
        try:
            super().run_validators(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value))
        return people.text(typed, name=self.label or "", longest=254, required=False)
