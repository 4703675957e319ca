"""Two versions of one form side by side: what is saved now, and what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field in which the two versions differ, in words."""

    label: str | Promise
    theirs: str
    mine: str


def differences(form: forms.Form, saved: Mapping[str, Any]) -> list[FieldDifference]:
    """Return the fields in which what was typed into *form* is not what is *saved* now."""
    return [
        FieldDifference(
            label=bound.label,
            theirs=_words(bound.field, saved.get(bound.name)),
            mine=_words(bound.field, form.cleaned_data.get(bound.name)),
        )
        for bound in form.visible_fields()
        if bound.field.has_changed(saved.get(bound.name), bound.data)
    ]


def renewed(form: forms.Form, *, revision: int) -> None:
    """Let *form* show what was typed, to be saved over *revision* knowingly."""
    resent(form, "revision", str(revision))


def resent(form: forms.Form, name: str, value: str) -> None:
    """Let *form* show what was typed as if *value* had been sent in the field *name*."""
    form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict in every view
    form.data[form.add_prefix(name)] = value  # type: ignore[index]  # likewise


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return _("Yes") if field.to_python(value) else _("No")
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return ", ".join(_labels(field, value)) or _("Nothing")
    if hasattr(value, "strftime"):
        value = field.widget.format_value(value)
    return str(value if value is not None else "") or _("Nothing")


def _labels(field: Any, value: Any) -> list[str]:
    """Return the labels of what is chosen; what is not among the choices is left out."""
    prepared = field.prepare_value(value)
    keys = prepared if isinstance(prepared, list | tuple) else [prepared]
    labels = {str(key): str(label) for key, label in field.choices}
    return [labels[str(key)] for key in keys if str(key) in labels and str(key)]
