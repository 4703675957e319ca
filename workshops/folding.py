"""How words are compared: titles, class labels and search text, alike on every database."""

import re
import unicodedata

_DANISH = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


def nfc(text: str) -> str:
    """Bring a text to the one form in which it is stored: "å" is one letter, not two."""
    return unicodedata.normalize("NFC", text)


def fold_title(text: str) -> str:
    """Compare titles, questions and answers without regard to case and surplus spaces."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def fold_label(text: str) -> str:
    """Compare class labels: case, dots and spaces ignored, so "7.B" = "7b" = "7 B"."""
    return re.sub(r"[.\s]+", "", unicodedata.normalize("NFC", text).casefold())


def fold_search(text: str) -> str:
    """Compare what people type: case and accents ignored, æ = ae, ø = oe, å = aa."""
    danish = unicodedata.normalize("NFC", text).casefold().translate(_DANISH)
    letters = unicodedata.normalize("NFKD", danish)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())
