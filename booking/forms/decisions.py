"""What a coordinator types to find sessions and bookings, and to decide: shape only."""

import datetime
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from booking.reports.search import BookingFilters, SessionFilters
from booking.states import BookingState
from workshops.forms.fields import DayField, WordsField
from workshops.forms.revised import CuredForm
from workshops.models import Deliverer, Session, User, Workshop

LONGEST_REASON = 200
LONGEST_SEARCH = 80


class _Filters(forms.Form):
    """What both lists are narrowed by; what cannot be read narrows nothing, and says so."""

    use_required_attribute = False

    workshop = forms.ModelChoiceField(
        label=_("Workshop"),
        queryset=Workshop.objects.order_by("title"),
        empty_label=_("All workshops"),
        required=False,
        error_messages={"invalid_choice": _("Choose a workshop from the list.")},
    )
    since = DayField(
        label=_("From date"),
        required=False,
        error_messages={"invalid": _("From date is not a date. Write it as 2026-12-31.")},
    )
    until = DayField(
        label=_("To and including"),
        required=False,
        error_messages={"invalid": _("To and including is not a date. Write it as 2026-12-31.")},
    )

    def _period(self) -> tuple[datetime.date | None, datetime.date | None]:
        return self.cleaned_data.get("since"), self.cleaned_data.get("until")


class SessionFilterForm(_Filters):
    """Which sessions to list."""

    leader = forms.ChoiceField(
        label=_("Who leads it"),
        required=False,
        error_messages={"invalid_choice": _("Choose who leads it from the list.")},
    )
    school = WordsField(label=_("School or its number"), longest=LONGEST_SEARCH)
    field_order = ("workshop", "leader", "school", "since", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ChoiceField)  # noqa: S101 - declared above
        leader.choices = _leaders()

    def filters(self) -> SessionFilters:
        """Return what could be read of the form; call after `is_valid`."""
        kind, _hyphen, key = self.cleaned_data.get("leader", "").partition("-")
        since, until = self._period()
        return SessionFilters(
            workshop=self.cleaned_data.get("workshop"),
            facilitator=int(key) if kind == "user" else None,
            deliverer=int(key) if kind == "deliverer" else None,
            school=self.cleaned_data.get("school", ""),
            since=since,
            until=until,
        )


class BookingFilterForm(_Filters):
    """Which bookings to list."""

    q = WordsField(
        label=_("Search"),
        help_text=_("Reference, school, or the contact's name, e-mail or telephone."),
        longest=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("All states")),
            ("decision", _("awaiting a decision")),
            *BookingState.choices,
        ],
        required=False,
        error_messages={"invalid_choice": _("Choose a state from the list.")},
    )
    field_order = ("q", "state", "workshop", "since", "until")

    def filters(self) -> BookingFilters:
        """Return what could be read of the form; call after `is_valid`."""
        since, until = self._period()
        return BookingFilters(
            text=self.cleaned_data.get("q", ""),
            state=self.cleaned_data.get("state", ""),
            workshop=self.cleaned_data.get("workshop"),
            since=since,
            until=until,
        )


class ReasonForm(CuredForm):
    """Why: a reason that others read."""

    why = WordsField(
        label=_("Reason"),
        longest=LONGEST_REASON,
        missing=_("The reason is missing: write in a sentence why."),
    )

    def __init__(self, *args: Any, hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].help_text = hint


def _leaders() -> list[tuple[str, Any]]:
    """Return everybody who leads a session, by name, and every deliverer. Two queries."""
    leads = Session.facilitators.through.objects.filter(user=OuterRef("pk"))
    people = User.objects.get_queryset().filter(Exists(leads))
    rows: list[tuple[str, Any]] = [("", _("Everybody"))]
    rows += [(f"user-{user.pk}", str(user)) for user in people.order_by("name", "email")]
    rows += [
        (f"deliverer-{deliverer.pk}", str(deliverer))
        for deliverer in Deliverer.objects.order_by("title", "code")
    ]
    return rows
