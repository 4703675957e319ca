"""What the forms of all audiences have in common: rows that repeat, refusals at their fields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from booking.actions.answers import Answers
from booking.models import NeedCode
from workshops.models import Session

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Words

NAME_MISSING = _("Name is missing. Write first and last name.")
EMAIL_MISSING = _("E-mail is missing. Write the address that the confirmation is to go to.")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer on the check page: what was asked, what was said, the field that changes it."""

    label: str | Promise
    values: tuple[str | Promise, ...]
    anchor: str


class DetailsForm(forms.Form):
    """What the forms of all audiences have in common: rows that repeat, and refusals at fields."""

    use_required_attribute = False
    most_rows: ClassVar[int] = 1
    row_fields: ClassVar[tuple[str, ...]] = ()
    first_fields: ClassVar[tuple[str, ...]] = ()
    add_row: ClassVar[str | Promise] = ""
    homes: ClassVar[Mapping[str, str]] = {}
    """At which field the refusal with this code is shown."""

    rows = forms.CharField(widget=forms.HiddenInput, required=False)  # noqa: TID251 - nobody types it

    def __init__(
        self,
        data: Any = None,
        *,
        session: Session,
        answers: Answers,
        more: int | None = None,
    ) -> None:
        self.session = session
        initial = self.typed(answers) if data is None or more is None else _as_sent(data)
        super().__init__(data if more is None else None, initial=initial)
        asked = str(initial.get("rows", 1) if data is None else data.get("rows", 1))
        given = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
        self.too_many = given > self.most_rows
        self.count = max(1, min(given + (more or 0), self.most_rows))
        for number in range(1, self.count + 1):
            self.fields |= self.row(number)
        if more and self.count > given:
            self._focus_on_last_row()
        self.initial["rows"] = self.count
        self.order_fields(self.reading_order())

    def _focus_on_last_row(self) -> None:
        """Let the browser put the cursor into the first field of the row that was asked for."""
        for name in self.row_fields[:1]:
            self.fields[f"{name}_{self.count}"].widget.attrs["autofocus"] = True

    def reading_order(self) -> list[str]:
        """Return the names of the fields in the order of the page; those left out come last."""
        rows = range(1, self.count + 1)
        return [*self.first_fields, *(f"{name}_{row}" for row in rows for name in self.row_fields)]

    def row(self, number: int) -> dict[str, forms.Field]:
        """Return the fields of one row."""
        raise NotImplementedError

    @classmethod
    def typed(cls, answers: Answers) -> dict[str, Any]:
        """Return the answers as the fields hold them."""
        raise NotImplementedError

    def answers(self) -> Answers:
        """Return what is kept of the form; see answers.Answers."""
        raise NotImplementedError

    @classmethod
    def lines(cls, answers: Answers) -> list[AnswerLine]:
        """Return every answer for the check page."""
        raise NotImplementedError

    def refuse(self, refusal: ValidationError) -> None:
        """Show what an action refused at the field that cures it."""
        params = refusal.params or {}
        home = self.homes.get(refusal.code or "", "")
        if "row" in params:
            home = f"email_{params['row']}"
        if "many" in home:  # the row after the last one there is room for
            home = home.replace("many", str(min(params.get("left", 0) + 1, self.count)))
        self.add_error(home if home in self.fields else None, refusal)

    def row_groups(self) -> list[list[forms.BoundField]]:
        """Return the bound fields of each row, for the page."""
        numbers = range(1, self.count + 1)
        return [[self[f"{name}_{number}"] for name in self.row_fields] for number in numbers]

    def has_room_for_rows(self) -> bool:
        """Say whether another row may be asked for."""
        return self.count < self.most_rows

    def others(self) -> list[forms.BoundField]:
        """Return the visible fields that are not of a row and not folded away, in their order."""
        own = {f"{name}_{row}" for name in self.row_fields for row in range(1, self.count + 1)}
        apart = {"needs", *own, *self.first_fields}
        return [field for field in self.visible_fields() if field.name not in apart]

    def filled_rows(self) -> list[tuple[Any, ...]]:
        """Return the cleaned rows in which something stands."""
        read = [
            tuple(self.cleaned_data.get(f"{name}_{number}") for name in self.row_fields)
            for number in range(1, self.count + 1)
        ]
        return [row for row in read if any(row)]

    def check_rows(self, missing: Mapping[str, "Words"]) -> None:
        """Refuse half a row, and more rows than there can be; one that is blank is left out."""
        if self.too_many:
            message = _("At most %(most)s rows can be filled in.")
            raise ValidationError(message, code="too_many_rows", params={"most": self.most_rows})
        for number in range(2, self.count + 1):
            names = {name: f"{name}_{number}" for name in self.row_fields}
            blank = [name for name, full in names.items() if not self._is_given(full)]
            if len(blank) < len(names):
                for name in blank:
                    self.add_error(names[name], ValidationError(missing[name], code="required"))

    def _is_given(self, name: str) -> bool:
        return name in self.errors or bool(self.cleaned_data.get(name))


def needs_field() -> forms.MultipleChoiceField:
    who_sees = ngettext_lazy(
        "Only the staff behind the workshop see this. It is deleted {days} day afterwards.",
        "Only the staff behind the workshop see this. It is deleted {days} days afterwards.",
        settings.NEED_DAYS,
    )
    return forms.MultipleChoiceField(
        label=_("Practical needs"),
        help_text=format_lazy(who_sees, days=settings.NEED_DAYS),
        choices=NeedCode.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


def same(held: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: held[name] for name in names if name in held}


def needs_line(answers: Answers) -> AnswerLine:
    chosen = tuple(NeedCode(code).label for code in answers.get("needs", ()))
    return AnswerLine(_("Practical needs"), chosen or (_("None"),), "id_needs")


def _as_sent(data: Any) -> dict[str, Any]:
    """Return what was sent as it was typed, to be shown again without judging it."""
    return {**data.dict(), "needs": data.getlist("needs")}
