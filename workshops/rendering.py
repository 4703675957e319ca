"""How forms of every app become HTML: the design system's classes, and where errors point to."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "form-checkbox"),  # for Django a kind of RadioSelect
    (forms.RadioSelect, "form-radio"),
    (forms.CheckboxInput, "form-checkbox"),
    (forms.HiddenInput, ""),
    (forms.Select, "form-select"),
    (forms.Textarea, "form-input"),
    (Input, "form-input"),
)


class BoundField(forms.BoundField):
    """A field that knows its look and the element an error link leads to."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: forms.Widget | None = None
    ) -> dict[str, Any]:
        """Add the class of the design system to those the form has given."""
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        given = str(built.get("class") or widget.attrs.get("class") or "").split()
        own = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "")
        if own and own not in given:
            built["class"] = " ".join([*given, own])
        return built

    @property
    def kind(self) -> str:
        """Which shape components/field.html draws: group, tick, stepper or input."""
        widget = self.field.widget
        if self.use_fieldset:
            return "group"
        if isinstance(widget, forms.CheckboxInput):
            return "tick"
        return "stepper" if "data-stepper" in widget.attrs else "input"

    @property
    def option_class(self) -> str:
        """Class around one choice of a group."""
        many = isinstance(self.field.widget, forms.CheckboxSelectMultiple)
        return "form-group-checkbox" if many else "form-group-radio"

    @property
    def target(self) -> str:
        """Id of the element that takes the focus when its error is followed."""
        if isinstance(self.field.widget, forms.RadioSelect):
            return f"{self.auto_id}_0"
        return self.id_for_label or self.auto_id


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ field.as_field_group }}` through our own components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = BoundField
