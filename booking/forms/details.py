"""Which form a draft has, by the audience of its session."""

from collections.abc import Mapping
from typing import Any

from booking.forms.adults import ParentForm, ProfessionalForm
from booking.forms.classes import ClassForm
from booking.forms.rows import AnswerLine, DetailsForm
from booking.models import Draft
from workshops.models import Audience

FORMS: Mapping[str, type[DetailsForm]] = {
    Audience.PUPILS: ClassForm,
    Audience.PARENTS: ParentForm,
    Audience.PROFESSIONALS: ProfessionalForm,
}


def form_for(draft: Draft, data: Any = None, *, more: int | None = None) -> DetailsForm:
    """Return the form of a draft's audience, with what was typed or what is kept.

    With *more* rows, or with none, what was typed is shown as it is, and judged by nobody.
    """
    kind = FORMS[draft.session.audience]
    return kind(data, session=draft.session, answers=draft.answers, more=more)


def kept_form(draft: Draft) -> DetailsForm:
    """Return the form as if the kept answers had just been sent, to show a refusal in it."""
    return form_for(draft, FORMS[draft.session.audience].typed(draft.answers))


def lines_of(draft: Draft) -> list[AnswerLine]:
    """Return every answer of a draft for the check page."""
    return FORMS[draft.session.audience].lines(draft.answers)
