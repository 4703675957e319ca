"""What is uploaded: files and how to read them; the content is the readers' business."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workshops.actions.uploads import MOST_FILES, File
from workshops.forms.fields import DayField

_TABLES = ".csv,.xlsx"


class FilesInput(forms.ClearableFileInput):
    """Takes one file or several."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One file or several, none of them empty."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check each file as Django checks one."""
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_FILES:
            message = _("Files are too many: choose at most %(most)s.")
            raise ValidationError(message, code="too_many", params={"most": MOST_FILES})
        single = super().clean
        return [single(file, initial) for file in files] if files else [single(None, initial)]


class UploadForm(forms.Form):
    """One file of any kind."""

    use_required_attribute = False

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        error_messages={
            "required": _("File is missing. Choose the file to import."),
            "empty": _("File is empty. Save it again with its content, and choose that one."),
            "max_length": _("File has too long a name. Give it a shorter one."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """Refuse more bytes than are read at all, before they are read."""
        size = sum(file.size or 0 for file in self._uploaded())
        if size > settings.IMPORT_MAX_BYTES:
            message = _(
                "File is too large: %(size)s bytes, and no more than %(most)s are read. Split it"
                " into smaller files."
            )
            params = {"size": size, "most": settings.IMPORT_MAX_BYTES}
            self.add_error("file", ValidationError(message, code="too_large", params=params))
        return self.cleaned_data

    def files_sent(self) -> list[File]:
        """Return what came, with its bytes."""
        return [File(file.name or "", file.read()) for file in self._uploaded()]

    def options(self) -> dict[str, Any]:
        """Return how to read it, as JSON can keep it."""
        return {}

    def _uploaded(self) -> Iterable[Any]:
        found = self.cleaned_data.get("file")
        return found if isinstance(found, list) else [found] if found else []


class RegisterUploadForm(UploadForm):
    """A register, from which day it holds, and whether it is the whole of it."""

    valid_from = DayField(
        label=_("Valid from"),
        help_text=_("The day from which the register says how the schools are."),
        error_messages={
            "required": _("Valid from is missing. Write the day as 2026-08-01."),
            "invalid": _("Valid from is not a day. Write it as 2026-08-01."),
        },
    )
    complete = forms.BooleanField(
        label=_("The file holds every school of its municipalities"),
        help_text=_("Schools of theirs that it leaves out are closed from that day."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("The school register as CSV or XLSX.")
        self.fields["file"].widget.attrs["accept"] = _TABLES

    def options(self) -> dict[str, Any]:
        """Return the day, and whether the file is complete."""
        day = self.cleaned_data["valid_from"]
        return {"valid_from": day.isoformat(), "complete": self.cleaned_data["complete"]}


class SureForm(forms.Form):
    """A tick that somebody has looked at the warnings of a file."""

    use_required_attribute = False

    sure = forms.BooleanField(
        error_messages={
            "required": _("Tick that you have looked at the warnings, or mend the file.")
        }
    )

    def __init__(self, *args: Any, warnings: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = ngettext(
            "I have looked at the %(number)s warning, and the file is right",
            "I have looked at the %(number)s warnings, and the file is right",
            warnings,
        )
        self.fields["sure"].label = label % {"number": warnings}


class PlanUploadForm(UploadForm):
    """A plan of one year."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("The action plan of one year as JSON.")
        self.fields["file"].widget.attrs["accept"] = ".json,application/json"


class RegistrationsUploadForm(UploadForm):
    """Registrations, answers and totals: one file, or several at once."""

    file = FilesField(
        label=_("Files"),
        help_text=_(
            "Registrations, answers and totals as CSV or XLSX, one or several at once. Several are"
            " told apart by their names."
        ),
        max_length=255,
        widget=FilesInput(attrs={"accept": _TABLES}),
        error_messages={
            "required": _("Files are missing. Choose one or several files to import."),
            "empty": _("One of the files is empty. Save it again with its content."),
            "max_length": _("One of the files has too long a name. Give it a shorter one."),
        },
    )
