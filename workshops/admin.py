"""Break-glass: what the pages cannot do. Facts and derived rows are read only."""

from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import ForeignKey, Model, QuerySet
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

# Columns that nobody sees here: what opens a door, whose browser it is, what is still being typed.
SECRET: Final = frozenset({"token_key", "request_key", "client_key", "answers"})
# The name of such a row is made of others: they come with it.
_NAMED: Final = {
    "session": "session__workshop",
    "version": "version__plan",
    "goal": "goal__version__plan",
}


class TableAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """A table: counting all rows beside the found ones is too dear, and secrets are left out."""

    show_full_result_count = False

    def get_exclude(self, _request: HttpRequest, _obj: Model | None = None) -> list[str]:
        return [field.name for field in self.opts.fields if field.name in SECRET]


class ReadOnlyAdmin(TableAdmin):
    """Rows to look at: append-only facts, and what only an action may write."""

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


def table(
    model: type[Model],
    columns: str,
    *,
    search: str,
    filters: str = "",
    newest: bool = False,
    base: type[TableAdmin] = ReadOnlyAdmin,
) -> None:
    """Show the *columns* of a table, found by *search* (names with spaces between), *newest* first.

    Rows that the columns name are read along, so that a list costs the same however long it is.
    """
    shown = columns.split()
    keys = {f.name for f in model._meta.fields if isinstance(f, ForeignKey)}  # noqa: SLF001 - Django's public _meta
    options: dict[str, Any] = {
        "list_display": shown,
        "list_select_related": [_NAMED.get(name, name) for name in shown if name in keys],
        "search_fields": search.split(),
        "list_filter": filters.split(),
    }
    if newest:
        options["ordering"] = ["-pk"]
    admin.site.register(model, type(f"{model.__name__}Admin", (base,), options))


class CountedAdmin(TableAdmin):
    """Rows that figures rest on: each change leaves a mark, so that they are asked for again."""

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
class UserAdmin(TableAdmin):
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


@admin.register(SchoolVersion)
class SchoolVersionAdmin(CountedAdmin):
    list_display = ("school", "valid_from", "name", "type_code", "municipality_code")
    list_select_related = ("school",)
    search_fields = ("school__number", "name")
    readonly_fields = ("school", "valid_from", "batch")

    def has_add_permission(self, _request: HttpRequest, _obj: Model | None = None) -> bool:
        return False


table(Deliverer, "code title", search="code title", base=TableAdmin)
table(District, "number name", search="number name", base=TableAdmin)
table(Topic, "slug title title_en", search="slug title title_en", base=TableAdmin)
table(Venue, "name address district", search="name address", base=TableAdmin)
table(
    Workshop,
    "title audience state",
    search="title slug",
    filters="state audience",
    base=CountedAdmin,
)
table(
    School,
    "number search_text is_school merged_into",
    search="number search_text",
    filters="is_school",
)
table(
    SchoolClosing,
    "school closed_from reopened_on",
    search="school__number school__search_text",
)
table(RegisterCoverage, "municipality_code valid_from", search="municipality_code valid_from")
table(
    Batch,
    "at kind file_name by counts",
    search="file_name digest",
    filters="kind",
    newest=True,
)
table(Upload, "created_at kind by digest expires_at", search="digest", filters="kind")
table(Mark, "at reason session_id", search="reason session__reference")
table(Tick, "job finished took_ms said", search="job")
