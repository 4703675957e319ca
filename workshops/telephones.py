"""Telephone numbers: as people type them, as they are kept (E.164), and as they are shown."""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType
from phonenumbers import ValidationResult as Length

DIGITS_AT_HOME = 8
HOME, HOME_CODE = "DK", 45  # whose numbers are written without a country code
LONGEST = 60  # what somebody may type, with all the signs between
_TRUNK_ZERO = re.compile(r"(\+|00)([\d ]{1,4}?)\s?\(0\)")  # which callers from abroad leave out
COSTLY = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
CODES = (
    "phone_unreadable",
    "phone_too_short",
    "phone_too_long",
    "phone_not_in_use",
    "phone_costly",
)


def understood(typed: str, *, name: str | Promise) -> str:
    """Return the number in E.164 ("+4520304050"); blank stays blank.

    Refuses what cannot be called, and says what is wrong with it: ``phone_unreadable`` (not a
    number, or no such country), ``phone_too_short``, ``phone_too_long``, ``phone_not_in_use`` (no
    operator has such numbers) and ``phone_costly`` (the caller pays extra).
    """
    typed = " ".join(_plain(typed).split())
    if not typed:
        return ""
    number = _read(typed, name)
    _check_length(number, name)
    params = {"field": name, "number": typed}
    if not phonenumbers.is_valid_number(number):
        message = _("%(field)s: no telephone has the number %(number)s. Check the digits.")
        raise ValidationError(message, code="phone_not_in_use", params=params)
    if phonenumbers.number_type(number) in COSTLY:
        message = _("%(field)s: calls to %(number)s cost extra. Write an ordinary number.")
        raise ValidationError(message, code="phone_costly", params=params)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _plain(typed: str) -> str:
    """Bring signs that look alike to one, and leave out what has no width."""
    text = unicodedata.normalize("NFKC", typed)
    return "".join(sign for sign in text if unicodedata.category(sign) != "Cf")


def _read(typed: str, name: str | Promise) -> PhoneNumber:
    """Read the digits; letters are no digits here, though keypads have them too."""
    message = _("%(field)s is no telephone number. Write digits alone, such as 20 30 40 50.")
    unreadable = ValidationError(message, code="phone_unreadable", params={"field": name})
    if len(typed) > LONGEST or any(map(str.isalpha, typed)) or not typed.isprintable():
        raise unreadable
    try:
        number = phonenumbers.parse(_TRUNK_ZERO.sub(r"\1\2 ", typed, count=1), HOME)
    except NumberParseException as error:
        raise _unparsed(error.error_type, typed, name) or unreadable from error
    if number.extension:
        raise unreadable
    return number


def _unparsed(reason: int, typed: str, name: str | Promise) -> ValidationError | None:
    """Say why there is no number; nothing where there are no digits."""
    if reason == NumberParseException.INVALID_COUNTRY_CODE:
        message = _("%(field)s: no country has this code. Begin with + and, say, 46 for Sweden.")
        return ValidationError(message, code="phone_unreadable", params={"field": name})
    is_short, digits = reason != NumberParseException.TOO_LONG, sum(map(str.isdigit, typed))
    if not digits or (is_short and digits >= DIGITS_AT_HOME):  # enough of them, but not a number
        return None
    return _of_wrong_length(typed, HOME_CODE, name, is_short=is_short)


def _check_length(number: PhoneNumber, name: str | Promise) -> None:
    found = phonenumbers.is_possible_number_with_reason(number)
    if found == Length.IS_POSSIBLE:
        return
    digits = phonenumbers.national_significant_number(number)
    is_short = found in (Length.TOO_SHORT, Length.IS_POSSIBLE_LOCAL_ONLY)
    raise _of_wrong_length(digits, number.country_code or HOME_CODE, name, is_short=is_short)


def _of_wrong_length(
    text: str, country: int, name: str | Promise, *, is_short: bool
) -> ValidationError:
    """Say how many digits there are; the number is not repeated, for it may be another number."""
    params = {"field": name, "digits": sum(map(str.isdigit, text)), "country": country}
    if is_short:
        message = _SHORT_AT_HOME if country == HOME_CODE else _SHORT_ABROAD
        return ValidationError(message, code="phone_too_short", params=params)
    message = _LONG_AT_HOME if country == HOME_CODE else _LONG_ABROAD
    return ValidationError(message, code="phone_too_long", params=params)


_SHORT_AT_HOME = ngettext_lazy(
    "%(field)s is too short: %(digits)s digit. A Danish number has eight, such as 20 30 40 50.",
    "%(field)s is too short: %(digits)s digits. A Danish number has eight, such as 20 30 40 50.",
    "digits",
)
_SHORT_ABROAD = _("%(field)s is too short for a number with +%(country)s. Check the digits.")
_LONG_AT_HOME = _(
    "%(field)s is too long: %(digits)s digits. A Danish number has eight; before a foreign"
    " one write + and its country code, such as +46."
)
_LONG_ABROAD = _("%(field)s is too long for a number with +%(country)s. Check the digits.")


# --- as they are shown ---------------------------------------------------------------------------


def tidied(text: str) -> str:
    """Return a number of a register in E.164, and what is none as it stands."""
    return _kept(text) or text


def shown(kept: str) -> str:
    """Write a number as people do: "20 30 40 50", "+46 70 123 45 67"; what is none as it stands."""
    number = _kept(kept)
    return _written(number) if number else kept


def unbroken(kept: str) -> str:
    """Write it so on a page, where no line ends inside it."""
    return shown(kept).replace(" ", "\u00a0") if _kept(kept) else kept


def dialled(kept: str) -> str:
    """Return what a telephone dials, "+4520304050"; blank for what is no number."""
    return _kept(kept)


@lru_cache(maxsize=2048)
def _kept(text: str) -> str:
    try:
        return understood(text, name="")
    except ValidationError:
        return ""


@lru_cache(maxsize=2048)
def _written(number: str) -> str:
    parsed = phonenumbers.parse(number, None)
    is_home = parsed.country_code == HOME_CODE
    form = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)
