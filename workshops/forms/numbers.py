"""Fields that staff type numbers, days and times into, tolerant of how they are written."""

import datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

DAYS = ["%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y"]
TIMES = ["%H.%M", "%H:%M", "%H.%M.%S", "%H:%M:%S", "%H"]
# A year outside these was mistyped; the first and the last there are cannot be moved to UTC.
EARLIEST: Final = datetime.date(1900, 1, 1)
LATEST: Final = datetime.date(2199, 12, 31)


class NumberField(forms.IntegerField):
    """A whole number in a text input; spaces around and between are forgiven."""

    def __init__(self, *, digits: int = 4, **kwargs: Any) -> None:
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": digits}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        """Read "1 200" as 1200; refuse what Python alone calls a number, such as "1_0"."""
        if isinstance(value, str):
            value = "".join(value.split())
            digits = value.removeprefix("-").removesuffix(".0")
            if value and not (digits.isascii() and digits.isdecimal()):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


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
