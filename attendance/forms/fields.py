"""The fields of one line that is counted: what they ask, and what is known already."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from attendance.actions.headcounts import MOST_PRESENT
from attendance.forms.numbers import filled, number
from attendance.models import Headcount
from attendance.reports.lines import Line, SessionCounts
from attendance.states import NoShowReason
from booking.actions.parties import MOST_ADULTS
from workshops.forms.fields import WordsField

LONGEST_NOTE = 150  # with the reason before it, it stays below the 200 of Headcount.why
NAMES = ("present", "client_id", "seen", "confirm", "adults", "no_show", "reason", "note")


@dataclass(frozen=True)
class RowFields:
    """The fields of one line, as the page shows them."""

    line: Line
    present: BoundField
    client_id: BoundField
    seen: BoundField
    confirm: BoundField
    asks_confirm: bool
    adults: BoundField | None = None
    no_show: BoundField | None = None
    reason: BoundField | None = None
    note: BoundField | None = None


def fields_of(line: Line) -> dict[str, forms.Field]:
    """Return the fields of one line, by the names they have in the form."""
    found: dict[str, forms.Field] = {}
    if line.is_class:
        pupils = filled(_("Pupils in %(title)s"), line)
        adults = line.party.adults if line.party else None
        found["present"] = number(pupils, most=MOST_PRESENT, start=line.booked)
        found["adults"] = number(
            filled(_("Adults with %(title)s"), line), most=MOST_ADULTS, start=adults
        )
    else:
        found["present"] = number(line.title, most=MOST_PRESENT, start=line.booked)
    found["confirm"] = forms.BooleanField(label=_("Yes, so many came"), required=False)
    if line.is_class:
        found["no_show"] = forms.BooleanField(label=_("The class did not come"), required=False)
        found["reason"] = forms.ChoiceField(
            label=_("Why did they not come?"),
            choices=[("", _("Choose a reason")), *NoShowReason.choices],
            required=False,
            error_messages={"invalid_choice": _("Choose a reason from the list.")},
        )
        found["note"] = WordsField(
            label=_("Short explanation"),
            longest=LONGEST_NOTE,
            help_text=_("Write no names and nothing about single pupils."),
        )
    found["client_id"] = forms.UUIDField(
        required=False, initial=uuid.uuid4, widget=forms.HiddenInput
    )
    found["seen"] = forms.IntegerField(required=False, widget=forms.HiddenInput)  # noqa: TID251 - nobody types it
    return {f"{line.key}-{name}": field for name, field in found.items()}


def initial_of(counts: SessionCounts) -> dict[str, Any]:
    """Return what is known already, so that it can be changed."""
    initial: dict[str, Any] = {}
    for line in counts.lines:
        if line.current:
            initial |= {f"{line.key}-{name}": value for name, value in _known(line.current)}
            initial[f"{line.key}-seen"] = line.current.pk
    if counts.register and counts.register.held is not None:
        initial["held"] = "yes" if counts.register.held else "no"
    return initial


def _known(count: Headcount) -> Iterator[tuple[str, Any]]:
    if count.outcome == Headcount.Outcome.CAME:
        yield "present", count.present
        yield "adults", count.adults
        return
    reason, note = NoShowReason.parted(count.why)
    yield "no_show", True
    yield "reason", reason or NoShowReason.OTHER
    yield "note", note
