"""Make the first administrator, or make somebody known one."""

import getpass
import os
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError, CommandParser
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from workshops.actions import staff
from workshops.management import base
from workshops.models import User

PASSWORD_VARIABLE = "ADMINISTRATOR_PASSWORD"  # noqa: S105 - the name of a variable


class Command(base.Command):
    """`create_administrator EMAIL [--name N] [--no-password]`."""

    help = (
        "Makes the user with this e-mail address, known or new, an administrator. The password"
        f" comes from {PASSWORD_VARIABLE} or is asked for; --no-password leaves it: a new"
        " administrator then signs in by an e-mailed code."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--no-password", action="store_true")

    def handle(
        self, *_args: Any, email: str, name: str, no_password: bool, **_options: Any
    ) -> None:
        address = email.strip().lower()
        try:
            validate_email(address)
        except ValidationError as fault:
            message = _("%(email)r is not an e-mail address. Write it as name@example.org.")
            raise CommandError(message % {"email": email}, returncode=2) from fault
        is_new = not User.objects.filter(email=address).exists()
        password = None if no_password else self._password(address, is_new=is_new)
        staff.make_administrator(address, name=name, password=password)
        said = (
            _("%(email)s is a new administrator.") if is_new else _("%(email)s is administrator.")
        )
        self.stdout.write(said % {"email": address})

    def _password(self, address: str, *, is_new: bool) -> str | None:
        """Return the password from the environment or the prompt; somebody known keeps theirs."""
        password = os.environ.get(PASSWORD_VARIABLE, "")
        if not password and not is_new:
            return None
        password = password or self._asked()
        try:
            validate_password(password, User(email=address))
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        return password

    def _asked(self) -> str:
        """Ask twice; without a terminal, say how to do without."""
        try:
            first, second = (getpass.getpass(_("Password: ")), getpass.getpass(_("Once more: ")))
        except EOFError as end:
            message = _("No password was given. Set %(name)s, or add --no-password.")
            raise CommandError(message % {"name": PASSWORD_VARIABLE}, returncode=2) from end
        if first != second:
            raise CommandError(_("The two passwords differ. Run the command again."))
        return first
