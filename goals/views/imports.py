"""Imports: the list of what was read in, and uploading plans and registrations."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from goals.actions import uploads
from workshops.forms.uploads import PlanUploadForm, RegistrationsUploadForm
from workshops.models import Batch
from workshops.views.imports import REGISTER, UploadKind, check_page, counted, upload_page

MOST_BATCHES = 100
PLAN = UploadKind(
    Batch.Kind.PLAN,
    _("Import an action plan"),
    _("The goals and measures of one year."),
    "manage:import-plan",
    PlanUploadForm,
    uploads.plan,
)
REGISTRATIONS = UploadKind(
    Batch.Kind.REGISTRATIONS,
    _("Import registrations"),
    _("Past sessions, answers and stated totals from spreadsheets."),
    "manage:import-registrations",
    RegistrationsUploadForm,
    uploads.registrations,
)
KINDS = {
    "workshops.import_register": REGISTER,
    "goals.import_plan": PLAN,
    "goals.import_registrations": REGISTRATIONS,
}
may_plan = permission_required("goals.import_plan", raise_exception=True)
may_register = permission_required("goals.import_registrations", raise_exception=True)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One import that was applied."""

    batch: Batch
    counts: Any


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """List the imports that were applied, and those that somebody may begin."""
    kinds = _kinds(request)
    batches = Batch.objects.select_related("by").order_by("-pk")[:MOST_BATCHES]
    rows = [BatchRow(batch, counted(batch.counts)) for batch in batches]
    return render(request, "goals/manager/imports.html", {"kinds": kinds, "rows": rows})


@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one import: who, when, which file, what came of it."""
    _kinds(request)
    found = get_object_or_404(Batch.objects.select_related("by"), pk=pk)
    context = {"batch": found, "counts": counted(found.counts)}
    return render(request, "goals/manager/batch.html", context)


@may_plan
def plan(request: HttpRequest) -> HttpResponse:
    """Choose a plan."""
    return upload_page(request, PLAN)


@may_plan
def plan_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what the plan changes, and confirm."""
    return check_page(request, PLAN, pk)


@may_register
def registrations(request: HttpRequest) -> HttpResponse:
    """Choose files of registrations."""
    return upload_page(request, REGISTRATIONS)


@may_register
def registrations_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what the files change, and confirm."""
    return check_page(request, REGISTRATIONS, pk)


def _kinds(request: HttpRequest) -> list[UploadKind]:
    """Return what the person may import; who may import nothing sees no imports."""
    kinds = [kind for name, kind in KINDS.items() if request.user.has_perm(name)]
    if not kinds:
        raise PermissionDenied
    return kinds
