"""What is typed when people are counted: shape only, the actions decide."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from attendance.actions.counting import TypedCount
from attendance.forms.fields import NAMES, RowFields, fields_of, initial_of
from attendance.forms.numbers import doubts_of, they_came
from attendance.models import Headcount
from attendance.reports.lines import Line, SessionCounts
from attendance.states import NoShowReason
from workshops.forms.comparison import resent
from workshops.models import User


class CountForm(forms.Form):
    """Every line of a session: its number, or a no-show with the reason; and whether it was held.

    A line without a number is left as it is; one that says what is known already too.
    """

    use_required_attribute = False

    held = forms.ChoiceField(
        label=_("Was the session held?"),
        choices=[("yes", _("Yes, it was held")), ("no", _("No, it was not held"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={
            "required": _("Was the session held? Choose yes or no."),
            "invalid_choice": _("Was the session held? Choose yes or no."),
        },
    )

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        counts: SessionCounts,
        by: User,
        submit: bool = False,
    ) -> None:
        self.counts, self.by, self.submit = counts, by, submit
        super().__init__(data, initial=initial_of(counts))
        self.fields["held"].required = submit or data is None  # where it is asked, it is needed
        for line in self.open_lines:
            self.fields |= fields_of(line)
        self.order_fields([*(name for name in self.fields if name != "held"), "held"])

    @property
    def open_lines(self) -> list[Line]:
        """The lines that can be counted: an approved one is corrected instead."""
        return [line for line in self.counts.lines if not line.approved]

    @property
    def rows(self) -> list[RowFields]:
        return [self._row(line) for line in self.open_lines]

    def _row(self, line: Line) -> RowFields:
        found = {
            name: self[f"{line.key}-{name}"]
            for name in NAMES
            if f"{line.key}-{name}" in self.fields
        }
        confirm = found["confirm"]
        return RowFields(line=line, asks_confirm=bool(confirm.errors or confirm.data), **found)

    def clean(self) -> dict[str, Any]:
        if any(self._is_astray(name) for name in self.data):
            message = _(
                "Somebody has approved or changed the bookings since you opened this page."
                " Look at the counts below, and write what is missing."
            )
            self.add_error(None, ValidationError(message, code="page_outdated"))
        for line in self.open_lines:
            self._check_no_show(line)
            self._check_number(line)
            self._check_seen(line)
        return self.cleaned_data

    def _is_astray(self, name: str) -> bool:
        """Whether a number was typed for a line that cannot be counted here any more."""
        is_number = name.endswith("-present") and name not in self.fields
        return is_number and bool(self.data[name].strip())

    def _typed(self, line: Line, name: str) -> Any:
        return self.cleaned_data.get(f"{line.key}-{name}")

    def _refuse(self, line: Line, name: str, message: Any) -> None:
        self.add_error(f"{line.key}-{name}", message)

    def _check_no_show(self, line: Line) -> None:
        if not self._typed(line, "no_show"):
            return
        if self._typed(line, "present"):
            words = {"present": self._typed(line, "present")}
            message = _(
                "You wrote %(present)s and marked a no-show. Clear the number, or the mark."
            )
            self._refuse(line, "present", message % words)
        if f"{line.key}-reason" in self.errors:
            return
        reason, note = self._typed(line, "reason"), self._typed(line, "note")
        if not reason:
            self._refuse(line, "reason", _("The reason is missing: choose why nobody came."))
        elif reason == NoShowReason.OTHER and not note:
            self._refuse(line, "note", _("Write in a few words what the other reason was."))

    def _check_seen(self, line: Line) -> None:
        """Refuse to write over what somebody else has counted since; a second time knowingly."""
        known, row = line.current, self._new(line)
        if known is None or row is None or known.recorded_by_id == self.by.pk:
            return
        if self._typed(line, "seen") != known.pk:
            resent(self, f"{line.key}-seen", str(known.pk))
            message = _(
                "Somebody else counted %(present)s here since you opened the page. Write the number"
                " that is right, and save again."
            )
            self._refuse(line, "present", message % {"present": known.present})

    def _check_number(self, line: Line) -> None:
        if f"{line.key}-present" in self.errors:
            return
        present = self._typed(line, "present")
        if present is None:
            if self._typed(line, "adults") and not self._typed(line, "no_show"):
                message = _("The number of pupils is missing: write 0 if only adults came.")
                self._refuse(line, "present", message)
            return
        adults = self._typed(line, "adults")
        doubts = doubts_of(present, adults, booked=line.booked, is_class=line.is_class)
        if doubts and not self._typed(line, "confirm"):
            self[f"{line.key}-confirm"].label = they_came(present, adults)
            self._refuse(line, "confirm", " ".join(doubts))

    def renew(self) -> None:
        """Let the page be sent again as counts of its own."""
        for line in self.open_lines:
            resent(self, f"{line.key}-client_id", str(uuid.uuid4()))

    def details(self) -> list[TypedCount]:
        """Return the rows for `counting.save`: what is new, line by line."""
        return [row for line in self.open_lines if (row := self._new(line))]

    def was_held(self) -> bool:
        """What is said of the session; only asked for where *submit*."""
        return bool(self.cleaned_data["held"] == "yes")

    def _new(self, line: Line) -> TypedCount | None:
        no_show, present = self._typed(line, "no_show"), self._typed(line, "present")
        if present is None and not no_show:
            return None
        reason, note = self._typed(line, "reason"), self._typed(line, "note")
        row = TypedCount(
            party=line.party,
            present=0 if no_show else present,
            adults=None if no_show else self._typed(line, "adults"),
            outcome=Headcount.Outcome.NO_SHOW if no_show else Headcount.Outcome.CAME,
            why=": ".join(part for part in (reason, note) if part) if no_show else "",
            client_id=self._typed(line, "client_id") or uuid.uuid4(),
            seen=self._typed(line, "seen"),
        )
        # Why so many came is never asked here: what a correction says of it stays.
        same = ["present", "adults", "outcome", *(["why"] if no_show else [])]
        known = line.current
        if known and all(getattr(known, name) == getattr(row, name) for name in same):
            return None
        return row
