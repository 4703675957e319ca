"""The school search behind the text field; without it the form asks by itself."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from booking.actions import throttles
from booking.views.clients import client_of
from workshops.reports import schools


@login_not_required
@require_safe
def search(request: HttpRequest) -> JsonResponse:
    """Return the schools that `q` may mean and that are open on `day`."""
    try:
        throttles.spend("search", who=client_of(request))
    except ValidationError as refusal:
        return JsonResponse({"message": " ".join(refusal.messages), "schools": []}, status=429)
    found = schools.search(request.GET.get("q", ""), day=_day(request))
    rows = [{"value": school.label, "label": school.address} for school in found]
    return JsonResponse({"schools": rows})


def _day(request: HttpRequest) -> datetime.date:
    try:
        return parse_date(request.GET.get("day", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()
