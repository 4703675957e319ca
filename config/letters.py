"""The kinds of letters that open a door to staff: allauth asks for them, see `accounts`."""

import datetime

from django.utils.translation import gettext_lazy as _

from notifications.kinds import Kind

KINDS = (
    Kind(
        name="login_code",
        title=_("Code to log in"),
        template="account/mail/login_code.html",
        sample={"code": "483-512"},
        lifetime=datetime.timedelta(minutes=10),
    ),
    Kind(
        name="password_reset_key",
        title=_("Link to a new password"),
        template="account/mail/password_reset_key.html",
        sample={"password_reset_url": "https://example.org/accounts/password/reset/key/1-sample/"},
        lifetime=datetime.timedelta(hours=24),
    ),
)
