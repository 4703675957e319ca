"""Texts that somebody typed: as they are kept, and what cannot be kept."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workshops.cpr import looks_like_cpr

_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def understood(
    typed: str, *, name: str | Promise, longest: int, required: bool = True, lines: bool = False
) -> str:
    """Return *typed* as it is kept (see `tidy`); only with *lines* does it have several.

    Refuses what cannot be kept, with ``value_missing``, ``value_too_long``, ``value_unreadable``
    (control characters) and ``looks_like_cpr`` (the value is not repeated in the message).
    """
    value = tidy(typed)
    params = {"field": name, "longest": longest}
    if required and not value:
        message = _("The field %(field)s is empty: fill it in.")
        raise ValidationError(message, code="value_missing", params=params)
    if len(value) > longest:
        message = _("The field %(field)s is too long: write at most %(longest)s characters.")
        raise ValidationError(message, code="value_too_long", params=params)
    if not (value.replace("\n", "") if lines else value).isprintable():
        message = _("The field %(field)s has signs that cannot be shown: write it anew.")
        raise ValidationError(message, code="value_unreadable", params=params)
    if looks_like_cpr(value):
        message = _("The field %(field)s looks like a CPR number: remove it.")
        raise ValidationError(message, code="looks_like_cpr", params=params)
    return value


def tidy(typed: str) -> str:
    """Return *typed* as it is kept: in NFC, with plain spaces, none around it.

    Word processors and letters are full of other spaces, which nobody can see.
    """
    text = unicodedata.normalize("NFC", typed).replace("\r\n", "\n")
    return _SPACES.sub(" ", text).strip()
