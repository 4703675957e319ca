"""The outbox as the administration sees it: read, search, and send a failed letter again."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest  # noqa: TID251 - the administration answers requests
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications import outbox
from notifications.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable when run
    """Letters are read here, never written. What opens a door has no text to see."""

    list_display = ("created_at", "kind", "recipient", "title", "state", "attempts", "sent_at")
    list_filter = ("state", "kind", "language")
    search_fields = ("recipient", "subject", "key", "message_id")
    date_hierarchy = "created_at"
    ordering = ("-pk",)
    actions = ("send_again",)

    fields = (
        *("key", "kind", "recipient", "language", "title", "message_id", "state"),
        *(
            "created_at",
            "rendered_at",
            "blanked_at",
            "next_attempt_at",
            "lease_until",
            "attempts",
            "last_error",
            "sent_at",
        ),
        "shown_text",
    )

    @admin.display(description=_("Subject"), ordering="subject")
    def title(self, notice: Notice) -> str:
        """Show the subject, or the kind of a letter that has not been rendered."""
        return notice.title

    @admin.display(description=_("text"))
    def shown_text(self, notice: Notice) -> str:
        """Show the letter; one with a code or a link that opens a door stays closed here too."""
        return "" if notice.opens_a_door else notice.text

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Notice | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Notice | None = None) -> bool:
        return False

    @admin.action(description=_("Send failed letters again"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Notice]) -> None:
        """Put failed letters back into the queue with the same Message-ID; others stay."""
        number = outbox.send_again(Notice.objects.filter(pk__in=queryset.values("pk")))
        text = ngettext("%(number)d letter waits again.", "%(number)d letters wait again.", number)
        messages.info(request, text % {"number": number})
