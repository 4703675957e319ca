"""The app's entry in the list of installed apps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from notifications import kinds


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Letters")

    def ready(self) -> None:
        """Read what kinds of letters there are: a faulty declaration stops the start."""
        kinds.every()
