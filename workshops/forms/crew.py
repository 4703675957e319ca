"""What is typed about who holds sessions and for what they count: shape only, actions decide."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.actions.sessions import Crew
from workshops.forms.fields import ManyField
from workshops.forms.revised import RevisedForm
from workshops.forms.sessions import PlannedForm
from workshops.models import Deliverer, Plan, Session, User


class CrewForm(PlannedForm):
    """What a session counts for, and who holds it."""

    plan = forms.ModelChoiceField(
        label=_("Plan"),
        help_text=_("The people who come count for the goals of this plan."),
        queryset=Plan.objects.order_by("title", "code"),
        empty_label=_("Choose a plan"),
        error_messages={
            "required": _("Plan is missing. Choose the plan that the session counts for."),
            "invalid_choice": _("Plan is not on the list any more. Choose another one."),
        },
    )
    further_plans = ManyField(
        label=_("Further plans"),
        help_text=_("Plans that the session also belongs to. It is counted once, for the plan."),
        queryset=Plan.objects.order_by("title", "code"),
        required=False,
    )
    facilitators = ManyField(
        label=_("Facilitators"),
        help_text=_("They see the session and count who comes."),
        queryset=User.objects.none(),
        required=False,
    )
    deliverer = forms.ModelChoiceField(
        label=_("External deliverer"),
        queryset=Deliverer.objects.order_by("title", "code"),
        empty_label=_("None: own staff"),
        required=False,
        error_messages={
            "invalid_choice": _("Deliverer is not on the list any more. Choose another one."),
        },
    )

    def __init__(self, *args: Any, session: Session | None = None, **kwargs: Any) -> None:
        """Offer who may count; *session* keeps those who hold it already."""
        super().__init__(*args, **kwargs)
        people = User.objects.who_count(timezone.localdate(), or_lead=session)
        self.fields["facilitators"].queryset = people.order_by("name", "email")  # type: ignore[attr-defined]
        plans = list(Plan.objects.order_by("title", "code")[:2])
        if len(plans) == 1:
            del self.fields["further_plans"]
            self.fields["plan"].initial = plans[0]

    def crew(self) -> Crew:
        """Return what was typed, as the action takes it."""
        typed = self.cleaned_data
        return Crew(
            plan=typed["plan"],
            further_plans=tuple(typed.get("further_plans", ())),
            facilitators=tuple(typed["facilitators"]),
            deliverer=typed["deliverer"],
        )


class NewCrewForm(CrewForm):
    """The last step of planning: whether the sessions open at once, and one key for all of it."""

    opening = forms.ChoiceField(
        label=_("Booking"),
        choices=[
            ("open", _("Open for booking at once")),
            ("draft", _("Keep as drafts that nobody can book yet")),
        ],
        widget=forms.RadioSelect,
        initial="open",
        error_messages={"required": _("Booking is missing. Choose one.")},
    )
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class CrewEditForm(RevisedForm, CrewForm):
    """What an existing session counts for, and who holds it."""


def crew_of(session: Session) -> dict[str, Any]:
    """Return what *session* holds of the fields of CrewEditForm."""
    return {
        "plan": session.plan_id,
        "further_plans": [plan.pk for plan in session.further_plans.all()],
        "facilitators": [person.pk for person in session.facilitators.all()],
        "deliverer": session.deliverer_id,
        "revision": session.revision,
    }
