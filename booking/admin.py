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
from workshops.admin import ReadOnlyAdmin


@admin.register(Booking)
class BookingAdmin(ReadOnlyAdmin):
    list_display = ("reference", "session", "seats", "state", "created_at", "row_id")
    list_select_related = ("session__workshop",)
    list_filter = ("state", "over_reason")
    search_fields = ("reference", "row_id", "session__reference")
    ordering = ("-pk",)


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "booking", "origin", "target", "by", "why")
    list_select_related = ("booking", "by")
    search_fields = ("booking__reference",)
    ordering = ("-pk",)


@admin.register(Party)
class PartyAdmin(ReadOnlyAdmin):
    list_display = ("pk", "session", "kind", "school", "label", "seats", "live")
    list_select_related = ("session__workshop", "school")
    list_filter = ("kind", "live")
    search_fields = ("session__reference", "booking__reference", "school__number")


class PersonalAdmin(ReadOnlyAdmin):
    """The only personal data of a booking; erasing it is what may be done here."""

    list_select_related = ("booking",)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj)


@admin.register(Contact)
class ContactAdmin(PersonalAdmin):
    list_display = ("booking", "name", "email", "expires_on")
    search_fields = ("name", "email", "booking__reference")


@admin.register(Need)
class NeedAdmin(PersonalAdmin):
    list_display = ("booking", "code", "expires_on")
    search_fields = ("booking__reference",)


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ("session", "created_at", "expires_at")
    list_select_related = ("session__workshop",)
    search_fields = ("session__reference",)
    exclude = ("token_key", "answers")


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    list_display = ("key", "confirmed_at")
    search_fields = ("key",)


@admin.register(Errand)
class ErrandAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "kind", "booking", "school", "done_at", "done_by")
    list_select_related = ("booking", "school", "done_by")
    search_fields = ("booking__reference", "school__number")


@admin.register(Course)
class CourseAdmin(ReadOnlyAdmin):
    list_display = search_fields = ("code",)


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    list_display = ("session", "seats", "expires_at", "extended")
    list_select_related = ("session__workshop",)
    search_fields = ("session__reference",)
    exclude = ("client_key",)


@admin.register(WorkshopRequest)
class WorkshopRequestAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "workshop", "organisation", "expected", "state")
    list_select_related = ("workshop",)
    list_filter = ("state",)
    search_fields = ("organisation", "workshop__title")
