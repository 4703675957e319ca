"""Which letter about staff goes to whom."""

import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from notifications import outbox
from notifications.models import Notice
from workshops.models import User


def invited(user: User, *, by: User | None, now: datetime.datetime) -> Notice:
    """Tell *user* how to sign in by a code; once in a minute, however often it is asked for."""
    context = {
        "name": user.name,
        "invited_by": by.name if by else "",
        "access_ends": user.access_ends,
        "link": settings.SITE_URL + reverse("account_request_login_code"),
        "email": user.email,
        "BRAND_NAME": settings.BRAND_NAME,
    }
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        return outbox.enqueue(
            f"staff:{user.pk}:invited:{now:%Y%m%dT%H%M}",
            kind="invited",
            to=user.email,
            language=language,
            subject=render_to_string("workshops/mail/invited.subject.txt", context),
            text=render_to_string("workshops/mail/invited.txt", context),
            html=render_to_string("workshops/mail/invited.html", context),
        )
