"""Uploading files: choose, look at what they change, confirm; alike for every kind of import."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workshops.actions import school_register_imports, uploads
from workshops.actions.outcomes import Outcome, Section
from workshops.actions.uploads import Importer
from workshops.forms.uploads import RegisterUploadForm, SureForm, UploadForm
from workshops.models import Batch, Upload
from workshops.views.asked import me

MOST_LINES = 200  # of one kind on a page


@dataclass(frozen=True, slots=True)
class UploadKind:
    """One kind of import: its words, its form, and how it is checked and applied."""

    kind: Batch.Kind
    title: str | Promise
    about: str | Promise
    page: str
    form: type[UploadForm]
    run: Importer

    @property
    def check_page(self) -> str:
        """The address that shows what an upload changes."""
        return f"{self.page}-check"


WORDS = {
    "new": _("New"),
    "changed": _("Changed"),
    "renamed": _("New name"),
    "retyped": _("New type"),
    "moved": _("Moved"),
    "altered": _("Other details changed"),
    "closed": _("Closed"),
    "reopened": _("Opened again"),
    "missing": _("Not in the file"),
    "removed": _("Taken out"),
    "same": _("Unchanged"),
    "ignored": _("Left aside"),
    "errors": _("Faults"),
}
REGISTER = UploadKind(
    Batch.Kind.REGISTER,
    _("Import the school register"),
    _("Names, types and addresses of schools, from a day on."),
    "manage:import-register",
    RegisterUploadForm,
    school_register_imports.of_upload,
)
may_register = permission_required("workshops.import_register", raise_exception=True)


@may_register
def register(request: HttpRequest) -> HttpResponse:
    """Choose a register."""
    return upload_page(request, REGISTER)


@may_register
def register_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what the register changes, and confirm."""
    return check_page(request, REGISTER, pk)


# --- every kind --------------------------------------------------------------------------------


def upload_page(request: HttpRequest, kind: UploadKind) -> HttpResponse:
    """Choose files; they are kept for an hour, and nothing else changes."""
    posted = request.method == "POST"
    form = kind.form(request.POST if posted else None, request.FILES if posted else None)
    if posted and form.is_valid():
        try:
            upload = uploads.keep(
                kind.kind, form.files_sent(), options=form.options(), by=me(request)
            )
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return redirect(kind.check_page, pk=upload.pk)
    context = {"form": form, "kind": kind}
    status = 422 if form.errors else 200
    return render(request, "workshops/manager/upload.html", context, status=status)


def check_page(request: HttpRequest, kind: UploadKind, pk: int) -> HttpResponse:
    """Show what an upload changes; a POST applies exactly what was shown, a second one nothing."""
    if request.method == "POST" and not Upload.objects.filter(pk=pk).exists():
        return _gone(request)
    live = Upload.objects.live(timezone.now()).filter(kind=kind.kind, by=me(request))
    upload = get_object_or_404(live, pk=pk)
    status, told, sure = 200, "", None
    if request.method == "POST":
        try:
            batch = uploads.confirm(
                upload,
                shown=request.POST.get("shown", ""),
                sure="sure" in request.POST,
                run=kind.run,
                by=me(request),
            )
        except ValidationError as refusal:
            if refusal.code == "upload_gone":  # the button was pressed twice
                return _gone(request)
            status, told = 409, " ".join(refusal.messages)
            if refusal.code == "warnings_not_confirmed":
                status, told, sure = 422, "", request.POST
        else:
            messages.success(request, _("The import is done."))
            return redirect("manage:import-batch", pk=batch.pk)
    outcome = kind.run(upload, by=me(request), apply=False)
    context = _shown(outcome) | {"kind": kind, "upload": upload, "told": told}
    if outcome.can_apply and outcome.warnings:
        context["form"] = SureForm(sure, warnings=len(outcome.warnings))
    context["valid_from"] = parse_date(upload.options.get("valid_from", ""))
    return render(request, "workshops/manager/upload_check.html", context, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    messages.warning(request, uploads.GONE)
    return redirect("manage:imports")


def _shown(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "sections": [_section(section) for section in outcome.sections],
        "counts": counted(outcome.counts),
        "errors": outcome.errors[:MOST_LINES],
        "more_errors": max(len(outcome.errors) - MOST_LINES, 0),
        "warnings": outcome.warnings[:MOST_LINES],
        "more_warnings": max(len(outcome.warnings) - MOST_LINES, 0),
        "changes": sum(len(section.lines) for section in outcome.sections),
    }


def _section(section: Section) -> dict[str, Any]:
    """Return a section as a page shows it."""
    return {
        "title": WORDS.get(section.kind, section.kind),
        "lines": list(section.lines[:MOST_LINES]),
        "number": len(section.lines),
        "more": max(len(section.lines) - MOST_LINES, 0),
    }


def counted(counts: Any) -> list[tuple[str, list[tuple[str | Promise, int]]]]:
    """Return the counts of an import, file by file, under our words for them."""
    return [(file, _worded(numbers)) for file, numbers in _by_file(counts)]


def _by_file(counts: Any) -> Sequence[tuple[str, dict[str, int]]]:
    """Counts are those of each file, or of the one file there was."""
    if any(isinstance(numbers, dict) for numbers in counts.values()):
        return [(file, numbers) for file, numbers in counts.items() if isinstance(numbers, dict)]
    return [("", counts)]


def _worded(numbers: dict[str, int]) -> list[tuple[str | Promise, int]]:
    """Name the counts in the order of WORDS; a database gives the keys of JSON in its own."""
    known = [word for word in WORDS if word in numbers]
    return [(WORDS[word], numbers[word]) for word in known]
