"""What is kept until `expires_at` and then counts as gone, also before anybody tidies it away."""

import datetime
from typing import Self, TypeVar

from django.db import models

_Row = TypeVar("_Row", bound=models.Model)


class ExpiringQuerySet(models.QuerySet[_Row]):
    """Questions about rows that have `expires_at`; its moment itself is over."""

    def live(self, now: datetime.datetime) -> Self:
        """Rows whose time is not up."""
        return self.filter(expires_at__gt=now)

    def expired(self, now: datetime.datetime) -> Self:
        """Rows whose time is up."""
        return self.filter(expires_at__lte=now)


class Expires:
    """The row's twin of ExpiringQuerySet."""

    expires_at: datetime.datetime | None

    def is_expired(self, now: datetime.datetime) -> bool:
        """Whether its time is up; never where it has none."""
        return self.expires_at is not None and self.expires_at <= now
