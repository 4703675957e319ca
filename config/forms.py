"""allauth's forms in the project's words: each error names the field, the fault and the cure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.forms import (
    ConfirmLoginCodeForm,
    LoginForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:  # text, or text that is translated when it is shown
    from django.utils.functional import _StrOrPromise as Text


@dataclass(frozen=True)
class Words:
    """What a field is called, and what is said when it is empty or cannot be."""

    label: "Text"
    missing: "Text"
    wrong: "Text | None" = None


EMAIL = Words(
    _("E-mail"),
    _("E-mail is missing. Write your work e-mail address."),
    _("E-mail is not an address. Write it as name@example.org."),
)


class WordedForm(forms.Form):
    """Gives its fields our words, and takes allauth's placeholders and help away."""

    use_required_attribute = False
    words: ClassVar[Mapping[str, Words]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in self.words.items():
            field = self.fields[name]
            field.label, field.help_text = words.label, ""
            field.error_messages["required"] = words.missing
            if words.wrong:
                field.error_messages["invalid"] = words.wrong
            field.widget.attrs.pop("placeholder", None)


class PasswordForm(WordedForm, LoginForm):  # type: ignore[misc]  # allauth ships no types
    """E-mail and password."""

    words: ClassVar[Mapping[str, Words]] = {
        "login": EMAIL,
        "password": Words(
            _("Password"), _("Password is missing. Write it, or ask for a code by e-mail.")
        ),
    }


class AskForCodeForm(WordedForm, RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Where to send a code."""

    words: ClassVar[Mapping[str, Words]] = {"email": EMAIL}


class CodeForm(WordedForm, ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    """The code of the letter."""

    words: ClassVar[Mapping[str, Words]] = {
        "code": Words(_("Code"), _("Code is missing. Write the code from the e-mail."))
    }


class AskForLinkForm(WordedForm, ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Where to send a link to a new password."""

    words: ClassVar[Mapping[str, Words]] = {"email": EMAIL}
