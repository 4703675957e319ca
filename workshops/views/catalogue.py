"""Pages on which coordinators write, publish and put away workshops."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from workshops.actions import catalogue, publishing
from workshops.forms.catalogue import FactsForm, TextsForm, saved_in
from workshops.models import Workshop
from workshops.views import answered
from workshops.views.asked import me, typed

may_edit = permission_required("workshops.edit_catalogue", raise_exception=True)


@may_edit
def workshop_new(request: HttpRequest) -> HttpResponse:
    """Begin a workshop: what it is called and for whom it is."""
    form = FactsForm(typed(request), initial={"audience": "elever"})
    workshop = answered.by_form(form, lambda: catalogue.create(form.filled(), by=me(request)))
    if workshop:
        messages.success(request, _("The workshop is saved as a draft. Now write its texts."))
        return redirect("manage:workshop-texts", pk=workshop.pk)
    status = 422 if form.errors else 200
    return render(request, "workshops/manager/workshop_new.html", {"form": form}, status=status)


@may_edit
def workshop_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a workshop is called and how it is booked."""
    return _edit(request, pk, FactsForm, "manage:workshop-edit")


@may_edit
def workshop_texts(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the public page says, Danish and English side by side."""
    return _edit(request, pk, TextsForm, "manage:workshop-texts")


def _edit(
    request: HttpRequest, pk: int, kind: type[FactsForm | TextsForm], page: str
) -> HttpResponse:
    workshop = _workshop(pk)
    form = kind(typed(request), initial=saved_in(workshop, kind))

    def show(found: dict[str, Any], status: int) -> HttpResponse:
        now = _workshop(pk) if found else workshop
        context = {"workshop": now, "form": form, "page": page, **found}
        context["missing"] = publishing.missing(now)
        return render(request, "workshops/manager/workshop_edit.html", context, status=status)

    return answered.revised(
        request,
        form,
        lambda: catalogue.update(
            workshop, form.filled(), revision=form.opened_with, by=me(request)
        ),
        saved=lambda: saved_in(_workshop(pk), kind),
        done=_("The workshop is saved."),
        page=(page, pk),
        show=show,
    )


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
