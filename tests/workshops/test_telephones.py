"""Telephone numbers: understood as people type them, kept in E.164, shown as people write them."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from workshops import telephones


def refusal(typed: str) -> ValidationError:
    with pytest.raises(ValidationError) as found:
        telephones.understood(typed, name="Mobile")
    return found.value


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20304050", "+4520304050"),
        ("20 30 40 50", "+4520304050"),
        ("2030 4050", "+4520304050"),
        ("20.30.40-50", "+4520304050"),
        ("20\u00a030\u202f40\u201350", "+4520304050"),
        ("\u202a20304050\u202c", "+4520304050"),  # copied from a list of contacts
        ("２０３０４０５０", "+4520304050"),
        ("+45 20304050", "+4520304050"),
        ("0045 20 30 40 50", "+4520304050"),
        ("(+45) 2030-4050", "+4520304050"),
        ("45 20 30 40 50", "+4520304050"),
        ("33 66 33 66", "+4533663366"),
        ("80 00 12 34", "+4580001234"),
        ("+46 70 123 45 67", "+46701234567"),
        ("0046 (0)70 123 45 67", "+46701234567"),
        ("+45 (0)20 30 40 50", "+4520304050"),  # as it is printed on letterheads
        ("0045(0)20304050", "+4520304050"),
        ("+ 45 (0) 20 30 40 50", "+4520304050"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+39 06 6982 1234", "+390669821234"),
        ("+298 212345", "+298212345"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_number_is_understood_as_people_type_it(typed, kept):
    assert telephones.understood(typed, name="Mobile") == kept
    assert telephones.understood(kept, name="Mobile") == kept


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("204060", "phone_too_short", "6 digits. A Danish number has eight"),
        ("2", "phone_too_short", "1 digit. A Danish number has eight"),
        ("+45 (0)20 30 40 5", "phone_too_short", "7 digits. A Danish number has eight"),
        ("+45 2030405", "phone_too_short", "7 digits. A Danish number has eight"),
        ("2030405060", "phone_too_long", "10 digits. A Danish number has eight"),
        ("46701234567", "phone_too_long", "write + and its country code"),
        ("20304050/40506070", "phone_too_long", "16 digits"),
        ("2" * 40, "phone_too_long", "40 digits"),
        ("+46 70 12", "phone_too_short", "too short for a number with +46"),
        ("+49 151 1234 5678 9012 3", "phone_too_long", "too long for a number with +49"),
        ("12345678", "phone_not_in_use", "no telephone has the number 12345678"),
        ("01020304", "phone_not_in_use", "no telephone has the number 01020304"),
        ("20 03 04 05", "phone_not_in_use", "no telephone has the number 20 03 04 05"),
        ("+999 12345678", "phone_unreadable", "no country has this code"),
        ("90 20 30 40", "phone_costly", "calls to 90 20 30 40 cost extra"),
        ("ring til kontoret", "phone_unreadable", "Write digits alone"),
        ("+45+4520123456", "phone_unreadable", "Write digits alone"),
        ("20 30 40 5O", "phone_unreadable", "Write digits alone"),  # the letter, not the digit
        ("20304050 lok. 12", "phone_unreadable", "Write digits alone"),
        ("20304050#12", "phone_unreadable", "Write digits alone"),
        ("2030\x0740", "phone_unreadable", "Write digits alone"),
        ("lone@example.org", "phone_unreadable", "Write digits alone"),
        ("-", "phone_unreadable", "Write digits alone"),
        ("+" * 10_000, "phone_unreadable", "Write digits alone"),
    ],
)
def test_number_that_cannot_be_called_says_what_is_wrong(typed, code, said):
    with translation.override("en"):
        found = refusal(typed)
        message = found.messages[0]

    assert found.code == code
    assert code in telephones.CODES
    assert message.startswith("Mobile")
    assert said in message


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("typed", ["12345678", "20030405", "90203040", "01020304", "11223344"])
def test_eight_digits_are_never_asked_for_where_eight_stand(typed, language):
    with translation.override(language):
        message = refusal(typed).messages[0]

    assert "eight" not in message
    assert "otte" not in message


@pytest.mark.parametrize("typed", ["010203-4567", "0101901234"])
def test_what_may_be_a_cpr_number_is_not_repeated(typed):
    assert typed not in refusal(typed).messages[0]


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+4520304050", "20 30 40 50"),
        ("20304050", "20 30 40 50"),  # kept before numbers had a country
        ("+46701234567", "+46 70 123 45 67"),
        ("+4915112345678", "+49 1511 2345678"),
        ("+298212345", "+298 21 23 45"),
        ("3366 3366 / 3366 3377", "3366 3366 / 3366 3377"),
        ("se hjemmesiden", "se hjemmesiden"),
        ("", ""),
    ],
)
def test_number_is_shown_as_people_write_it(kept, shown):
    assert telephones.shown(kept) == shown
    if telephones.dialled(kept):
        assert telephones.understood(shown, name="Mobile") == telephones.dialled(kept)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("3366 3366", "+4533663366"), ("12345678", "12345678"), ("lukket", "lukket"), ("", "")],
)
def test_number_of_a_register_is_tidied_or_left_as_it_stands(text, kept):
    assert telephones.tidied(text) == kept
