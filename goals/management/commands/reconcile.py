"""Compare every derived figure with a recount."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import ngettext

from goals.actions.reconcile import reconcile


class Command(BaseCommand):
    """`reconcile`: exit 0 when everything equals its recount, 1 and a list where it differs."""

    help = "Compares every derived figure with an independent recount. Changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = reconcile()
        if found.pending:
            self.stdout.write(f"pending: {found.pending} marks wait for the aggregation")
        for difference in found.waiting:
            self.stdout.write(f"pending: {difference}")
        for difference in found.differences:
            self.stderr.write(str(difference))
        self.stdout.write(f"compared {found.compared}, differences {len(found.differences)}")
        if found.differences:
            count = len(found.differences)
            message = ngettext(
                "%(count)d figure differs from its recount.",
                "%(count)d figures differ from their recount.",
                count,
            )
            raise CommandError(message % {"count": count})
