"""Break-glass: bookings are read here; only actions write them."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest  # noqa: TID251 - the administration answers requests

from booking.models import (
    Booking,
    Contact,
    Course,
    Draft,
    Errand,
    Hold,
    Mailbox,
    Need,
    Party,
    Transition,
    WorkshopRequest,
)
from workshops.admin import ReadOnlyAdmin, table


class PersonalAdmin(ReadOnlyAdmin):
    """The only personal data of a booking; erasing it is what may be done here."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


table(
    Booking,
    "reference session seats state created_at row_id",
    search="reference row_id session__reference",
    filters="state over_reason",
    newest=True,
)
table(Transition, "at booking origin target by why", search="booking__reference", newest=True)
table(
    Party,
    "pk session kind school label seats live",
    search="session__reference booking__reference school__number",
    filters="kind live",
)
table(
    Contact,
    "booking name email expires_on",
    search="name email booking__reference",
    base=PersonalAdmin,
)
table(Need, "booking code expires_on", search="booking__reference", base=PersonalAdmin)
table(Draft, "session created_at expires_at", search="session__reference")
table(Mailbox, "key confirmed_at", search="key")
table(
    Errand,
    "created_at kind booking school done_at done_by",
    search="booking__reference school__number",
)
table(Course, "code", search="code")
table(Hold, "session seats expires_at extended", search="session__reference")
table(
    WorkshopRequest,
    "created_at workshop organisation expected state",
    search="organisation workshop__title",
    filters="state",
)
