"""What is typed about when and where sessions are: shape only, the actions decide."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.actions.planning import MOST_SESSIONS
from workshops.actions.sessions import Slot, check, slot_on
from workshops.forms.fields import ClockField, DayField, NumberField, WordsField
from workshops.forms.revised import CuredForm, RevisedForm
from workshops.models import Session, Venue, Workshop

_CURES = {
    "ends_before_start": "until",
    "capacity_out_of_range": "capacity",
    "capacity_below_taken": "capacity",
    "session_begun": "day",
    "session_counted": "day",
    "dates_missing": "day",
    "workshop_archived": "workshop",
    "looks_like_cpr": "room",
}
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]


class PlannedForm(CuredForm):
    """What every form about sessions shares."""

    cures = _CURES


class SlotForm(PlannedForm):
    """When and where a session is, and for how many."""

    day = DayField(
        label=_("Date"),
        error_messages={
            "required": _("Date is missing. Write the day as 2026-12-31."),
            "invalid": _("Date is not a day. Write it as 2026-12-31."),
        },
    )
    since = ClockField(
        label=_("From"),
        error_messages={
            "required": _("From is missing. Write when the session starts, for example 9.30."),
            "invalid": _("From is not a time. Write it as 9.30."),
        },
    )
    until = ClockField(
        label=_("To"),
        help_text=_("For example 11.00"),
        error_messages={
            "required": _("To is missing. Write when the session ends, for example 11.00."),
            "invalid": _("To is not a time. Write it as 11.00."),
        },
    )
    venue = forms.ModelChoiceField(
        label=_("Place"),
        queryset=Venue.objects.order_by("name"),
        empty_label=_("At the school that books, or told later"),
        required=False,
        error_messages={
            "invalid_choice": _("Place is not on the list any more. Choose another one."),
        },
    )
    room = WordsField(label=_("Room"), longest=80)
    capacity = NumberField(
        label=_("Places"),
        missing=_("Places is missing. Write how many can take part, for example 28."),
        wrong=_("Places is not a number. Write it as for example 28."),
    )
    language = forms.ChoiceField(label=_("Held in"), choices=LANGUAGES)

    def clean(self) -> dict[str, Any]:
        """Refuse at once what no session can have, before anything else is asked."""
        if not self.errors:
            try:
                check(self.slot())
            except ValidationError as refusal:
                self.refuse(refusal)
        return self.cleaned_data

    def slot(self, day: datetime.date | None = None) -> Slot:
        """Return what was typed as the action takes it, on *day* where it is another one."""
        typed = self.cleaned_data
        rest = {name: typed[name] for name in ("venue", "room", "capacity", "language")}
        return slot_on(day or typed["day"], since=typed["since"], until=typed["until"], **rest)


class SeriesForm(SlotForm):
    """One session, or several in as many weeks."""

    workshop = forms.ModelChoiceField(
        label=_("Workshop"),
        queryset=Workshop.objects.exclude(state=Workshop.State.ARCHIVED).order_by("title"),
        empty_label=_("Choose a workshop"),
        error_messages={
            "required": _("Workshop is missing. Choose the one that the sessions belong to."),
            "invalid_choice": _("Workshop is not on the list any more. Choose another one."),
        },
    )
    times = NumberField(
        label=_("Number of weeks"),
        help_text=_("1 is a single session. Weeks with a holiday are left out and made up for."),
        initial=1,
        attrs={"size": 2},
        missing=_("Number of weeks is missing. Write 1 for a single session."),
        wrong=_("Number of weeks is not a number. Write it as for example 8."),
    )
    field_order = ("workshop", "day", "since", "until", "times", "venue", "room", "capacity")

    def clean_times(self) -> int:
        """Keep a series within a school year."""
        times = int(self.cleaned_data["times"])
        if not 1 <= times <= MOST_SESSIONS:
            message = _("Number of weeks is a number from 1 to %(most)s.")
            raise ValidationError(message, code="too_many", params={"most": MOST_SESSIONS})
        return times


class SlotEditForm(RevisedForm, SlotForm):
    """When and where an existing session is."""


class CancelForm(PlannedForm):
    """Why a session is cancelled."""

    why = WordsField(
        label=_("Reason"),
        help_text=_("Everybody who has booked reads it. Write no names and no numbers of people."),
        longest=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        missing=_("Reason is missing. Write why the session is cancelled."),
    )


def slot_of(session: Session) -> dict[str, Any]:
    """Return what *session* holds of the fields of SlotEditForm."""
    zone = timezone.get_default_timezone()
    starts, ends = (timezone.localtime(moment, zone) for moment in (session.starts, session.ends))
    return {
        "day": starts.date(),
        "since": starts.time(),
        "until": ends.time(),
        "venue": session.venue_id,
        "room": session.room,
        "capacity": session.capacity,
        "language": session.language,
        "revision": session.revision,
    }
