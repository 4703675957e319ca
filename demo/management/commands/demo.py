"""Load the demo data, and print how to sign in."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from demo import load
from workshops.management import base


class Command(base.Command):
    """`demo`: loads it once, prints the sign-ins every time; refuses in production."""

    help = "Loads the demo data once and prints the sign-ins. Refuses in production."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.IN_PRODUCTION:
            message = _(
                "The demo data are not loaded in production. Set ENVIRONMENT=development to try"
                " the platform with them."
            )
            raise CommandError(message, returncode=2)
        if load.is_loaded():
            self.stdout.write(_("The demo data are loaded already; nothing was changed."))
        else:
            load.load(now=timezone.now())
            self.stdout.write(_("The demo data are loaded."))
        rows = load.sign_ins()
        width = max(len(row.email) for row in rows)
        for row in rows:
            self.stdout.write(f"  {row.email:<{width}}  {row.password}  {row.role}")
