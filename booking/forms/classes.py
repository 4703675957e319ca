"""What a school is asked that books one or several classes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from booking.actions.answers import Answers
from booking.actions.parties import MOST_ADULTS
from booking.actions.seats import MOST_SEATS
from booking.forms.rows import (
    EMAIL_MISSING,
    NAME_MISSING,
    AnswerLine,
    DetailsForm,
    needs_field,
    needs_line,
    same,
)
from workshops import telephones
from workshops.forms.fields import AddressField, MobileField, NumberField, WordsField
from workshops.reports import schools

MOST_CLASSES = 4
LABEL_MISSING = _("Class is missing. Write it as the school does, for example 7.B.")
PUPILS_MISSING = _("Number of pupils is missing. Write it in digits, for example 24.")
UNCLEAR = _(
    "We are not sure which school you mean. Choose it from the list, or write its number above."
)


class ClassForm(DetailsForm):
    """A school books one or several classes."""

    most_rows = MOST_CLASSES
    row_fields = ("label", "pupils")
    first_fields = ("school", "school_number")
    add_row = _("Add another class")
    homes: ClassVar[Mapping[str, str]] = {
        "session_full": "pupils_1",
        "seats_out_of_range": "pupils_1",
        "class_already_booked": "label_1",
        "value_missing": "label_1",
        "school_closed": "school",
        "adults_out_of_range": "adults",
        "email_invalid": "email",
        **dict.fromkeys(telephones.CODES, "mobile"),
    }

    school = WordsField(
        label=_("School"),
        longest=160,
        missing=_("School is missing. Write the name of the school or its number."),
        help_text=_("Write the name or the institution number."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "schools"}),
    )
    adults = NumberField(
        stepper=True,
        label=_("Adults with the class"),
        least=0,
        most=MOST_ADULTS,
        missing=_("Adults with the class is missing. Write a number, for example 2."),
        wrong=_("Adults with the class is not a number. Write it in digits, for example 2."),
    )
    meeting_place = WordsField(
        label=_("Room or meeting place"),
        longest=120,
        missing=_("Room or meeting place is missing. Write where we meet, for example Room 14."),
        help_text=_("Where at the school shall we come?"),
    )
    equipment_confirmed = forms.BooleanField(
        label=_("The room has what the workshop needs"), required=False
    )
    name = WordsField(
        label=_("Contact person"),
        longest=120,
        missing=NAME_MISSING,
        autocomplete="name",
    )
    email = AddressField(label=_("E-mail"), missing=EMAIL_MISSING)
    mobile = MobileField(
        label=_("Mobile on the day"),
        missing=_("Mobile on the day is missing. Write a number we can call."),
    )
    needs = needs_field()

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        if self.session.venue_id:  # they come to us: no room of theirs to ask for
            del self.fields["meeting_place"], self.fields["equipment_confirmed"]
        else:
            provides = self.session.workshop.local_school_provides
            self.fields["equipment_confirmed"].help_text = provides
        self.meant: schools.Found | None = None
        self.candidates: dict[str, schools.Found] = {}
        # Unbound where another class was asked for: the form then begins with what was sent.
        sent = self.data if self.is_bound else self.initial
        if sent.get("school_number"):
            text = str(sent.get("school", ""))
            self._offer(schools.resolve(text, day=self.session.local_date).candidates)

    def row(self, number: int) -> dict[str, forms.Field]:
        suffix = "" if number == 1 else f" {number}"
        label = WordsField(
            label=gettext("Class") + suffix,
            longest=40,
            missing=LABEL_MISSING if number == 1 else "",
            help_text=_("As the school writes it, for example 7.B.") if number == 1 else "",
        )
        pupils = NumberField(
            stepper=True,
            label=gettext("Number of pupils") + suffix,
            least=1,
            most=MOST_SEATS,
            missing=PUPILS_MISSING,
            wrong=_("Number of pupils is not a number. Write it in digits, for example 24."),
            required=number == 1,
        )
        return {f"label_{number}": label, f"pupils_{number}": pupils}

    def _offer(self, candidates: tuple[schools.Found, ...]) -> None:
        """Let the schools that may be meant be chosen from."""
        self.candidates = {school.number: school for school in candidates}
        if candidates:
            self.fields["school_number"] = forms.ChoiceField(
                label=_("Which school do you mean?"),
                choices=[(one.number, f"{one.label}, {one.address}") for one in candidates],
                widget=forms.RadioSelect,
                error_messages={"required": UNCLEAR, "invalid_choice": UNCLEAR},
            )
            self.order_fields(self.reading_order())

    def clean(self) -> dict[str, Any]:
        self._find_school()
        self.check_rows({"label": LABEL_MISSING, "pupils": PUPILS_MISSING})
        return self.cleaned_data

    def _find_school(self) -> None:
        text = self.cleaned_data.get("school", "")
        chosen = self.cleaned_data.get("school_number")
        if chosen:
            self.meant = self.candidates[chosen]
            return
        if not text or "school_number" in self.errors:
            return
        meant = schools.resolve(text, day=self.session.local_date)
        self.meant = meant.school
        if meant.school:
            return
        if meant.candidates:
            self._offer(meant.candidates)
            self.add_error("school_number", ValidationError(UNCLEAR, code="school_unclear"))
            return
        message = _(
            "We found no school of this name that is open on the day."
            " Check the spelling, or write the institution number."
        )
        self.add_error("school", ValidationError(message, code="school_unknown"))

    @classmethod
    def typed(cls, answers: Answers) -> dict[str, Any]:
        classes = answers.get("classes") or [["", answers.get("seats", "")]]
        held: dict[str, Any] = {"rows": len(classes), "adults": answers.get("adults", "")}
        for number, (label, pupils) in enumerate(classes, start=1):
            held |= {f"label_{number}": label, f"pupils_{number}": pupils}
        if "school" in answers:
            held["school"] = f"{answers['school']['name']} ({answers['school']['number']})"
        if "mobile" in answers:
            held["mobile"] = telephones.shown(answers["mobile"])
        return held | same(
            answers, "meeting_place", "equipment_confirmed", "name", "email", "needs"
        )

    def answers(self) -> Answers:
        assert self.meant  # noqa: S101 - a form without school is not valid
        classes = [list(row) for row in self.filled_rows()]
        school = {"pk": self.meant.pk, "number": self.meant.number, "name": self.meant.name}
        return {
            "seats": sum(pupils for _label, pupils in classes),
            "school": school | {"address": self.meant.address},
            "classes": classes,
            **same(self.cleaned_data, "adults", "meeting_place", "equipment_confirmed"),
            **same(self.cleaned_data, "name", "email", "mobile", "needs"),
        }

    @classmethod
    def lines(cls, answers: Answers) -> list[AnswerLine]:
        school = answers["school"]
        lines = [AnswerLine(_("School"), (school["name"], school["address"]), "id_school")]
        for number, (label, pupils) in enumerate(answers["classes"], start=1):
            many = ngettext("%(pupils)s pupil", "%(pupils)s pupils", pupils) % {"pupils": pupils}
            suffix = "" if number == 1 else f" {number}"
            title = gettext("Class") + suffix
            lines.append(AnswerLine(title, (f"{label}: {many}",), f"id_label_{number}"))
        lines.append(AnswerLine(_("Adults with the class"), (str(answers["adults"]),), "id_adults"))
        if "meeting_place" in answers:
            place = answers["meeting_place"]
            lines.append(AnswerLine(_("Room or meeting place"), (place,), "id_meeting_place"))
            said = _("Yes") if answers["equipment_confirmed"] else _("Not confirmed")
            label = _("The room has what the workshop needs")
            lines.append(AnswerLine(label, (said,), "id_equipment_confirmed"))
        lines.append(AnswerLine(_("Contact person"), (answers["name"],), "id_name"))
        lines.append(AnswerLine(_("E-mail"), (answers["email"],), "id_email"))
        lines.append(
            AnswerLine(_("Mobile on the day"), (telephones.shown(answers["mobile"]),), "id_mobile")
        )
        return [*lines, needs_line(answers)]
