"""Pages for everybody: the catalogue and one workshop."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from workshops.models import Workshop


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """List what is offered."""
    workshops = Workshop.objects.get_queryset().published()
    return render(request, "workshops/public/catalogue.html", {"workshops": workshops})


@login_not_required
@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one workshop and its sessions."""
    found = get_object_or_404(Workshop.objects.get_queryset().published(), slug=slug)
    return render(request, "workshops/public/workshop.html", {"workshop": found})
