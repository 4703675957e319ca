"""Break-glass: counts are read here; only actions write them."""

from django.contrib import admin

from attendance.models import Answer, Headcount, Register
from workshops.admin import ReadOnlyAdmin


@admin.register(Register)
class RegisterAdmin(ReadOnlyAdmin):
    list_display = ("session", "state", "held", "submitted_by", "approved_by", "approved_at")
    list_select_related = ("session__workshop", "submitted_by", "approved_by")
    list_filter = ("state", "held")
    search_fields = ("session__reference",)


@admin.register(Headcount)
class HeadcountAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "party_id", "present", "outcome", "verdict", "recorded_by")
    list_select_related = ("recorded_by",)
    list_filter = ("verdict", "outcome")
    search_fields = ("party__session__reference", "party__booking__reference")
    ordering = ("-pk",)


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ("session", "question", "value")
    list_select_related = ("session__workshop",)
    search_fields = ("session__reference", "question")
