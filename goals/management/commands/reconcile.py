"""Compare every derived figure with a recount."""

from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goals.actions.reconcile import reconcile
from workshops.management import base


class Command(base.Command):
    """`reconcile`: exit 0 when everything equals its recount, 1 and a list where it differs."""

    help = "Compares every derived figure with an independent recount. Changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = reconcile()
        if found.pending:
            told = _("pending: %(count)d marks wait for the aggregation")
            self.stdout.write(told % {"count": found.pending})
        for difference in found.waiting:
            self.stdout.write(_("pending: %(difference)s") % {"difference": difference})
        for difference in found.differences:
            self.stderr.write(str(difference))
        line = _("compared %(compared)d, differences %(differences)d")
        numbers = {"compared": found.compared, "differences": len(found.differences)}
        self.stdout.write(line % numbers)
        if found.differences:
            count = len(found.differences)
            message = ngettext(
                "%(count)d figure differs from its recount.",
                "%(count)d figures differ from their recount.",
                count,
            )
            raise CommandError(message % {"count": count})
