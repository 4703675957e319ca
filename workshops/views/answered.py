"""What is said to who asked for something: it is done, it is refused, it was changed meanwhile."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from workshops.forms.comparison import differences, renewed
from workshops.forms.revised import CuredForm, RevisedForm

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Text

CHANGED = "changed_meanwhile"
Done = TypeVar("Done")


def attempt(request: HttpRequest, act: Callable[[], object], *, done: "Text") -> None:
    """Do *act*; say *done* on the next page, or why it was refused."""
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)


def by_form(form: CuredForm, act: Callable[[], Done]) -> Done | None:
    """Do *act* when *form* was sent and holds; return what came of it, None where nothing did.

    A refusal is shown at the field that cures it.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except ValidationError as refusal:
        form.refuse(refusal)
        return None


def revised(
    request: HttpRequest,
    form: RevisedForm,
    save: Callable[[], object],
    *,
    saved: Callable[[], Mapping[str, Any]],
    done: "Text",
    page: tuple[str, int],
    show: Callable[[dict[str, Any], int], HttpResponse],
) -> HttpResponse:
    """Save over the revision that was opened; then say *done* and go to *page* (name and key).

    Else `show(context, status)`. Where somebody has saved meanwhile, the context has the
    *differences* between what is *saved* now and what was typed, to be saved over it knowingly or
    left; where both are the same there is nothing to decide: a second click is saved already.
    """
    context: dict[str, Any] = {}
    if form.is_valid():
        try:
            save()
        except ValidationError as refusal:
            if refusal.code != CHANGED:
                form.refuse(refusal)
                return show(context, 422)
            now = saved()
            context["differences"] = differences(form, now)
            if context["differences"]:
                renewed(form, revision=now["revision"])
                return show(context, 409)
        messages.success(request, done)
        return redirect(page[0], pk=page[1])
    return show(context, 422 if form.errors else 200)
