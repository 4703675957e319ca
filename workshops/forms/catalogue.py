"""What is typed about a workshop: shape only, the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.actions.catalogue import Facts, Texts
from workshops.forms.fields import NumberField, WordsField
from workshops.forms.revised import RevisedForm
from workshops.models import Audience, Topic, Workshop

_CURES = {
    "title_missing": "title",
    "title_taken": "title",
    "audience_fixed": "audience",
    "grade_out_of_range": "grade_from",
    "grades_out_of_order": "grade_to",
    "minutes_out_of_range": "minutes",
}
_GRADE = _("A grade is a number. Write it as a number from 0 to 10, for example 7.")


class WorkshopForm(RevisedForm):
    """What both pages of a workshop share."""

    cures = _CURES


class FactsForm(WorkshopForm):
    """Title, audience and how a workshop is booked."""

    title = WordsField(
        label=_("Title in Danish"),
        longest=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "da"}),
        missing=_("Title in Danish is missing. Write what the workshop is called."),
    )
    title_en = WordsField(
        label=_("Title in English"),
        longest=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "lang": "en"}),
    )
    audience = forms.ChoiceField(
        label=_("Who it is for"),
        choices=[
            (Audience.PUPILS, _("Pupils")),
            (Audience.PARENTS, _("Parents")),
            (Audience.PROFESSIONALS, _("Professionals")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Who it is for is missing. Choose one.")},
    )
    topic = forms.ModelChoiceField(
        label=_("Topic"),
        queryset=Topic.objects.order_by("title"),
        empty_label=_("No topic"),
        required=False,
        error_messages={
            "invalid_choice": _("Topic is not on the list any more. Choose another one."),
        },
    )
    grade_from = NumberField(label=_("From grade"), wrong=_GRADE, attrs={"size": 2})
    grade_to = NumberField(label=_("To grade"), wrong=_GRADE, attrs={"size": 2})
    minutes = NumberField(
        label=_("Length in minutes"),
        wrong=_("Length in minutes is not a number. Write it as for example 90."),
    )
    needs_approval = forms.BooleanField(
        label=_("Bookings wait until a coordinator has approved them"), required=False
    )

    def filled(self) -> Facts:
        """Return what was typed, as the action takes it."""
        typed: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name != "revision"
        }
        return Facts(**typed)


_NEEDED = _("Needed before the workshop can be published.")
_INSTEAD = _("Left blank, English readers see the Danish text.")


def _text(
    label: Any, language: str, *, lines: int = 6, longest: int = 10_000, hint: Any = ""
) -> WordsField:
    return WordsField(
        label=label,
        help_text=hint,
        longest=longest,
        lines=True,
        widget=forms.Textarea(attrs={"rows": lines, "lang": language}),
    )


class TextsForm(WorkshopForm):
    """What the public page says, in both languages."""

    summary = _text(_("Summary in Danish"), "da", lines=3, longest=300, hint=_NEEDED)
    summary_en = _text(_("Summary in English"), "en", lines=3, longest=300, hint=_INSTEAD)
    description = _text(_("Description in Danish"), "da", lines=10, hint=_NEEDED)
    description_en = _text(_("Description in English"), "en", lines=10, hint=_INSTEAD)
    preparation = _text(_("Preparation in Danish"), "da")
    preparation_en = _text(_("Preparation in English"), "en")
    school_provides = _text(_("What the school provides, in Danish"), "da")
    school_provides_en = _text(_("What the school provides, in English"), "en")

    @property
    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields two by two, Danish and English."""
        fields = self.visible_fields()
        return list(zip(fields[::2], fields[1::2], strict=True))

    def filled(self) -> Texts:
        """Return what was typed, as the action takes it."""
        typed: dict[str, Any] = {
            name: value for name, value in self.cleaned_data.items() if name != "revision"
        }
        return Texts(**typed)


def saved_in(workshop: Workshop, form: type[WorkshopForm]) -> dict[str, Any]:
    """Return what *workshop* holds of the fields of *form*."""
    return {name: getattr(workshop, name) for name in form.base_fields}
