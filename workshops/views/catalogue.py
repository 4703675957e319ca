"""Pages on which coordinators write, publish and put away workshops."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from workshops.actions import catalogue, publishing
from workshops.forms.catalogue import FactsForm, TextsForm, WorkshopForm, saved_in
from workshops.forms.comparison import differences, renewed
from workshops.models import Workshop
from workshops.views import answered
from workshops.views.asked import me, typed

may_edit = permission_required("workshops.edit_catalogue", raise_exception=True)
CHANGED = "changed_meanwhile"


@may_edit
def workshop_new(request: HttpRequest) -> HttpResponse:
    """Begin a workshop: what it is called and for whom it is."""
    form = FactsForm(typed(request), initial={"audience": "elever"})
    if request.method == "POST" and form.is_valid():
        try:
            workshop = catalogue.create(form.facts(), by=me(request))
        except ValidationError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The workshop is saved as a draft. Now write its texts."))
            return redirect("manage:workshop-texts", pk=workshop.pk)
    return render(
        request, "workshops/manager/workshop_new.html", {"form": form}, status=_status(form)
    )


@may_edit
def workshop_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a workshop is called and how it is booked."""
    workshop = _workshop(pk)
    form = FactsForm(typed(request), initial=saved_in(workshop, FactsForm))
    return _edit(request, workshop, form, form.facts, "manage:workshop-edit")


@may_edit
def workshop_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the public page says, Danish and English side by side."""
    workshop = _workshop(pk)
    form = TextsForm(typed(request), initial=saved_in(workshop, TextsForm))
    return _edit(request, workshop, form, form.texts, "manage:workshop-texts")


def _edit(
    request: HttpRequest,
    workshop: Workshop,
    form: WorkshopForm,
    filled: Callable[[], catalogue.Facts | catalogue.Texts],
    page: str,
) -> HttpResponse:
    """Save over the revision that was opened, or show both versions."""
    context: dict[str, Any] = {"workshop": workshop, "form": form, "page": page}
    if request.method == "POST" and form.is_valid():
        try:
            catalogue.update(workshop, filled(), revision=form.opened_with, by=me(request))
        except ValidationError as refusal:
            if refusal.code == CHANGED:
                return _both(request, context)
            form.refuse(refusal)
        else:
            messages.success(request, _("The workshop is saved."))
            return redirect(page, pk=workshop.pk)
    context["missing"] = publishing.missing(workshop)
    return render(request, "workshops/manager/workshop_edit.html", context, status=_status(form))


def _both(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Show what is saved now beside what was typed, to be saved over it knowingly or left.

    Where both are the same there is nothing to decide: a second click is saved already.
    """
    workshop, form = _workshop(context["workshop"].pk), context["form"]
    context["differences"] = differences(form, saved_in(workshop, type(form)))
    if not context["differences"]:
        messages.success(request, _("The workshop is saved."))
        return redirect(context["page"], pk=workshop.pk)
    renewed(form, revision=workshop.revision)
    context |= {"workshop": workshop, "missing": publishing.missing(workshop)}
    return render(request, "workshops/manager/workshop_edit.html", context, status=409)


@require_safe
@may_edit
def workshop_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show staff what the public page will say, whatever the workshop's state."""
    workshop = _workshop(pk)
    context = {"workshop": workshop, "missing": publishing.missing(workshop)}
    return render(request, "workshops/manager/workshop_preview.html", context)


@require_POST
@may_edit
def workshop_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the workshop in the catalogue."""
    return _moved(request, pk, publishing.publish, _("The workshop is in the catalogue now."))


@require_POST
@may_edit
def workshop_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the workshop out of the catalogue for a while."""
    return _moved(request, pk, publishing.pause, _("The workshop is out of the catalogue for now."))


@require_POST
@may_edit
def workshop_archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the workshop away for good."""
    return _moved(request, pk, publishing.archive, _("The workshop is archived."))


def _moved(request: HttpRequest, pk: int, verb: Callable[..., Workshop], done: Any) -> HttpResponse:
    answered.attempt(request, partial(verb, _workshop(pk), by=me(request)), done=done)
    return redirect("manage:workshop-edit", pk=pk)


def _workshop(pk: int) -> Workshop:
    return get_object_or_404(Workshop.objects.select_related("topic"), pk=pk)


def _status(form: WorkshopForm) -> int:
    return 422 if form.errors else 200
