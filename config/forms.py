"""allauth's forms in the project's words: each error names the field, the fault and the cure."""

from typing import Any

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from django.forms import Field
from django.utils.translation import gettext_lazy as _

EMAIL = _("E-mail")
EMAIL_MISSING = _("E-mail is missing. Write your work e-mail address.")
EMAIL_WRONG = _("E-mail is not an address. Write it as name@example.org.")


def _word(field: Field, *, label: Any, missing: Any, wrong: Any = None) -> None:
    """Give *field* our words, and take allauth's placeholder and help away."""
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    if wrong:
        field.error_messages["invalid"] = wrong
    field.widget.attrs.pop("placeholder", None)


class PasswordForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """E-mail and password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["login"], label=EMAIL, missing=EMAIL_MISSING, wrong=EMAIL_WRONG)
        missing = _("Password is missing. Write it, or ask for a code by e-mail.")
        _word(self.fields["password"], label=_("Password"), missing=missing)


class AskForCodeForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Where to send a code."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], label=EMAIL, missing=EMAIL_MISSING, wrong=EMAIL_WRONG)


class CodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """The code of the letter."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = _("Code is missing. Write the code from the e-mail.")
        _word(self.fields["code"], label=_("Code"), missing=missing)


class AskForLinkForm(ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Where to send a link to a new password."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.fields["email"], label=EMAIL, missing=EMAIL_MISSING, wrong=EMAIL_WRONG)
