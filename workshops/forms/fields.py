"""The fields of every form: they take what people really type, and say what is wrong with it."""

import datetime
import re
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from workshops import telephones, texts

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Words

DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"]
TIMES = ["%H.%M", "%H:%M", "%H.%M.%S", "%H:%M:%S", "%H"]
# A year outside these was mistyped; the first and the last there are cannot be moved to UTC.
EARLIEST: Final = datetime.date(1900, 1, 1)
LATEST: Final = datetime.date(2199, 12, 31)
LONGEST_ADDRESS: Final = 254
LONGEST_KEY: Final = 18  # the digits of a key that every database can look up
# 24, 1200, 1 200, 1.200, 24.0 and a word after it: 24 elever.
_NUMBER = re.compile(r"(-?)\s*(\d{1,3}(?:[\s.]\d{3})+|\d{1,100})(?:[.,]0{1,2})?\D*")


class WordsField(forms.CharField):
    """A text, of one line unless it has *lines*; `texts.understood` says what cannot be kept."""

    def __init__(
        self,
        *,
        label: "Words",
        longest: int,
        missing: "Words" = "",
        lines: bool = False,
        autocomplete: str = "off",
        **options: Any,
    ) -> None:
        self.longest, self.lines = longest, lines
        options.setdefault("widget", forms.TextInput(attrs={"autocomplete": autocomplete}))
        errors = {"required": missing} if missing else {}
        super().__init__(label=label, required=bool(missing), error_messages=errors, **options)
        self.validators = []  # texts.understood refuses more, in our words

    def clean(self, value: Any) -> str:
        typed, name = str(super().clean(value)), self.label or ""
        longest, lines = self.longest, self.lines
        return texts.understood(typed, name=name, longest=longest, required=False, lines=lines)


class NumberField(forms.IntegerField):
    """A whole number, typed as people do: with spaces, dots, or a word after it.

    Where *least* and *most* are left out, an action says what is too many. With a *stepper* there
    are buttons beside it.
    """

    def __init__(
        self,
        *,
        label: "Words",
        wrong: "Words",
        missing: "Words" = "",
        least: int | None = None,
        most: int | None = None,
        stepper: bool = False,
        **options: Any,
    ) -> None:
        self.least, self.most = least, most
        attrs: dict[str, Any] = {"inputmode": "numeric", "autocomplete": "off"}
        if stepper:
            attrs |= {"data-stepper": True, "data-min": str(least), "data-max": str(most)}
        else:
            attrs["size"] = 4
        widget = forms.TextInput(attrs={**attrs, **options.pop("attrs", {})})
        options.setdefault("required", bool(missing))
        errors = {"required": missing, "invalid": wrong}
        super().__init__(label=label, widget=widget, error_messages=errors, **options)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int) or value in self.empty_values:
            return value if isinstance(value, int) else None
        digits = _NUMBER.fullmatch(str(value).strip())
        if not digits:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return int(digits[1] + re.sub(r"[\s.]", "", digits[2]))

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        least, most = self.least, self.most
        if (least is not None and value < least) or (most is not None and value > most):
            message = _("%(label)s: write a number from %(least)s to %(most)s.")
            params = {"label": self.label, "least": least, "most": most}
            raise ValidationError(message, code="out_of_range", params=params)


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

    def __init__(
        self, *, label: "Words", missing: "Words", autocomplete: str = "email", **options: Any
    ) -> None:
        wrong = _("E-mail is not an address. Write it as name@example.org.")
        attrs = {"autocomplete": autocomplete, "inputmode": "email"}
        super().__init__(
            label=label,
            required=bool(missing),
            max_length=LONGEST_ADDRESS,
            widget=forms.EmailInput(attrs=attrs),
            error_messages={"required": missing, "invalid": wrong, "max_length": wrong},
            **options,
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
        typed, name = str(super().clean(value)), self.label or ""
        return texts.understood(typed, name=name, longest=LONGEST_ADDRESS, required=False)


class DayField(forms.DateField):
    """A day, picked or typed in the ways people write it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
        super().__init__(widget=widget, input_formats=DAYS, **kwargs)

    def to_python(self, value: Any) -> datetime.date | None:
        """Refuse a day of a year that was mistyped."""
        day = super().to_python(value)
        if day and not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class ClockField(forms.TimeField):
    """A time of day as "9", "9.30", "09:30" or "kl. 9.30"."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off", "size": 6}
        widget = forms.TimeInput(format="%H.%M", attrs=attrs)
        kwargs.setdefault("help_text", _("For example 9.30"))
        super().__init__(widget=widget, input_formats=TIMES, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Leave out "kl." before the time."""
        if isinstance(value, str):
            value = value.strip().casefold().removeprefix("kl").lstrip(".").strip()
            value = value.replace(",", ".")  # the sign on a Danish telephone's keypad
        return super().to_python(value)


class ManyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # plain at run time
    """Rows to tick; a key that no row can have is not looked up."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        """Refuse a key too long for the database as one that is not on the list."""
        if any(len(str(key)) > LONGEST_KEY for key in value or ()):
            message = _("One of the choices is not on the list any more. Choose again.")
            raise ValidationError(message, code="invalid_choice")
        return super().clean(value)
