"""Break-glass: what the pages cannot do. Facts and derived rows are read only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest  # noqa: TID251 - the administration answers requests

from workshops.models import (
    Batch,
    Deliverer,
    District,
    Mark,
    Plan,
    RegisterCoverage,
    School,
    SchoolClosing,
    SchoolVersion,
    Session,
    Tick,
    Topic,
    Upload,
    User,
    Venue,
    Workshop,
)


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """Rows to look at: append-only facts, and what only an action may write."""

    show_full_result_count = False

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


class CountedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """Rows that figures rest on: each change leaves a mark, so that they are asked for again."""

    show_full_result_count = False
    REASON: ClassVar[str] = "administration"

    def save_model(self, request: HttpRequest, obj: Any, *how: Any, **named: Any) -> None:
        super().save_model(request, obj, *how, **named)
        Mark.objects.create(reason=self.REASON)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        Mark.objects.create(reason=self.REASON)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        Mark.objects.create(reason=self.REASON)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """Everyday work with people is done on /manage/staff/. Passwords are set by their owners."""

    list_display = ("email", "name", "is_active", "access_ends", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        *("email", "name", "is_active", "access_ends", "deliverer", "groups"),
        *("is_staff", "is_superuser", "last_login", "date_joined"),
    )
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups",)
    autocomplete_fields = ("deliverer",)

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        """Refuse: who has counted or decided stands in the ledger. Disable instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, *how: Any, **named: Any) -> None:
        """Keep addresses folded, and let somebody new sign in by a code."""
        obj.email = obj.email.strip().lower()
        if not obj.pk:
            obj.set_unusable_password()
        super().save_model(request, obj, *how, **named)


@admin.register(Deliverer)
class DelivererAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    list_display = search_fields = ("code", "title")


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    list_display = search_fields = ("number", "name")


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    list_display = search_fields = ("slug", "title", "title_en")


@admin.register(Venue)
class VenueAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    list_display = ("name", "address", "district")
    list_select_related = ("district",)
    search_fields = ("name", "address")


@admin.register(Workshop)
class WorkshopAdmin(CountedAdmin):
    list_display = ("title", "audience", "state")
    list_filter = ("state", "audience")
    search_fields = ("title", "slug")


@admin.register(Plan)
class PlanAdmin(CountedAdmin):
    list_display = search_fields = ("code", "title")
    readonly_fields = ("code",)

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(CountedAdmin):
    """Seats, state and time belong to the actions, which keep bookings in step."""

    list_display = ("reference", "workshop", "plan", "starts", "capacity", "seats_taken", "state")
    list_select_related = ("workshop", "plan")
    list_filter = ("state", "audience")
    search_fields = ("reference", "workshop__title")
    date_hierarchy = "starts"
    readonly_fields = (
        *("reference", "audience", "starts", "ends", "capacity", "seats_taken"),
        *("batch", "state", "over_at"),
    )
    autocomplete_fields = ("workshop", "plan", "venue", "school", "deliverer", "facilitators")

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(School)
class SchoolAdmin(ReadOnlyAdmin):
    list_display = ("number", "search_text", "is_school", "merged_into")
    list_select_related = ("merged_into",)
    list_filter = ("is_school",)
    search_fields = ("number", "search_text")


@admin.register(SchoolVersion)
class SchoolVersionAdmin(CountedAdmin):
    list_display = ("school", "valid_from", "name", "type_code", "municipality_code")
    list_select_related = ("school",)
    search_fields = ("school__number", "name")
    readonly_fields = ("school", "valid_from", "batch")

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


@admin.register(SchoolClosing)
class SchoolClosingAdmin(ReadOnlyAdmin):
    list_display = ("school", "closed_from", "reopened_on")
    list_select_related = ("school",)
    search_fields = ("school__number", "school__search_text")


@admin.register(RegisterCoverage)
class RegisterCoverageAdmin(ReadOnlyAdmin):
    list_display = search_fields = ("municipality_code", "valid_from")


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("at", "kind", "file_name", "by", "counts")
    list_select_related = ("by",)
    list_filter = ("kind",)
    search_fields = ("file_name", "digest")
    ordering = ("-pk",)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """Files that somebody has not confirmed yet; the bytes are not shown."""

    list_display = ("created_at", "kind", "by", "digest", "expires_at")
    list_select_related = ("by",)
    list_filter = ("kind",)
    search_fields = ("digest",)
    exclude = ("content",)


@admin.register(Mark)
class MarkAdmin(ReadOnlyAdmin):
    list_display = ("at", "reason", "session_id")
    search_fields = ("reason", "session__reference")


@admin.register(Tick)
class TickAdmin(ReadOnlyAdmin):
    list_display = ("job", "finished", "took_ms", "said")
    search_fields = ("job",)
