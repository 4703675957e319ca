"""What is typed about staff: shape only, the actions decide."""

import datetime
from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.actions.staff import Role
from workshops.forms.fields import AddressField, DayField, WordsField
from workshops.forms.revised import CuredForm
from workshops.models import Deliverer


class Access(TypedDict):
    """What somebody may do, and until when."""

    roles: list[Role]
    access_ends: datetime.date | None


class Invitation(Access):
    """Whom to invite."""

    email: str
    name: str
    deliverer: Deliverer | None


class AccessForm(CuredForm):
    """Roles and last day of one person."""

    cures = {
        "already_invited": "email",
        "end_date_missing": "access_ends",
        "end_date_passed": "access_ends",
    }

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        help_text=_("What the person can do here. Somebody without a role can only sign in."),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-checkbox"}),
        required=False,
    )
    access_ends = DayField(
        label=_("Last day with access"),
        help_text=_(
            "The person can sign in to the end of this day. External deliverers need one;"
            " leave it blank for your own staff."
        ),
        required=False,
        error_messages={
            "invalid": _("Last day with access is not a date. Write it as 2026-12-31.")
        },
    )

    def details(self) -> Access:
        """Return the keyword arguments of `staff.update`."""
        return {
            "roles": [Role(value) for value in self.cleaned_data["roles"]],
            "access_ends": self.cleaned_data["access_ends"],
        }


class InviteForm(AccessForm):
    """Somebody new on the staff."""

    email = AddressField(
        label=_("E-mail"),
        help_text=_("The invitation goes here, and the person signs in with it."),
        autocomplete="off",
        missing=_("E-mail is missing. Write the person's e-mail address."),
    )
    name = WordsField(
        label=_("Name"), longest=120, missing=_("Name is missing. Write the person's name.")
    )
    deliverer = forms.ModelChoiceField(
        label=_("External deliverer"),
        help_text=_("Only for somebody who delivers workshops from outside."),
        queryset=Deliverer.objects.order_by("title", "code"),
        empty_label=_("None: own staff"),
        required=False,
    )
    field_order = ("email", "name", "roles", "deliverer", "access_ends")

    def invitation(self) -> Invitation:
        """Return the arguments of `staff.invite`."""
        typed: dict[str, Any] = self.cleaned_data
        return {
            **self.details(),
            "email": typed["email"],
            "name": typed["name"],
            "deliverer": typed["deliverer"],
        }
