"""Break-glass: plans come from files and figures from counting; only the mapping is edited here."""

from django.contrib import admin

from goals.models import (
    CategoryMapping,
    Decision,
    Goal,
    Initiative,
    Measure,
    PlanVersion,
    Snapshot,
    StatedTotal,
    StatusReport,
    TargetGroup,
)
from workshops.admin import CountedAdmin, ReadOnlyAdmin


@admin.register(CategoryMapping)
class CategoryMappingAdmin(CountedAdmin):
    list_display = ("version", "type_code", "valid_from", "category")
    list_select_related = ("version__plan",)
    search_fields = ("type_code", "category")


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    list_display = ("plan", "year")
    list_select_related = ("plan",)
    list_filter = ("year",)
    search_fields = ("plan__code", "plan__title")


@admin.register(TargetGroup)
class TargetGroupAdmin(ReadOnlyAdmin):
    list_display = ("version", "number", "title")
    list_select_related = ("version__plan",)
    search_fields = ("title",)


@admin.register(Goal)
class GoalAdmin(ReadOnlyAdmin):
    list_display = ("version", "code", "rule")
    list_select_related = ("version__plan",)
    search_fields = ("code",)


@admin.register(Measure)
class MeasureAdmin(ReadOnlyAdmin):
    list_display = ("version", "code", "kind", "target_min", "target_max")
    list_select_related = ("version__plan",)
    list_filter = ("kind",)
    search_fields = ("code",)


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    list_display = ("version", "code", "title")
    list_select_related = ("version__plan",)
    search_fields = ("code", "title")


@admin.register(StatedTotal)
class StatedTotalAdmin(ReadOnlyAdmin):
    list_display = ("plan", "code", "date", "value", "stated_by_name", "approved_by_name")
    list_select_related = ("plan",)
    search_fields = ("code", "plan__code")


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    list_display = ("taken_at", "version", "code", "level", "digest")
    list_select_related = ("version__plan",)
    list_filter = ("level",)
    search_fields = ("code", "digest")
    ordering = ("-pk",)


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ("at", "goal", "verdict", "by")
    list_select_related = ("goal__version__plan", "by")
    list_filter = ("verdict",)
    search_fields = ("goal__code", "why")
    ordering = ("-pk",)


@admin.register(StatusReport)
class StatusReportAdmin(ReadOnlyAdmin):
    list_display = ("version", "revision", "by", "at")
    list_select_related = ("version__plan", "by")
    search_fields = ("version__plan__code",)
    ordering = ("-pk",)
