"""The kinds of letters about staff."""

import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Facts, Kind


def words(facts: Facts) -> dict[str, Any]:
    """Return what the templates say: the way in, and the last day with access if there is one."""
    ends = facts["access_ends"]
    return {
        **facts,
        "access_ends": ends and datetime.date.fromisoformat(ends),
        "link": settings.SITE_URL + reverse("account_request_login_code"),
    }


KINDS = (
    Kind(
        name="invited",
        title=_("Invitation to a member of the staff"),
        template="workshops/mail/invited.html",
        sample={
            "name": "Anna Holm",
            "invited_by": "Mette Leder",
            "access_ends": "2026-12-31",
            "email": "anna@example.org",
        },
        words=words,
    ),
)
