"""What adults are asked who sign up: parents, and professionals with their colleagues."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.actions.answers import Answers
from booking.actions.groups import MOST_PEOPLE
from booking.actions.parties import MOST_ADULTS
from booking.forms.rows import (
    EMAIL_MISSING,
    NAME_MISSING,
    AnswerLine,
    DetailsForm,
    needs_field,
    needs_line,
    same,
)
from booking.models import JobGroup
from workshops.forms.fields import AddressField, NumberField, WordsField


class ParentForm(DetailsForm):
    """A parent signs up, for as many adults as come along."""

    homes: ClassVar[Mapping[str, str]] = {
        "session_full": "seats",
        "seats_out_of_range": "seats",
        "person_already_signed_up": "email",
        "email_invalid": "email",
    }

    name = WordsField(
        label=_("Name"),
        longest=120,
        missing=NAME_MISSING,
        autocomplete="name",
    )
    email = AddressField(label=_("E-mail"), missing=EMAIL_MISSING)
    seats = NumberField(
        stepper=True,
        label=_("Number of adults"),
        least=1,
        most=MOST_ADULTS,
        missing=_("Number of adults is missing. Write how many of you come, for example 2."),
        wrong=_("Number of adults is not a number. Write it in digits, for example 2."),
    )
    needs = needs_field()

    def row(self, number: int) -> dict[str, forms.Field]:  # noqa: ARG002 - nothing repeats here
        return {}

    @classmethod
    def typed(cls, answers: Answers) -> dict[str, Any]:
        return {"rows": 1, **same(answers, "seats", "name", "email", "needs")}

    def answers(self) -> Answers:
        return same(self.cleaned_data, "seats", "name", "email", "needs")

    @classmethod
    def lines(cls, answers: Answers) -> list[AnswerLine]:
        return [
            AnswerLine(_("Name"), (answers["name"],), "id_name"),
            AnswerLine(_("E-mail"), (answers["email"],), "id_email"),
            AnswerLine(_("Number of adults"), (str(answers["seats"]),), "id_seats"),
            needs_line(answers),
        ]


class ProfessionalForm(DetailsForm):
    """Somebody signs up one or several colleagues; each gets a confirmation of their own."""

    most_rows = MOST_PEOPLE
    row_fields = ("name", "email")
    first_fields = ("workplace", "job_group")
    add_row = _("Add another colleague")
    homes: ClassVar[Mapping[str, str]] = {"session_full": "name_many", "party_missing": "name_1"}

    workplace = WordsField(
        label=_("Workplace"),
        longest=120,
        missing=_("Workplace is missing. Write where you work."),
        autocomplete="organization",
    )
    job_group = forms.ChoiceField(
        label=_("Job group"),
        choices=[("", _("Choose a job group")), *JobGroup.choices],
        error_messages={
            "required": _("Job group is missing. Choose the one that fits best."),
            "invalid_choice": _("Job group is not on the list. Choose the one that fits best."),
        },
    )

    def row(self, number: int) -> dict[str, forms.Field]:
        suffix = f" {number}" if self.count > 1 else ""
        section = "" if number == 1 else f"section-person{number} "
        name = WordsField(
            label=gettext("Name") + suffix,
            longest=120,
            missing=NAME_MISSING if number == 1 else "",
            autocomplete=f"{section}name",
        )
        email = AddressField(
            label=gettext("E-mail") + suffix,
            missing=EMAIL_MISSING if number == 1 else "",
            autocomplete=f"{section}email",
        )
        return {f"name_{number}": name, f"email_{number}": email}

    def clean(self) -> dict[str, Any]:
        self.check_rows({"name": NAME_MISSING, "email": EMAIL_MISSING})
        return self.cleaned_data

    @classmethod
    def typed(cls, answers: Answers) -> dict[str, Any]:
        named = answers.get("people", [])
        held: dict[str, Any] = {"rows": max(len(named), answers.get("seats", 1))}
        for number, (name, email) in enumerate(named, start=1):
            held |= {f"name_{number}": name, f"email_{number}": email}
        return held | same(answers, "workplace", "job_group")

    def answers(self) -> Answers:
        named = [list(row) for row in self.filled_rows()]
        shared = same(self.cleaned_data, "workplace", "job_group")
        return {"seats": len(named), "people": named, **shared}

    @classmethod
    def lines(cls, answers: Answers) -> list[AnswerLine]:
        job_group = JobGroup(answers["job_group"]).label
        lines = [
            AnswerLine(_("Workplace"), (answers["workplace"],), "id_workplace"),
            AnswerLine(_("Job group"), (job_group,), "id_job_group"),
        ]
        for number, (name, email) in enumerate(answers["people"], start=1):
            label = gettext("Person %(number)s") % {"number": number}
            lines.append(AnswerLine(label, (name, email), f"id_name_{number}"))
        return lines
