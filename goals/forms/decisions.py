"""A manager's verdict on a goal, with the reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from goals.actions.decisions import LONGEST
from goals.models import Decision
from workshops.forms.fields import WordsField
from workshops.forms.revised import CuredForm


class DecisionForm(CuredForm):
    """Which verdict, and why."""

    cures = dict.fromkeys(("value_missing", "value_too_long", "looks_like_cpr"), "why")

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[
            (Decision.Verdict.MET, _("Met")),
            (Decision.Verdict.PARTLY, _("Partly met")),
            (Decision.Verdict.NOT_MET, _("Not met")),
        ],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Verdict is missing. Choose one of the three."),
            "invalid_choice": _("Verdict is not one of the three. Choose one of them."),
        },
    )
    why = WordsField(
        label=_("Reason"),
        help_text=_("It stands beside the verdict in the report. Write no names of people."),
        longest=LONGEST,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        missing=_("Reason is missing. Write why the goal is judged so."),
    )
